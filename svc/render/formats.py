"""The words of `--format`: by themselves, so that `--help` loads none of what writes them."""

from __future__ import annotations

FORMATS = ("table", "json", "ndjson", "csv", "yaml", "ids")
