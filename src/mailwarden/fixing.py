"""``--fix`` and ``--diff``: fixes that the engine has tried, made in the files or shown."""

from __future__ import annotations

import os

from ansible_collections.mailwarden.policy.plugins.module_utils import engine
from ansible_collections.mailwarden.policy.plugins.module_utils.engine import edit, fixes, trial
from ansible_collections.mailwarden.policy.plugins.module_utils.report.plain import (
    plain,
    without_secrets,
    words,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import changed

from .hosted import is_about
from .output import printed
from .output.patch import patch

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence
    from typing import TextIO

    from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import (
        Finding,
        Report,
    )
    from ansible_collections.mailwarden.policy.plugins.module_utils.source import Source

    from .output.patch import Patch
    from .run import Run


def fix(one: Run, report: Report, arguments: argparse.Namespace) -> Report:
    """Make or show the fixes; returns the report on the files as they then are."""
    selected = one.options

    def judging(source: Source) -> trial.Judge:
        found = every.check(source)
        return trial.Judge(engine.check, source, one.policy, one.files, every.options, found)

    def wanted(finding: Finding) -> bool:
        rule = finding.rule
        if (selected.select and rule not in selected.select) or rule in selected.ignore:
            return False
        if one.about and not is_about(finding, one.about):
            return False
        return finding.fix is not None and (finding.fix.safe or arguments.unsafe_fixes)

    # What a fix may not bring is a finding of any rule, selected or not.
    every = one._replace(options=selected._replace(select=(), ignore=()))
    first = every.check() if selected.select or selected.ignore else report
    judge = trial.Judge(engine.check, one.source, one.policy, one.files, every.options, first)
    outcome = fixes.settle(one.source, judging, wanted, judge)
    changes = [
        edit.Change(os.path.join(one.root, path), one.source.read(path), after)
        for path, after in sorted(outcome.files.items())
    ]
    if arguments.diff:
        shown = {
            os.path.relpath(change.full, one.root): patch(
                os.path.relpath(change.full, one.root), change.before, change.after, without_secrets
            )
            for change in changes
        }
        output = arguments.output or ""
        printed.to(output, lambda stream: _show([*shown.values()], stream), one, report)
        _tell_of(one, shown)
    else:
        edit.replace(changes)
    _tell(one, outcome, made=arguments.fix)
    if not (arguments.fix and changes):
        return report
    return one.check(changed(one.source, outcome.files))


def _show(patches: Sequence[Patch], stream: TextIO) -> None:
    """The patches: for a terminal with escapes shown, else byte for byte."""
    text = "".join(made.text for made in patches)
    if stream.isatty():
        text = "".join(f"{plain(line)}\n" for line in text.split("\n")[:-1])
    raw = getattr(stream, "buffer", None)
    if raw is None:
        stream.write(text.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
        return
    stream.flush()
    raw.write(text.encode("utf-8", "surrogateescape"))
    raw.flush()


def _tell_of(one: Run, shown: Mapping[str, Patch]) -> None:
    """What a patch leaves out, and where it applies, on the standard error."""
    for path, made in shown.items():
        for line in made.hidden:
            printed.tell(
                f"{plain(one.shown(path))}:{line}: not shown: the change is at a line that holds a "
                "secret; --fix makes it"
            )
    if any(made.text for made in shown.values()) and os.path.realpath(os.curdir) != one.root:
        printed.tell(f"mailwarden: the patch applies in {plain(one.shown('.'))}")


def _tell(one: Run, outcome: fixes.Outcome, made: bool) -> None:
    """What was fixed and what was not, on the standard error."""
    for refused in outcome.refused:
        place, rule = refused.finding.place, refused.finding.rule
        where = f"{plain(one.shown(place.path))}:{place.line}"
        printed.tell(f"{where}: not fixed: {rule}: {words(refused.reason)}")
    count, files = len(outcome.fixed), len(outcome.files)
    verb = "fixed" if made else "can fix"
    printed.tell(
        f"mailwarden: {verb} {count} finding{'' if count == 1 else 's'} "
        f"in {files} file{'' if files == 1 else 's'}"
    )
