"""A run as a task: whose version counts, and what is wrong with parameters."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import task
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.finding import Report
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import load

# Before 2.3.15 Dovecot speaks TLS 1.0 where nobody says anything (its NEWS).
# The certificate is asked for, and never opened.
DOVECOT = "protocols = imap\nssl = required\nssl_cert = </etc/passwd\nssl_key = </etc/passwd\n"
OLD, NEW = "2.3.4", "2.3.19"


class Checked:
    """What a task with these parameters reports and warns of; ``here`` is the host's Dovecot."""

    def __init__(self, policy: dict[str, Any], here: str | None, **params: Any) -> None:
        self.warned: list[str] = []
        self.asked: list[str] = []
        nothing = dict.fromkeys(("paths", "content", "src", "format"))

        def run(command: Sequence[str]) -> str | None:
            self.asked.append(command[0])
            return f"{here} (0123abcd)\n" if here else None

        given = {**nothing, **params}
        self.report: Report = task.check(given, load(policy), run, self.warned.append)
        self.weak = any(one.rule == "tls-version-weak" for one in self.report.findings)


@pytest.mark.parametrize(
    ("said", "here", "weak", "warnings"),
    [
        pytest.param(None, OLD, True, 0, id="the host alone, old"),
        pytest.param(None, NEW, False, 0, id="the host alone, new"),
        pytest.param(NEW, OLD, True, 1, id="an old host under a policy for a new one"),
        pytest.param(OLD, NEW, False, 1, id="a new host under a policy for an old one"),
        pytest.param("2.3", OLD, True, 0, id="the policy says less, and the same"),
        pytest.param(OLD, OLD, True, 0, id="both say the same"),
        pytest.param(OLD, None, True, 0, id="the policy alone, old"),
        pytest.param(NEW, None, False, 0, id="the policy alone, new"),
    ],
)
def test_on_a_host_its_own_version_counts(
    said: str | None, here: str | None, weak: bool, warnings: int
) -> None:
    policy = {"programs": {"dovecot": said}} if said else {}
    checked = Checked(policy, here, content=DOVECOT, format="dovecot")
    assert (checked.weak, len(checked.warned)) == (weak, warnings)
    assert all(said and here and said in one and here in one for one in checked.warned)


@pytest.mark.parametrize(
    ("said", "here", "weak", "asked"),
    [
        pytest.param(NEW, OLD, False, [], id="the policy says what the container has"),
        pytest.param(OLD, NEW, True, [], id="an old container on a new host"),
        pytest.param(None, OLD, True, ["dovecot"], id="nobody else says it"),
    ],
)
def test_of_files_elsewhere_the_policy_knows_more(
    said: str | None, here: str, weak: bool, asked: list[str], tmp_path: Path
) -> None:
    (tmp_path / "dovecot.conf").write_text(DOVECOT)
    policy = {"programs": {"dovecot": said}} if said else {}
    checked = Checked(policy, here, paths=[str(tmp_path)])
    assert (checked.weak, checked.asked, checked.warned) == (weak, asked, [])


@pytest.mark.parametrize(
    ("target", "warnings"),
    [
        pytest.param("here", 0, id="to what is looked into anyway"),
        pytest.param(".", 0, id="in a circle"),
        pytest.param("../elsewhere", 1, id="out of the folder"),
        pytest.param("../named-alike", 1, id="a name that begins alike"),
        pytest.param("../nowhere", 0, id="to nothing"),
    ],
)
def test_a_link_to_a_folder_is_said(target: str, warnings: int, tmp_path: Path) -> None:
    for folder in ("named/here", "elsewhere", "named-alike"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "dovecot.conf").write_text(DOVECOT)
    link = tmp_path / "named/link"
    link.symlink_to(target)
    checked = Checked({"programs": {"dovecot": NEW}}, None, paths=[str(tmp_path / "named")])
    assert [one.partition(":")[0] for one in checked.warned] == [str(link)] * warnings
    assert checked.report.files == [str(tmp_path / "named/here/dovecot.conf")]


@pytest.mark.parametrize(
    ("params", "words"),
    [
        pytest.param({"content": "", "format": "mailx"}, "no format mailx: known are", id="format"),
        pytest.param({"content": "", "format": "postfix/mistress"}, "postfix/mistress", id="role"),
        pytest.param({"paths": ["mail"]}, "not absolute: mail", id="a relative path"),
    ],
)
def test_wrong_parameters_are_refused(params: dict[str, Any], words: str) -> None:
    with pytest.raises(MailwardenError, match=words):
        Checked({}, None, **params)
