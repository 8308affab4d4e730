"""Where output goes, and whether it may be coloured."""

from __future__ import annotations

import os
import sys

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TextIO

    from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import Report

    from ..run import Run

STDOUT = "the standard output"


def to(path: str, write: Callable[[TextIO], None], run: Run, report: Report) -> None:
    """Have ``write`` fill a file, which is then whole or not there; without a path, the standard
    output.

    What the encoding does not have is written as an escape.  Raises ``MailwardenError`` where it
    cannot be written, and for a file that the run has read.
    """
    if path:
        from .replaced import replaced

        replaced(path, write, run.root, run.reads(report))
    else:
        out(write)


def out(write: Callable[[TextIO], None]) -> None:
    """Have ``write`` fill the standard output; ``BrokenPipeError`` where its reader has gone."""
    stream = sys.stdout
    if stream is None:
        raise MailwardenError("is closed; nothing can be written", STDOUT)
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")
    try:
        write(stream)
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        leave()
        raise MailwardenError(f"cannot be written: {error.strerror}", STDOUT) from error


def lines(said: Iterable[str]) -> None:
    """Print lines on the standard output."""
    out(lambda stream: stream.writelines(f"{line}\n" for line in said))


def leave() -> None:
    """Let what is still to be written go nowhere: not even the interpreter has to say it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def tell(*said: str) -> None:
    """Print lines on the standard error; a user who has closed it is told nothing."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.writelines(f"{line}\n" for line in said)
        sys.stderr.flush()
    except OSError:
        pass


def colour(wanted: str, stream: TextIO) -> bool:
    """Whether to colour: ``always``, ``never``, or on a terminal that can (https://no-color.org)."""
    if wanted != "auto":
        return wanted == "always"
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
