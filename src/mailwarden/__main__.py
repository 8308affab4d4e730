"""``python -m mailwarden``: the same as the console script."""

from .cli import entry

entry()
