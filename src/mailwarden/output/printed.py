"""Where output goes, and whether it may be coloured."""

from __future__ import annotations

import os
import sys

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO


def to(path: str | None, write: Callable[[TextIO], None]) -> None:
    """Have ``write`` fill the standard output, or a file.

    What the encoding does not have is written as an escape.
    """
    if not path:
        reconfigure = getattr(sys.stdout, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
        write(sys.stdout)
        return
    try:
        with open(path, "w", encoding="utf-8", errors="backslashreplace") as stream:
            write(stream)
    except OSError as error:
        raise MailwardenError(f"can not be written: {error.strerror}", path) from error


def colour(wanted: str, stream: TextIO) -> bool:
    """Whether to colour: ``always``, ``never``, or on a terminal that can (https://no-color.org)."""
    if wanted != "auto":
        return wanted == "always"
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
