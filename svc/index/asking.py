"""Where a query is asked, and what each of its words comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import NamedTuple

from svc.domain.procedure import Form
from svc.domain.record import Record
from svc.domain.values import Reading
from svc.domain.world import Scene
from svc.index.look import Look
from svc.index.where import Narrow

Filter = Callable[[Look], bool]


class Condition(NamedTuple):
    """A test of a record; and for the index, what rows are worth testing: exactly those that pass, or more."""

    test: Filter
    narrow: Narrow


class Asking:
    """Where a query is asked: the scene, the forms looked through, how times are read, and who `mine` is."""

    def __init__(self, scene: Scene, forms: Iterable[Form], reading: Reading, me: Callable[[], Record]) -> None:
        self.scene, self.forms, self.reading, self.me = scene, tuple(forms), reading, me

    @cached_property
    def person(self) -> Record:
        """The person who asks; refused where nobody is known."""
        return self.me()
