"""The rule ``mailwarden`` for ansible-lint.

ansible-lint imports this file by its bare stem: called ``mailwarden.py`` it would be shadowed by
the package of that name and never load.  What is no business of ansible-lint's is in
``mailwarden.ansible_lint``.
"""

from __future__ import annotations

import os
import re
import traceback
from typing import TYPE_CHECKING, Any

from ansiblelint.file_utils import Lintable
from ansiblelint.rules import AnsibleLintRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ansiblelint.errors import MatchError
    from ansiblelint.utils import Task
    from mailwarden.ansible_lint import Said

# An import that fails in any way ends ansible-lint: so the rule loads, and says what is wrong.
try:
    from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
    from ansible_collections.mailwarden.policy.plugins.module_utils.rule_table import (
        NEVER_SUPPRESSED,
    )

    from mailwarden import ansible_lint, noqa, tasks

    WRONG = ansible_lint.mismatch()
except Exception as error:  # noqa: BLE001
    WRONG = f"{getattr(error, 'name', '') or 'mailwarden'} cannot be imported"

# Whoever has this tag does not fail the run: ansible-lint knows levels of rules, not of findings.
WARNS = "mailwarden-warning"
# What ansible-lint takes for colours and links; a message quotes files, which strangers write.
MARKUP = re.compile(
    r"\[(?=/|link=|(?:bold|dim|warning|error|info|debug|notset|failed|success|repr\.\w+)\])"
)
MANUAL = "https://github.com/mailwarden/mailwarden/blob/main/docs/ansible-lint.md"


class MailwardenRule(AnsibleLintRule):
    """Mail ports are served, and dialled, with the TLS they stand for."""

    id = "mailwarden"
    description = (
        "Shows what `mailwarden lint` finds in the files of roles and playbooks: mail servers and "
        "clients whose ports and TLS modes do not fit, and passwords that cross the network in "
        "clear. `mailwarden explain RULE` shows the manual of a rule."
    )
    link = MANUAL
    severity = "HIGH"
    tags = ["security"]  # noqa: RUF012  as ansible-lint declares it
    version_changed = "0.1.0"
    # A profile unloads every rule that it does not name, and it can name only ansible-lint's own.
    unloadable = True
    said_wrong = False

    def __init__(self) -> None:
        super().__init__()
        self.broken = False
        self.said: set[Said] = set()
        self.tasks: dict[str, dict[int, bool]] = {}

    @property
    def url(self) -> str:
        """The manual; ansible-lint takes every rule for one of its own."""
        return self.link

    @property
    def options(self) -> Any:
        """The options of the run, which ansible-lint withholds from rules that are not unloaded."""
        return self._collection.options if self._collection is not None else None

    def getmatches(self, file: Lintable) -> list[MatchError]:
        """Everything about one file or role; what goes wrong here is a finding, never a warning.

        Of an exception ansible-lint would write a warning, and the file would pass.
        """
        if WRONG:
            return self._wrong(file)
        if self.broken:
            return []
        try:
            return [*self._findings(file), *self.matchtasks(file)]
        except MailwardenError as error:
            there = Lintable(error.path) if os.path.isfile(error.path) else file
            reason = "; ".join(line.strip() for line in str(error).split("\n"))
            return [self._match(there, error.line or 1, None, "configuration", reason)]
        except Exception as error:  # noqa: BLE001
            # Said once in a run, which has failed.  Without its message, which may quote a file.
            self.broken = True
            frame = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{type(error).__name__} in {frame.filename}:{frame.lineno}"
            reason = f"internal error, a bug in mailwarden: {where}"
            return [self._match(file, 1, None, "internal-error", reason)]

    def _wrong(self, file: Lintable) -> list[MatchError]:
        """Said once in a run: without the package, or with two that differ, nothing is checked."""
        if MailwardenRule.said_wrong:
            return []
        MailwardenRule.said_wrong = True
        reason = f"nothing is checked: {WRONG}; where ansible-lint is, pip install -U mailwarden"
        return [self._match(file, 1, None, "installation", reason)]

    def _findings(self, file: Lintable) -> Iterator[MatchError]:
        """What is found in the units that a thing is part of, each finding once in a run."""
        path = str(file.path.absolute())
        for said in ansible_lint.findings(str(file.kind), path):
            if said in self.said:
                continue
            self.said.add(said)
            # ansible-lint shows nothing of a folder that it has not handed over.
            beside = os.path.isfile(said.path) and said.path != path
            there = Lintable(said.path) if beside else file
            match = self._match(there, said.line, said.column, said.rule, said.message)
            if not self._is_passed_over(match, said.rule):
                yield match if said.counts else self._warning(match)

    def _is_passed_over(self, match: MatchError, rule: str) -> bool:
        """Whether a comment in YAML, or a tag of the task, is for a finding there."""
        there = match.lintable
        if str(there.base_kind) != "text/yaml" or rule in NEVER_SUPPRESSED:
            return False
        if there.filename not in self.tasks:
            of_tasks = there.kind in ("tasks", "handlers", "playbook")
            self.tasks[there.filename] = noqa.tasks(there.content) if of_tasks else {}
        tasks = self.tasks[there.filename]
        above = max((line for line in tasks if line <= match.lineno), default=0)
        lines = there.content.splitlines()
        return tasks.get(above, False) or rule in noqa.hidden(lines, match.lineno, sorted(tasks))

    def matchtask(self, task: Task, file: Lintable | None = None) -> list[MatchError]:
        """What is not read of one task that is followed on no host, which is no failure."""
        if file is None or not isinstance(task.args, dict):
            return []
        kind, path = str(file.kind), str(file.path.absolute())
        reading = ansible_lint.read_for(kind, path)
        if path in reading.followed:
            return []
        folder = ansible_lint.base(kind, path)
        reason = tasks.unread(task.action, task.args, folder, reading.files)
        if not reason:
            return []
        # ansible-lint puts the line of the task in the place of the first.
        return [self._warning(self._match(file, 1, None, ansible_lint.TASK, reason))]

    def _match(
        self, file: Lintable, line: int, column: int | None, rule: str, message: str
    ) -> MatchError:
        tag = f"{self.id}[{rule}]"
        text = MARKUP.sub("[ ", message)
        match = self.create_matcherror(text, line, column, filename=file, tag=tag)
        match.rule.link = MANUAL if WRONG else ansible_lint.url(rule)
        return match

    def _warning(self, match: MatchError) -> MatchError:
        match.rule.tags = [*self.tags, WARNS]
        if self.options is not None and WARNS not in self.options.warn_list:
            self.options.warn_list.append(WARNS)
        return match
