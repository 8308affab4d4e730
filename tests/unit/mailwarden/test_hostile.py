"""Files written by somebody who wishes us ill: a clear message, status 2, soon, in little room."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mailwarden.cli import main
from tests import golden

SECONDS = 2.0
MEGABYTES = 100


def nul(folder: Path) -> None:
    (folder / "msmtprc").write_bytes(b"account a\nhost \0x\n")


def utf_16(folder: Path) -> None:
    (folder / "msmtprc").write_bytes("account a\n".encode("utf-16"))


def fifo(folder: Path) -> None:
    os.mkfifo(folder / "msmtprc")


def link_out(folder: Path) -> None:
    (folder.parent / "outside").write_text("account a\n")
    (folder / "msmtprc").symlink_to("../outside")


def link_to_device(folder: Path) -> None:
    (folder / "msmtprc").symlink_to("/dev/zero")


def link_to_itself(folder: Path) -> None:
    (folder / "msmtprc").symlink_to("msmtprc")


def dangling(folder: Path) -> None:
    (folder / "msmtprc").symlink_to("nothing")


def too_large(folder: Path) -> None:
    with open(folder / "msmtprc", "wb") as handle:
        handle.truncate(1 << 33)


def policy_fifo(folder: Path) -> None:
    (folder / "msmtprc").write_text("account a\n")
    os.mkfifo(folder / ".mailwarden.yml")


def policy_too_large(folder: Path) -> None:
    with open(folder / ".mailwarden.yml", "wb") as handle:
        handle.truncate(1 << 33)


def policy_of_aliases(folder: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    (folder / ".mailwarden.yml").write_text("\n".join(lines))


def policy_in_itself(folder: Path) -> None:
    (folder / ".mailwarden.yml").write_text("rules: &a {x: *a}\n")


def policy_nested(folder: Path) -> None:
    (folder / ".mailwarden.yml").write_text("x: &y " + "[" * 900 + "]" * 900)


def policy_nested_less(folder: Path) -> None:
    (folder / ".mailwarden.yml").write_text("x: " + "[" * 300 + "]" * 300)


def ignore_file_fifo(folder: Path) -> None:
    # Not a regular file, so no ignore file, as for git.
    os.mkfifo(folder / ".gitignore")
    nul(folder)


def doubling(folder: Path) -> None:
    (folder / "dovecot.conf").write_text("protocols = $protocols $protocols\n" * 32)


def services_and_addresses(folder: Path) -> None:
    addresses = (f"10.0.{at // 250}.{at % 250 + 1}" for at in range(2000))
    (folder / "main.cf").write_text(f"inet_interfaces = {', '.join(addresses)}\n")
    services = (f"{10000 + at} inet n - y - - smtpd\n" for at in range(2000))
    (folder / "master.cf").write_text("".join(services))


def listeners_and_addresses(folder: Path) -> None:
    addresses = (f"10.0.{at // 250}.{at % 250 + 1}" for at in range(2000))
    listeners = (f"inet_listener l{at} {{\nport = {10000 + at}\n}}\n" for at in range(2000))
    (folder / "dovecot.conf").write_text(
        f"listen = {', '.join(addresses)}\nprotocols = imap\n"
        f"service imap-login {{\n{''.join(listeners)}}}\n"
    )


CASES: list[tuple[Callable[[Path], None], str]] = [
    (nul, "NUL byte"),
    (utf_16, "UTF-16"),
    (fifo, "not a regular file"),
    (link_out, "leads out of the folder"),
    (link_to_device, "leads out of the folder"),
    (link_to_itself, "link"),
    (dangling, "no such file"),
    (too_large, "larger than"),
    (policy_fifo, "not a regular file"),
    (policy_too_large, "larger than"),
    (policy_of_aliases, "aliases"),
    (policy_in_itself, "aliases"),
    (policy_nested, "nested"),
    (policy_nested_less, "nested too deeply"),
    (ignore_file_fifo, "NUL byte"),
]
# What costs more than the budget of a unit.
COSTLY: list[tuple[Callable[[Path], None], str]] = [
    (doubling, "protocols refers to itself or others until it is too long to be read"),
    (services_and_addresses, "services and their addresses: too many to be judged"),
    (listeners_and_addresses, "listeners and their addresses: too many to be judged"),
]


@pytest.mark.integration
@pytest.mark.parametrize(("make", "words"), COSTLY, ids=[make.__name__ for make, _words in COSTLY])
def test_what_costs_too_much_is_not_read(
    tmp_path: Path, make: Callable[[Path], None], words: str
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    make(folder)
    status, said, _seconds, megabytes = measured(["lint", "."], folder)
    assert status == 2
    assert words in " ".join(said.split())
    assert megabytes < MEGABYTES


@pytest.mark.integration
@pytest.mark.parametrize(("make", "words"), CASES, ids=[make.__name__ for make, _words in CASES])
@pytest.mark.parametrize("path", [".", "msmtprc"], ids=["in a folder", "named"])
def test_hostile(tmp_path: Path, make: Callable[[Path], None], words: str, path: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    make(folder)
    if not os.path.lexists(folder / "msmtprc"):
        (folder / "msmtprc").write_text("account a\n")
    status, said, seconds, megabytes = measured(["lint", path], folder)
    assert status == 2
    assert words in said
    assert "Traceback" not in said
    assert "internal error" not in said
    assert seconds < SECONDS
    assert megabytes < MEGABYTES


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.integration
@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(
            f'<!DOCTYPE a [<!ENTITY a0 "x">{LAUGHS}]><a>&a9;</a>', "entities", id="laughs"
        ),
        pytest.param(
            f'<!DOCTYPE a [<!ATTLIST b x CDATA "{"y" * 100_000}">]><a>{"<b/>" * 19_000}</a>',
            "a value of its own",
            id="defaults",
        ),
        pytest.param("<a>" * 500_000, "more than 20000 elements", id="deep"),
        pytest.param("<a>" + "<b/>\n" * 1_500_000, "more than 20000 elements", id="wide"),
        pytest.param("<a>" + "\u00fc&amp;" * 300_000, "no element found", id="long"),
        pytest.param("<clientConfig " + "a" * 2_000_000, "unclosed token", id="one name"),
    ],
)
def test_hostile_xml(tmp_path: Path, text: str, words: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "config-v1.1.xml").write_text(text, encoding="utf-8")
    status, said, seconds, megabytes = measured(["lint", "."], folder)
    assert status == 2
    assert words in said
    assert "internal error" not in said
    assert seconds < SECONDS
    assert megabytes < MEGABYTES


# Starts a command and says what it took. A process of its own, since the most memory that a process
# ever held counts what it was forked from: here a test run of some hundred megabytes.
WATCH = """
import json, os, sys
pid = os.posix_spawn(sys.executable, [sys.executable, *sys.argv[2:]], os.environ)
_pid, status, usage = os.wait4(pid, 0)
with open(sys.argv[1], "w") as stream:
    json.dump([status, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024], stream)
"""


def measured(arguments: list[str], folder: Path) -> tuple[int, str, float, float]:
    """Status and output of a run, the time that it worked, and the most memory that it held."""
    begin = time.monotonic()
    taken = folder.parent / "taken.json"
    done = subprocess.run(
        [sys.executable, "-S", "-c", WATCH, str(taken), "-m", "mailwarden", *arguments],
        cwd=folder,
        env=golden.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=True,
    )
    status, worked, megabytes = json.loads(taken.read_text())
    # On a busy machine what the process worked; a hang shows in the time that passed.
    waited = time.monotonic() - begin
    said = done.stdout.decode()
    return os.waitstatus_to_exitcode(status), said, max(worked, waited / 10), megabytes


def test_what_may_not_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "msmtprc").write_text("account a\n")
    monkeypatch.chdir(tmp_path)
    really_open = os.open

    def refuse(path: str, *rest: int) -> int:
        # Root may read everything, so the kernel's answer is played.
        if path == str(tmp_path.resolve() / "msmtprc"):
            raise PermissionError(13, "Permission denied", path)
        return really_open(path, *rest)

    monkeypatch.setattr(os, "open", refuse)
    assert main(["lint"]) == 2
    assert "permission denied" in capsys.readouterr().out


# What a terminal must not be given.

EVIL = (
    b"account a\nhost mail.example.com\nport 465\nauth on\ntls on\nuser x\n"
    b"# \x1b]0;owned\x07\n"
    b"tls_certcheck off\x1b[2J\x9b\xe2\x80\xae\xff\n"
)


@pytest.fixture
def evil(tmp_path: Path) -> Path:
    """A folder with files, and a folder, whose bytes would move a terminal's cursor."""
    (tmp_path / "msmtprc").write_bytes(EVIL)
    folder = tmp_path / "\x1b[31mred\udcff"
    folder.mkdir()
    (folder / "msmtprc").write_bytes(EVIL.replace(b"tls_certcheck", b"tls_starttls on\n#"))
    return tmp_path


@pytest.mark.parametrize(
    "arguments",
    ["lint", "lint -v", "lint -q", "lint --format json", "endpoints", "endpoints -v"],
)
def test_a_terminal_gets_no_escapes(evil: Path, arguments: str) -> None:
    said = golden.run(f"mailwarden {arguments}", evil)
    assert said.replace("\n", "").isprintable()


def test_a_patch_for_a_terminal_has_no_escapes(evil: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.chdir(evil)
    main(["lint", "--diff"])
    assert "+tls_starttls off" in terminal.getvalue()
    assert terminal.getvalue().replace("\n", "").isprintable()


def test_a_patch_for_a_file_is_exact(evil: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "mailwarden", "lint", "--diff", "--output", "patch"],
        cwd=evil,
        env=golden.environment(),
        check=False,
    )
    assert b"\n # \x1b]0;owned\x07\n" in (evil / "patch").read_bytes()


def test_lines_with_escapes_are_shown_escaped(tmp_path: Path) -> None:
    (tmp_path / "msmtprc").write_bytes(EVIL)
    assert "tls_certcheck off\\x1b[2J\\x9b\\u202e\\xff" in golden.run("mailwarden lint", tmp_path)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_every_encoding_of_the_output_will_do(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "msmtprc").write_text("account a\nhost żółw.example\nport 465\nauth on\ntls on\n")
    environment = {**golden.environment(), "PYTHONIOENCODING": encoding}
    command = [sys.executable, "-m", "mailwarden", "lint"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (1, b"")


# Secrets.

SECRET = "hunter2-in-clear"
HOLDERS = {
    "msmtprc": f"""\
account a
host mail.example.com
port 465
auth on
tls on
user jane
password {SECRET}
account b : a
port 587
tls off
auth plain
password "{SECRET}"
passwordeval echo {SECRET}
bad command password {SECRET}
pasword {SECRET}
{SECRET}
""",
    "main.cf": f"""\
compatibility_level = 3.6
relayhost = [mail.example.com]:587
smtp_sasl_auth_enable = yes
smtp_sasl_password_maps = inline:{{
  {{ [mail.example.com]:587 = jane:{SECRET} }} }}
smtp_sasl_security_options =
smtp_tls_security_level = may
virtual_alias_maps = static:{SECRET}
bad line password {SECRET}
default_transport = smtp:[jane:{SECRET}@relay.example.com]:587
smtp_fallback_relay = [jane:{SECRET}@a.example]:587, jane:{SECRET}@b.example
content_filter = smtp:jane:{SECRET}@c.example:10024
transport_maps = ldap:{{server_host=x bind_pw={SECRET}}}
pasword {SECRET}
= {SECRET}
""",
    "master.cf": f"""\
smtp inet n - y - - smtpd
submission inet n - y - - smtpd
  -o smtpd_sasl_auth_enable=yes
  -o smtp_sasl_password_maps=static:jane:{SECRET}
  -o bogus {SECRET}
  -o {{ smtp_sasl_pasword_maps = {SECRET}
bad line password={SECRET}
""",
}


@pytest.mark.parametrize(
    "arguments",
    [
        "lint",
        "lint -v",
        "lint -q",
        "lint --format json",
        "lint --diff",
        "lint --diff --unsafe-fixes",
        "lint --profile strict",
        "endpoints -v",
        "endpoints --format json",
    ],
)
@pytest.mark.parametrize("names", [["msmtprc"], ["main.cf", "master.cf"]], ids=" ".join)
def test_no_secret_is_shown(tmp_path: Path, arguments: str, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).write_text(HOLDERS[name])
    said = golden.run(f"mailwarden {arguments}", tmp_path)
    assert SECRET not in said
    assert said
