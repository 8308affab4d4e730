"""``python -m mailwarden``."""

from .cli import main

raise SystemExit(main())
