"""`python -m svc` is the command `svc`."""

from __future__ import annotations

from svc.cli.main import main

if __name__ == "__main__":
    main()
