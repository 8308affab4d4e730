"""What the module's options do, on this machine, without root."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.playbooks.plays import CHECK, Played, play

# One error in the default profile.
MSMTPRC = "account a\nhost smtp.example.com\nport 465\nauth on\nuser u\ntls on\ntls_starttls on\n"
MAIN = "compatibility_level = 3.6\nmydestination = example.com\n"
MASTER = (
    "587 inet n - n - - smtpd\n  -o smtpd_tls_security_level=none\n"
    "  -o smtpd_sasl_auth_enable=yes\n"
)
# Right in the default profile, and not in the strict one, which prefers 465.
STARTTLS = MSMTPRC.replace("port 465", "port 587")
GOOD = MSMTPRC.replace("tls_starttls on", "tls_starttls off\ntls_min_dh_prime_bits 2048")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("options")
    (folder / ".git").mkdir()
    (folder / ".mailwarden.yml").write_text("rules:\n  implicit-tls-missing: warning\n")
    (folder / "plays").mkdir()
    (folder / "plays/strict.yml").write_text("profile: strict\n")
    (folder / "plays/until.yml").write_text(
        "ignore:\n  - {rule: implicit-tls-missing, path: '**', reason: known, until: 2999-01-01}\n"
    )
    (folder / "plays/twice.yml").write_text("profile: strict\nrules: {}\nprofile: legacy\n")
    (folder / "plays/tagged.yml").write_text("profile: !unsafe strict\n")
    (folder / "plays/list.yml").write_text("- profile\n")
    (folder / "mail").mkdir()
    (folder / "mail/msmtprc").write_text(MSMTPRC)
    (folder / "mail/notes.txt").write_text(MSMTPRC)
    (folder / "starttls").mkdir()
    (folder / "starttls/msmtprc").write_text(STARTTLS)
    (folder / "bytes").mkdir()
    (folder / "bytes/msmtprc").write_bytes(MSMTPRC.encode().replace(b"auth on", b"auth \xff"))
    return folder


@pytest.fixture(scope="module")
def played(folder: Path) -> Played:
    mail = str(folder / "mail")
    quiet = {"path": "files/**", "rules": {"implicit-tls-missing": "note"}}
    note = {"roots": {"files": mail}, "overrides": [quiet]}
    loud = {"rules": {"implicit-tls-missing": "error"}}
    tasks: dict[str, dict[str, Any]] = {
        "found": {"paths": [mail]},
        "dictionary": {"paths": [mail], "policy": loud},
        "roots": {"paths": [mail], "policy": note},
        "until": {"paths": [mail], "policy": "until.yml"},
        "by_path": {"paths": [mail], "policy": "strict.yml"},
        "profile": {"paths": [mail], "profile": "strict"},
        "starttls": {"paths": [str(folder / "starttls")]},
        "starttls_by_path": {"paths": [str(folder / "starttls")], "policy": "strict.yml"},
        "starttls_profile": {"paths": [str(folder / "starttls")], "profile": "strict"},
        "on_warning": {"paths": [mail], "fail_on": "warning"},
        "never": {"paths": [mail], "policy": loud, "fail_on": "never"},
        "bad_policy": {"paths": [mail], "policy": {"profil": "x", "rules": {"no-such": "off"}}},
        "list_policy": {"paths": [mail], "policy": "list.yml"},
        "twice_policy": {"paths": [mail], "policy": "twice.yml"},
        "tagged_policy": {"paths": [mail], "policy": "tagged.yml"},
        "no_policy": {"paths": [mail], "policy": "absent.yml"},
        "content": {"content": MSMTPRC, "format": "msmtp", "policy": loud},
        "good_content": {"content": GOOD, "format": "msmtp"},
        "empty_content": {"content": "", "format": "msmtp"},
        "no_format": {"content": MSMTPRC},
        "nothing": {"paths": [str(folder / "plays")]},
        "nothing_there": {"content": "", "format": "msmtp"},
        "files": {"files": {"/srv/mail/main.cf": MAIN, "/srv/mail/master.cf": MASTER}},
        "files_and_content": {"files": {"/etc/msmtprc": ""}, "content": "", "format": "msmtp"},
        "files_list": {"files": ["/etc/msmtprc"]},
        "files_relative": {"files": {"msmtprc": MSMTPRC}},
        "files_of_data": {"files": {"/srv/msmtprc": {"a": 1}}},
        "wrong_format": {"content": MSMTPRC, "format": "mailx"},
        "master": {"content": "465 inet n - y - - smtpd\n", "format": "postfix/master"},
        "both": {"content": MSMTPRC, "format": "msmtp", "paths": [mail]},
        "src": {"src": f"{mail}/msmtprc", "format": "msmtp"},
        "relative": {"paths": ["mail"]},
        "missing": {"paths": [f"{mail}/absent"]},
        "missing_known": {"paths": [f"{mail}/absent/msmtprc"]},
        "missing_never": {"paths": [f"{mail}/absent"], "fail_on": "never"},
        "unknown": {"paths": [f"{mail}/notes.txt"]},
        "by_policy": {"paths": [mail], "policy": {"files": {"**/notes.txt": "msmtp"}}},
        "wrong_role": {"content": MSMTPRC, "format": "postfix/mistress"},
        "said": {"paths": [f"{mail}/notes.txt"], "format": "msmtp"},
        "bytes": {"paths": [str(folder / "bytes")]},
        "bytes_never": {"paths": [str(folder / "bytes")], "fail_on": "never"},
    }
    steps: dict[str, dict[str, Any]] = {name: {CHECK: given} for name, given in tasks.items()}
    steps["in_check_mode"] = {CHECK: {"paths": [mail], "policy": loud}, "check_mode": True}
    steps["files_in_check_mode"] = {CHECK: tasks["files"], "check_mode": True}
    return play(folder / "plays", steps)


def level_of(result: dict[str, Any]) -> str:
    levels = [f["severity"] for f in result["findings"] if f["rule"] == "implicit-tls-missing"]
    assert len(levels) == 1
    return str(levels[0])


@pytest.mark.parametrize(
    ("name", "failed"),
    [
        ("found", False),
        ("dictionary", True),
        ("until", False),
        ("by_path", True),
        ("profile", True),
        ("on_warning", True),
        ("never", False),
        ("content", True),
        ("good_content", False),
        ("missing", True),
        ("missing_known", True),
        ("missing_never", False),
        ("unknown", True),
        ("in_check_mode", True),
        ("files", True),
        ("files_in_check_mode", True),
        ("files_of_data", True),
    ],
)
def test_what_fails(name: str, failed: bool, played: Played) -> None:
    result = played.results[name]
    assert result["failed"] is failed, result.get("msg")
    assert result["changed"] is False
    assert result["tool"]["name"] == "mailwarden"


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("found", "warning"),
        ("roots", "note"),
        ("dictionary", "error"),
        ("by_path", "error"),
        ("profile", "warning"),
    ],
)
def test_policy_is_found_above_the_playbook_or_named(name: str, level: str, played: Played) -> None:
    assert level_of(played.results[name]) == level


def test_profile_goes_before_the_policy_s(played: Played) -> None:
    rules = {
        name: {finding["rule"] for finding in played.results[name]["findings"]}
        for name in ("starttls", "starttls_profile", "starttls_by_path")
    }
    assert rules["starttls_profile"] - rules["starttls"] == {"implicit-tls-preferred"}
    assert rules["starttls_profile"] == rules["starttls_by_path"]


def test_date_of_a_policy_is_understood(played: Played) -> None:
    findings = played.results["until"]["findings"]
    assert [f["suppressed"]["reason"] for f in findings if f["suppressed"]] == ["known"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("bad_policy", ["profil", "no-such"]),
        ("list_policy", ["list.yml", "dictionary"]),
        ("twice_policy", ["twice.yml", "3:1", "twice"]),
        ("tagged_policy", ["tagged.yml", "not YAML"]),
        ("no_policy", ["absent.yml"]),
        ("no_format", ["content: has no name", "format", "msmtp", "postfix/master"]),
        ("files_and_content", ["files", "content"]),
        ("files_list", ["files", "mapping"]),
        ("files_relative", ["files: not absolute: msmtprc"]),
        ("wrong_format", ["mailx", "msmtp", "postfix"]),
        ("wrong_role", ["postfix/mistress", "postfix/master"]),
        ("both", ["paths", "content"]),
        ("src", ["src"]),
        ("relative", ["absolute", "mail"]),
        ("missing", ["absent", "no such file"]),
        ("missing_known", ["absent/msmtprc", "no such file"]),
        ("unknown", ["notes.txt", "no format"]),
    ],
)
def test_wrong_use_is_refused_in_words(name: str, words: list[str], played: Played) -> None:
    result = played.results[name]
    assert result["failed"]
    assert "Traceback" not in json.dumps(result)
    for word in words:
        assert word in result["msg"]


def test_a_byte_that_is_no_utf_8_is_shown_as_an_escape(played: Played) -> None:
    assert r"\xff" in played.results["bytes"]["msg"]
    assert r"\xff" in json.dumps(played.results["bytes_never"]["findings"]).replace("\\\\", "\\")


def test_format_says_what_a_file_is(played: Played) -> None:
    assert played.results["said"]["unread"] == []
    assert played.results["said"]["summary"]["files"] == 1


def test_policy_says_what_a_file_is(played: Played) -> None:
    assert played.results["found"]["summary"]["files"] == 1
    assert played.results["by_policy"]["summary"]["files"] == 2


def test_content_is_read_as_the_file_that_is_said(played: Played) -> None:
    assert [e["port"] for e in played.results["master"]["endpoints"] if e["side"] == "server"] == [
        465
    ]
    assert played.results["content"]["findings"][0]["path"] == "content"
    assert played.results["good_content"]["endpoints"][0]["tls"] == "implicit"
    assert played.results["empty_content"]["endpoints"] == []


def test_a_failure_reads_as_the_command_s_text(played: Played) -> None:
    head, line, marks, *rest = played.results["dictionary"]["msg"].splitlines()
    assert ": error: " in head
    assert head.endswith("[implicit-tls-missing]")
    assert re.match(r" +\d+ \| ", line)
    assert re.match(r" +\| +\^~", marks)
    assert rest
    assert [one for one in rest if one.strip().startswith("fix: ")]
    # As Ansible prints it, and not only within JSON.
    assert f"\n{line}\n{marks}\n" in played.printed


@pytest.mark.parametrize("name", ["found", "never"])
def test_what_passes_is_a_warning_of_the_task(name: str, played: Played) -> None:
    result = played.results[name]
    assert not result["failed"]
    (finding,) = [one for one in result["findings"] if one["rule"] == "implicit-tls-missing"]
    (warning,) = [one for one in result["warnings"] if "[implicit-tls-missing]" in one]
    place = "{path}:{line}:{column}: {severity}: {message}".format(**finding)
    assert warning == f"{place} [implicit-tls-missing]; fix: {finding['fix']['title']}"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nothing", "no mail configuration is at or below "),
        ("nothing_there", "no port is opened or dialled in content"),
    ],
)
def test_a_run_that_checked_nothing_says_so(name: str, said: str, played: Played) -> None:
    result = played.results[name]
    assert not result["failed"]
    assert result["summary"]["checked"] is False
    assert [one for one in result["warnings"] if one.startswith(f"nothing was checked: {said}")]


def test_files_are_checked_together(played: Played) -> None:
    for name in ("files", "files_in_check_mode"):
        result = played.results[name]
        assert [one["port"] for one in result["endpoints"] if one["side"] == "server"] == [587]
        assert result["msg"].startswith("/srv/mail/master.cf:")


def test_content_is_not_in_the_invocation(played: Played) -> None:
    for name in ("content", "files"):
        assert "tls_starttls" not in json.dumps(played.results[name].get("invocation", {}))
        assert "smtpd_tls_security_level" not in json.dumps(
            played.results[name].get("invocation", {})
        )
