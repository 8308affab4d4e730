"""The arguments of the runs that name files and nothing else, without argparse.

Hooks and CI run ``mailwarden lint FILE…`` all day; importing argparse and making its parser takes
as long as checking a file.  A test holds these to be what argparse makes of the same line.
"""

from __future__ import annotations

from types import SimpleNamespace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

FLAGS = {
    "--allow-empty": "allow_empty",
    "--skip-unknown": "skip_unknown",
    "--quiet": "quiet",
    "--verbose": "verbose",
}


def parse(argv: Sequence[str]) -> SimpleNamespace | None:
    """The arguments of a ``lint`` of files with no other options than ``FLAGS``; else ``None``."""
    if not argv or argv[0] != "lint":
        return None
    words = argv[1:]
    flags = [word for word in words if word.startswith("-")]
    if any(flag not in FLAGS for flag in flags):
        return None
    made = _defaults()
    made.paths = [word for word in words if not word.startswith("-")] or ["."]
    for flag in flags:
        setattr(made, FLAGS[flag], True)
    return made


def _defaults() -> SimpleNamespace:
    return SimpleNamespace(
        allow_empty=False,
        baseline=None,
        color="auto",
        command="lint",
        config=None,
        diff=False,
        exclude=[],
        fail_on=None,
        fix=False,
        format=[],
        format_name=None,
        ignore=[],
        min_confidence=None,
        no_suppressions=False,
        output=None,
        profile=None,
        program=[],
        quiet=False,
        select=[],
        skip_unknown=False,
        statistics=False,
        stdin_filename=None,
        unsafe_fixes=False,
        verbose=False,
        version=False,
        write_baseline=None,
    )
