"""A run as a task: whose version counts, and what is wrong with parameters."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import task
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import Report
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.policy.given import load
from ansible_collections.mailwarden.policy.plugins.module_utils.source import search

# Before 2.3.15 Dovecot speaks TLS 1.0 where nobody says anything (its NEWS).
# The certificate is asked for, and never opened.
DOVECOT = "protocols = imap\nssl = required\nssl_cert = </etc/passwd\nssl_key = </etc/passwd\n"
OLD, NEW = "2.3.4", "2.3.19"


class Checked:
    """What a task with these parameters reports and warns of; ``here`` is the host's Dovecot."""

    def __init__(self, policy: dict[str, Any], here: str | None, **params: Any) -> None:
        self.warned: list[str] = []
        self.asked: list[str] = []
        nothing = dict.fromkeys(("paths", "content", "src", "files", "files_src", "format"))

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
        pytest.param({"content": ""}, "content: .* say it with format, one of", id="no format"),
        pytest.param(
            {"files": {"main.cf": ""}}, "files: not absolute: main.cf", id="a relative file"
        ),
        pytest.param({"files": {"/etc/hosts": ""}}, "files: none has the name", id="no such name"),
    ],
)
def test_wrong_parameters_are_refused(params: dict[str, Any], words: str) -> None:
    with pytest.raises(MailwardenError, match=words):
        Checked({}, None, **params)


MAIN = "compatibility_level = 3.6\nmydestination = example.com\n"
MASTER = "587 inet n - n - - smtpd\n  -o smtpd_sasl_auth_enable=yes\n"


def ports(checked: Checked) -> set[int | None]:
    """The ports of the servers."""
    return {
        one.endpoint.port
        for _unit, one in checked.report.endpoints
        if one.endpoint.side == "server"
    }


@pytest.mark.parametrize(
    ("installed", "warnings", "ports"),
    [pytest.param(True, 0, {25}, id="PyYAML"), pytest.param(False, 1, {25}, id="no PyYAML")],
)
def test_where_programs_look_only_what_can_be_read_is_read(
    installed: bool,
    warnings: int,
    ports: set[int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody has named these: one that holds no mail, and one that wants PyYAML, are no failure."""
    files = {"msmtprc": "host h\n", "config.json": "{}", "alertmanager.yml": "route: {}\n"}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(search, "default_paths", lambda: [str(tmp_path / name) for name in files])
    monkeypatch.setattr(task, "_has_yaml", lambda: installed)
    policy = {"files": {"**/alertmanager.yml": {"format": "msmtp"}}} if not installed else {}
    checked = Checked(policy, None)
    assert len(checked.warned) == warnings
    assert checked.report.unread == []
    assert {shown.endpoint.port for _unit, shown in checked.report.endpoints} == ports


def test_files_are_laid_over_those_of_the_host(tmp_path: Path) -> None:
    """Each is taken from the mapping if it is there, and else from the host."""
    main, master = (str(tmp_path / name) for name in ("main.cf", "master.cf"))
    Path(main).write_text(MAIN)
    Path(master).write_text(MASTER.replace("587", "465"))
    assert ports(Checked({}, None, paths=[str(tmp_path)])) == {465}
    laid = Checked({}, None, files={master: MASTER})
    assert ports(laid) == {587}
    assert sorted(laid.report.files) == [main, master]
    assert ports(Checked({}, None, files={main: MAIN, master: MASTER})) == {587}
    Path(main).unlink()
    Path(master).unlink()
    new = Checked({}, None, files={main: MAIN, master: MASTER})
    assert ports(new) == {587}
    assert not new.report.unread


def test_a_file_that_one_includes_is_laid_over_too(tmp_path: Path) -> None:
    conf, part = str(tmp_path / "dovecot.conf"), str(tmp_path / "conf.d/10-mail.conf")
    files = {conf: "ssl = required\n!include conf.d/*.conf\n", part: "protocols = pop3\n"}
    checked = Checked({}, NEW, files=files)
    assert ports(checked) == {110, 995}
    checked = Checked({}, NEW, paths=[conf], files={part: "protocols = imap\n", conf: files[conf]})
    assert ports(checked) == {143, 993}


def test_what_is_named_besides_is_checked_with_the_files(tmp_path: Path) -> None:
    (tmp_path / "dovecot.conf").write_text(DOVECOT)
    files = {str(tmp_path / "master.cf"): MASTER, str(tmp_path / "main.cf"): MAIN}
    assert ports(Checked({}, NEW, paths=[str(tmp_path)], files=files)) == {143, 587, 993}
