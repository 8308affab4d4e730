"""The command ``mailwarden``: arguments in, an exit status out.

Every subcommand imports what it needs when it runs, so that one file costs little more than
starting Python.
"""

from __future__ import annotations

import gc
import os
import sys

import mailwarden

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

CLEAN, FOUND, TROUBLE, BUG = 0, 1, 2, 3
INTERRUPTED, NO_READER = 130, 141
# New objects between two searches for cycles.
GARBAGE = 100_000
# How many frames of an internal error are shown.
FRAMES = 12


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status and never raises."""
    try:
        return _run(sys.argv[1:] if argv is None else argv)
    except BrokenPipeError:
        from .output import printed

        printed.leave()
        return NO_READER
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001  the one place where everything ends
        return _failed(error)


def entry() -> None:
    """``main``, then the end without taking the interpreter apart: for the console script and -m.

    Nothing is left to be undone, and undoing it costs as much as a tenth of a run.
    """
    mailwarden.ALONE = True
    from . import imports

    imports.install()
    status = main()
    try:
        sys.stderr.flush()
    finally:
        os._exit(status)


def _failed(error: Exception) -> int:
    from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError

    from .output.printed import tell

    if isinstance(error, MailwardenError):
        from ansible_collections.mailwarden.policy.plugins.module_utils.report.plain import words

        first, *more = [words(line) for line in str(error).split("\n")]
        tell(f"mailwarden: error: {first}", *(f"  {line}" for line in more))
        return TROUBLE
    tell(*_bug(error))
    return BUG


def _bug(error: Exception) -> Iterator[str]:
    """Where we failed, without the message of the error: it may quote a file."""
    import traceback

    yield f"mailwarden: internal error: {type(error).__name__}"
    for frame in traceback.extract_tb(error.__traceback__)[-FRAMES:]:
        yield f"  {frame.filename}:{frame.lineno} in {frame.name}"
    yield "  This is a bug in mailwarden; please report it with these lines."


def _run(argv: Sequence[str]) -> int:
    if list(argv) == ["--version"]:
        return _version()
    from . import quick

    # What a run allocates lives as long as the run; collecting cycles in between finds nothing.
    gc.set_threshold(GARBAGE)
    arguments: Any = quick.parse(argv)
    if arguments is None:
        from .arguments import parse

        try:
            arguments = parse(argv)
        except SystemExit as wanted:
            return int(wanted.code or 0)
    if arguments.version:
        return _version()
    if not arguments.command:
        from .output.printed import tell

        tell("mailwarden: error: which command? mailwarden --help lists them")
        return TROUBLE
    _in_a_folder()
    return COMMANDS[arguments.command](arguments)


def _in_a_folder() -> None:
    """Raise ``MailwardenError`` where the current folder has been taken away."""
    try:
        os.getcwd()
    except OSError as error:
        from ansible_collections.mailwarden.policy.plugins.module_utils.errors import (
            MailwardenError,
        )

        raise MailwardenError(f"the current folder: {error.strerror}") from error


def _version() -> int:
    from ansible_collections.mailwarden.policy.plugins.module_utils.version import VERSION

    from .output import printed

    printed.lines([f"mailwarden {VERSION}"])
    return CLEAN


def _lint(arguments: argparse.Namespace) -> int:
    from .lint import run

    return run(arguments)


def _endpoints(arguments: argparse.Namespace) -> int:
    from .endpoints import run

    return run(arguments)


def _render(arguments: argparse.Namespace) -> int:
    from .made import run

    return run(arguments)


def _explain(arguments: argparse.Namespace) -> int:
    from .explain import run

    return run(arguments.rule)


def _rules(arguments: argparse.Namespace) -> int:
    from .listing import rules

    return rules()


def _formats(arguments: argparse.Namespace) -> int:
    from .listing import formats

    return formats()


def _policy(arguments: argparse.Namespace) -> int:
    from .listing import policy

    return policy(arguments)


def _completion(arguments: argparse.Namespace) -> int:
    from .completion import run

    return run(arguments.shell)


def _init(arguments: argparse.Namespace) -> int:
    from .init import run

    return run(arguments.folder)


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "lint": _lint,
    "endpoints": _endpoints,
    "render": _render,
    "explain": _explain,
    "rules": _rules,
    "formats": _formats,
    "policy": _policy,
    "completion": _completion,
    "init": _init,
}
