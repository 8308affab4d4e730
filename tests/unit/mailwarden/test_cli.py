"""The command as a user meets it: every exit status, every option."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.rule_table import RULES
from ansible_collections.mailwarden.policy.plugins.module_utils.version import VERSION

from mailwarden import arguments, checkout, manuals
from mailwarden.cli import main
from tests import golden

CLEAN = """\
account work
host mail.example.com
port 465
auth on
tls on
tls_starttls off
tls_priorities SECURE128:-VERS-ALL:+VERS-TLS1.2:+VERS-TLS1.3
user jane
"""
# A warning: the certificate is not checked.
WARNING = CLEAN.replace("tls on\n", "tls on\ntls_certcheck off\n")
# An error, and a safe fix for it.
ERROR = CLEAN.replace("tls_starttls off\n", "tls_starttls on\n")
SUPPRESSED = ERROR.replace(
    "tls_starttls on\n",
    "# mailwarden: ignore[implicit-tls-missing] the old gateway\ntls_starttls on\n",
)
BROKEN = CLEAN + "no such command\n"
# An error that holds if what is included adds nothing.
LIKELY = """\
dovecot_config_version = 2.4.1
dovecot_storage_version = 2.4.1
protocols = imap
ssl = no
auth_allow_cleartext = yes
!include /srv/mail/*.conf
"""
FILES = {
    "likely": LIKELY,
    "clean": CLEAN,
    "warning": WARNING,
    "error": ERROR,
    "suppressed": SUPPRESSED,
    "broken": BROKEN,
    "unknown": "",
}
NAMES = {"unknown": "notes.txt", "likely": "dovecot.conf"}


class Mailwarden:
    """Runs the command in a folder and keeps what it says."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys
        self.out = ""
        self.err = ""

    def __call__(self, line: str) -> int:
        status = main(line.split())
        self.out, self.err = self.capsys.readouterr()
        return status


@pytest.fixture
def mailwarden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Mailwarden:
    """The command, in a folder with files named by what is wrong with them."""
    monkeypatch.chdir(tmp_path)
    for name, content in FILES.items():
        folder = tmp_path / name
        folder.mkdir()
        (folder / NAMES.get(name, "msmtprc")).write_text(content)
    return Mailwarden(tmp_path, capsys)


@pytest.mark.parametrize(
    ("line", "status"),
    [
        pytest.param("lint clean", 0, id="clean"),
        pytest.param("lint error", 1, id="an error"),
        pytest.param("lint warning", 0, id="a warning does not count"),
        pytest.param("lint broken", 2, id="a file that cannot be parsed"),
        pytest.param("lint broken error", 2, id="2 goes before 1"),
        pytest.param("lint nowhere", 2, id="a path that is not there"),
        pytest.param("lint unknown/notes.txt", 2, id="a file that no format recognises"),
        pytest.param("lint unknown", 4, id="such a file in a folder"),
        pytest.param("lint unknown/notes.txt --skip-unknown", 0, id="such a file, passed over"),
        pytest.param("lint --no-such-option", 2, id="wrong usage"),
        pytest.param("frobnicate", 2, id="no such subcommand"),
        pytest.param("", 2, id="no subcommand"),
        pytest.param("--help", 0, id="help"),
        pytest.param("lint --help", 0, id="help of a subcommand"),
        pytest.param("--version", 0, id="version"),
        # --fail-on and --profile
        pytest.param("lint warning --fail-on warning", 1, id="fail-on warning"),
        pytest.param("lint warning --fail-on note", 1, id="fail-on note"),
        pytest.param("lint clean --fail-on note", 0, id="fail-on note, clean"),
        pytest.param("lint warning --fail-on undecided", 0, id="fail-on undecided, all decided"),
        pytest.param("lint error --fail-on undecided", 1, id="fail-on undecided, an error"),
        pytest.param("lint error --fail-on never", 0, id="fail-on never"),
        pytest.param("lint broken --fail-on never", 2, id="fail-on never, not read"),
        pytest.param("lint warning --profile strict", 1, id="strict fails on warnings"),
        pytest.param("lint clean --profile strict", 0, id="strict, clean"),
        pytest.param("lint warning --profile legacy", 0, id="legacy"),
        pytest.param("lint warning --profile strict --fail-on never", 0, id="strict, never"),
        pytest.param("lint clean --profile harsh", 2, id="no such profile"),
        # --select and --ignore
        pytest.param("lint error --select implicit-tls-missing", 1, id="select it"),
        pytest.param("lint error --select tls-broken", 0, id="select another"),
        pytest.param("lint error --select tls-broken,implicit-tls-missing", 1, id="select two"),
        pytest.param("lint error --ignore implicit-tls-missing", 0, id="ignore it"),
        pytest.param("lint broken --ignore syntax-error", 2, id="syntax-error is never ignored"),
        pytest.param("lint broken --select tls-broken", 2, id="syntax-error is always selected"),
        pytest.param("lint clean --select no-such-rule", 2, id="select no such rule"),
        pytest.param("lint clean --ignore no-such-rule", 2, id="ignore no such rule"),
        # suppressions and confidence
        pytest.param("lint suppressed", 0, id="suppressed"),
        pytest.param("lint suppressed --no-suppressions", 1, id="no suppressions"),
        pytest.param("lint error --min-confidence certain", 1, id="certain"),
        pytest.param("lint error --min-confidence likely", 1, id="likely"),
        pytest.param("lint error --min-confidence possible", 1, id="possible"),
        pytest.param("lint likely", 1, id="what is likely counts"),
        pytest.param("lint likely --min-confidence likely", 1, id="likely, asked for"),
        pytest.param("lint likely --min-confidence certain", 0, id="likely, and certain wanted"),
        pytest.param("lint likely --min-confidence sure", 2, id="no such confidence"),
        # input
        pytest.param("lint error clean --exclude error/", 0, id="exclude"),
        pytest.param("lint --as msmtp unknown/notes.txt", 4, id="as"),
        pytest.param("lint --as msmtp/config unknown/notes.txt", 4, id="as, with its role"),
        pytest.param("lint --as nothing unknown/notes.txt", 2, id="as no such format"),
        pytest.param("lint --as msmtp/nothing unknown/notes.txt", 2, id="as no such role"),
        pytest.param("lint clean --program msmtp=1.8", 0, id="program"),
        pytest.param("lint clean --program msmtp", 2, id="program without a version"),
        pytest.param("lint clean --program msmtp=new", 2, id="program with no version"),
        pytest.param("lint clean --program pine=4", 2, id="no such program"),
        pytest.param(f"lint clean --program msmtp={'9' * 5000}", 2, id="a version of 5,000 digits"),
        pytest.param("lint clean --config nowhere.yml", 2, id="no such policy"),
        pytest.param("lint -", 2, id="the standard input, not said what it is"),
        pytest.param("lint clean --stdin-filename x", 2, id="stdin-filename without -"),
        # fixing
        pytest.param("lint error --diff", 1, id="diff"),
        pytest.param("lint clean --diff", 0, id="diff, nothing to fix"),
        pytest.param("lint error --fix", 0, id="fix"),
        pytest.param("lint error --unsafe-fixes", 2, id="unsafe-fixes alone"),
        pytest.param("lint error --fix --diff", 2, id="fix and diff"),
        pytest.param("lint error --diff --format json", 2, id="diff in JSON"),
        pytest.param("lint - --fix --as msmtp", 2, id="fix the standard input"),
        # output
        pytest.param("lint error --format json", 1, id="JSON"),
        pytest.param("lint error --quiet", 1, id="quiet"),
        pytest.param("lint error --verbose", 1, id="verbose"),
        pytest.param("lint error --color never", 1, id="color"),
        pytest.param("lint error --output out.txt", 1, id="output"),
        pytest.param("lint error --output no/where/out.txt", 2, id="output not writable"),
        # the other subcommands
        pytest.param("endpoints error", 0, id="endpoints"),
        pytest.param("endpoints broken", 2, id="endpoints, not read"),
        pytest.param("endpoints unknown", 4, id="endpoints, nothing checked"),
        pytest.param("endpoints error --format json", 0, id="endpoints in JSON"),
        pytest.param("explain cleartext-auth", 0, id="explain"),
        pytest.param("explain cleartext", 2, id="explain no such rule"),
        pytest.param("explain", 0, id="explain, no rule named"),
        pytest.param("completion bash", 0, id="completion"),
        pytest.param("completion csh", 2, id="completion for no such shell"),
        pytest.param("rules", 0, id="rules"),
        pytest.param("formats", 0, id="formats"),
        pytest.param("policy", 0, id="policy"),
    ],
)
def test_exit_status(mailwarden: Mailwarden, line: str, status: int) -> None:
    assert mailwarden(line) == status
    command = (line.split() or [""])[0]
    assert status in arguments.STATUSES.get(command, {0: "", 2: ""})
    # Whatever ends with 2 says why.
    assert status != 2 or mailwarden.err or "error" in mailwarden.out or "unread" in mailwarden.out


@pytest.mark.parametrize(
    ("line", "words"),
    [
        pytest.param("lint nowhere", "mailwarden: error: nowhere: no such file", id="not there"),
        pytest.param("lint /nope", "mailwarden: error: /nope: no such file", id="nor that"),
        pytest.param("lint --select cleartext", "mean cleartext-auth?", id="the nearest rule"),
        pytest.param("lint --as sendmail x", "autoconfig, autoconfig/config, ", id="known formats"),
        pytest.param("lint --program pine=4", "dovecot, laravel, msmtp", id="known programs"),
        pytest.param("lint -", "--stdin-filename or --as", id="what the standard input is"),
    ],
)
def test_errors_say_what_to_do(mailwarden: Mailwarden, line: str, words: str) -> None:
    assert mailwarden(line) == 2
    assert words in mailwarden.err
    assert mailwarden.out == ""


@pytest.mark.parametrize("command", arguments.COMMANDS)
def test_the_help_of_a_command_has_its_own_statuses(mailwarden: Mailwarden, command: str) -> None:
    mailwarden(f"{command} --help")
    _before, found, shown = mailwarden.out.partition("exit status, the first of ")
    assert found
    order, _holds, lines = shown.partition(" that holds:\n")
    statuses = [line.split()[0] for line in lines.splitlines()]
    assert order.split(", ") == ["3", *map(str, arguments.STATUSES[command])]
    assert statuses == sorted(order.split(", "))


@pytest.mark.parametrize("command", ["rules", "explain"])
def test_every_rule_is_listed_with_what_it_is_about(mailwarden: Mailwarden, command: str) -> None:
    mailwarden(command)
    _head, *lines = mailwarden.out.splitlines()
    listed = {line.split()[0]: " ".join(line.split()[4:]) for line in lines}
    assert listed == {name: manuals.of(name).summary for name in RULES}
    # One sentence.
    assert all(about.endswith(".") and ". " not in about for about in listed.values())


def test_version(mailwarden: Mailwarden) -> None:
    mailwarden("--version")
    assert mailwarden.out == f"mailwarden {VERSION}\n"


def test_the_current_folder_is_the_default(mailwarden: Mailwarden) -> None:
    assert mailwarden("lint") == 2
    assert "6 files" in mailwarden.out


def test_quiet_is_one_line_for_each_finding(mailwarden: Mailwarden) -> None:
    mailwarden("lint error warning --quiet")
    assert [line.split(":")[0] for line in mailwarden.out.splitlines()] == [
        "error/msmtprc",
        "warning/msmtprc",
    ]


def test_what_is_passed_over_is_not_counted(mailwarden: Mailwarden) -> None:
    mailwarden("lint --skip-unknown clean/msmtprc unknown/notes.txt --verbose")
    assert "read: unknown/notes.txt" not in mailwarden.out
    assert "1 file, " in mailwarden.out


def test_verbose_shows_what_is_suppressed_and_read(mailwarden: Mailwarden) -> None:
    mailwarden("lint suppressed --verbose")
    assert "reason: the old gateway" in mailwarden.out
    assert "read: suppressed/msmtprc" in mailwarden.out


@pytest.mark.parametrize(
    ("when", "coloured"),
    [("always", True), ("never", False), ("auto", False)],
    ids=["always", "never", "auto, not on a terminal"],
)
def test_colour(mailwarden: Mailwarden, when: str, coloured: bool) -> None:
    mailwarden(f"lint error --color {when}")
    assert ("\x1b[" in mailwarden.out) is coloured


class Terminal(io.StringIO):
    """A terminal, as far as it says so."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
    ids=["a terminal", "NO_COLOR", "a dumb terminal"],
)
def test_colour_on_a_terminal(
    mailwarden: Mailwarden,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    coloured: bool,
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    main(["lint", "error"])
    assert ("\x1b[" in terminal.getvalue()) is coloured


def test_output_goes_to_a_file(mailwarden: Mailwarden) -> None:
    mailwarden("lint error")
    said = mailwarden.out
    mailwarden("lint error --output out.txt")
    assert mailwarden.out == ""
    assert (mailwarden.folder / "out.txt").read_text() == said


@pytest.mark.parametrize("command", ["lint", "endpoints"])
@pytest.mark.parametrize("name", [name for name in FILES if name != "unknown"])
def test_json_follows_the_schema(mailwarden: Mailwarden, command: str, name: str) -> None:
    mailwarden(f"{command} {name} --format json")
    schema = json.loads((golden.ROOT / "schemas/report.schema.json").read_text())
    jsonschema.validate(json.loads(mailwarden.out), schema)


def test_the_last_line_names_suppressed_passwords(mailwarden: Mailwarden) -> None:
    # msmtp sends a password in clear where it is told to use a mechanism that does.
    (mailwarden.folder / "clear").mkdir()
    (mailwarden.folder / "clear/msmtprc").write_text(
        "account work\nhost mail.example.com\nport 25\nuser jane\n"
        "# mailwarden: ignore[cleartext-auth, starttls-missing] the gateway is in the rack\n"
        "auth plain\ntls off\n"
    )
    mailwarden("lint clear")
    assert mailwarden.out.endswith("1 suppressed (1 of them cleartext-auth)\n")


# The standard input


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        pytest.param("lint - --as msmtp", "stdin", id="as"),
        pytest.param("lint - --stdin-filename some/msmtprc", "some/msmtprc", id="by a name"),
        pytest.param("lint - --stdin-filename x --as msmtp", "x", id="both"),
    ],
)
def test_standard_input(
    mailwarden: Mailwarden, monkeypatch: pytest.MonkeyPatch, line: str, shown: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ERROR.encode())))
    assert mailwarden(line) == 1
    assert mailwarden.out.startswith(f"{shown}:")


# The policy


def test_the_nearest_policy_counts(mailwarden: Mailwarden) -> None:
    (mailwarden.folder / ".mailwarden.yml").write_text("rules: {certificate-unverified: error}\n")
    assert mailwarden("lint warning") == 1


def test_config_names_another(mailwarden: Mailwarden) -> None:
    (mailwarden.folder / "other.yml").write_text("rules: {implicit-tls-missing: note}\n")
    assert mailwarden("lint error --config other.yml") == 0


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        pytest.param("rulez: {}\n", "rulez: unknown key", id="unknown key"),
        pytest.param("rules: {tls-broken: loud}\n", "1:9: rules.tls-broken", id="where it stands"),
        pytest.param("rules: {cleartext-auth: 'off'}\n", "cleartext-auth", id="not to be off"),
        pytest.param("a: [\n", "is not YAML", id="no YAML"),
        pytest.param("- a\n", "mapping", id="a list"),
        pytest.param("[" * 20000, "not YAML|nested", id="nested"),
        # More digits than Python makes a number of, or writes out.
        pytest.param(f"public_mx: {'9' * 5000}", "true or false", id="digits"),
        pytest.param(f"public_mx: 0x{'f' * 5000}", "true or false", id="hexadecimal"),
        pytest.param(f"public_mx: {':'.join(['59'] * 3000)}", "true or false", id="sexagesimal"),
        pytest.param(f"? 0x{'f' * 5000}\n: 1", "unknown key", id="a number as a key"),
        pytest.param(f"rules: {{? 0x{'f' * 5000} : off}}", "unknown key", id="as a rule"),
        pytest.param(f"internal: {{ports: [0x{'f' * 5000}]}}", "a port from 1", id="as a port"),
        pytest.param("programs: {postfix: '" + "9" * 5000 + "'}", "a version", id="as a version"),
    ],
)
def test_a_wrong_policy_is_wrong_usage(mailwarden: Mailwarden, policy: str, words: str) -> None:
    (mailwarden.folder / ".mailwarden.yml").write_text(policy)
    assert mailwarden("lint clean") == 2
    assert any(word in mailwarden.err for word in words.split("|"))
    assert ".mailwarden.yml" in mailwarden.err
    assert "internal error" not in mailwarden.err


def test_policy_shows_what_counts(mailwarden: Mailwarden) -> None:
    (mailwarden.folder / ".mailwarden.yml").write_text("rules: {tls-broken: note}\n")
    mailwarden("policy --profile strict --program postfix=3.7")
    assert "profile: strict" in mailwarden.out
    assert "tls-broken: note" in mailwarden.out
    assert "postfix: '3.7'" in mailwarden.out


def test_what_policy_shows_is_a_policy_with_the_same_effect(mailwarden: Mailwarden) -> None:
    mailwarden("policy --profile strict")
    shown = mailwarden.out
    (mailwarden.folder / ".mailwarden.yml").write_text(shown)
    mailwarden("policy")
    assert mailwarden.out.splitlines()[1:] == shown.splitlines()[1:]


# Fixes


def test_diff_changes_nothing_and_fix_does_what_it_shows(mailwarden: Mailwarden) -> None:
    path = mailwarden.folder / "error/msmtprc"
    mailwarden("lint error --diff")
    assert "-tls_starttls on\n+tls_starttls off\n" in mailwarden.out
    assert path.read_text() == ERROR
    mailwarden("lint error --fix")
    assert path.read_text() == CLEAN
    assert "fixed 1 finding in 1 file" in mailwarden.err


def test_a_diff_says_where_it_applies_and_what_it_leaves_out(
    mailwarden: Mailwarden, monkeypatch: pytest.MonkeyPatch
) -> None:
    (mailwarden.folder / ".git").mkdir()
    secret = ERROR.replace("tls_starttls on\n", "password hunter2\ntls_starttls on\npassword x\n")
    (mailwarden.folder / "error/msmtprc").write_text(secret)
    mailwarden("lint error --diff")
    assert "hunter2" not in mailwarden.out
    assert "error/msmtprc:7: not shown" in mailwarden.err
    assert "the patch applies in" not in mailwarden.err
    (mailwarden.folder / "error/msmtprc").write_text(ERROR)
    monkeypatch.chdir(mailwarden.folder / "error")
    mailwarden("lint . --diff")
    assert mailwarden.out.startswith("--- a/error/msmtprc\n+++ b/error/msmtprc\n")
    assert "the patch applies in ..\n" in mailwarden.err


def test_unsafe_fixes_are_asked_for(mailwarden: Mailwarden) -> None:
    path = mailwarden.folder / "warning/msmtprc"
    mailwarden("lint warning --fix")
    assert path.read_text() == WARNING
    mailwarden("lint warning --fix --unsafe-fixes")
    assert "tls_certcheck off" not in path.read_text()


def test_only_selected_findings_are_fixed(mailwarden: Mailwarden) -> None:
    mailwarden("lint error --fix --select tls-broken")
    assert (mailwarden.folder / "error/msmtprc").read_text() == ERROR


def test_the_standard_input_can_be_diffed(
    mailwarden: Mailwarden, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ERROR.encode())))
    mailwarden("lint - --as msmtp --diff")
    assert mailwarden.out.startswith("--- a/stdin\n+++ b/stdin\n")


# init


def test_init_writes_both_files_once(mailwarden: Mailwarden) -> None:
    assert mailwarden("init") == 0
    first = (mailwarden.folder / ".pre-commit-config.yaml").read_text()
    assert f"rev: {checkout.revision()}\n" in first
    assert mailwarden("policy") == 0
    assert mailwarden("init") == 0
    assert (mailwarden.folder / ".pre-commit-config.yaml").read_text() == first
    assert mailwarden.out.count("left as it is") == 2


def test_init_keeps_what_is_there(mailwarden: Mailwarden) -> None:
    before = (
        "# ours\nrepos:\n  - repo: local  # here\n    hooks:\n      - id: x\n        name: 'x'\n"
    )
    path = mailwarden.folder / ".pre-commit-config.yaml"
    path.write_text(before)
    mailwarden("init")
    assert path.read_text().startswith(before)
    assert "      - id: mailwarden\n" in path.read_text()


def test_init_refuses_what_it_does_not_understand(mailwarden: Mailwarden) -> None:
    path = mailwarden.folder / ".pre-commit-config.yaml"
    path.write_text("repos: yes\n")
    assert mailwarden("init") == 2
    assert path.read_text() == "repos: yes\n"


# What goes wrong in us


def test_an_error_of_ours_says_where_and_not_what(
    mailwarden: Mailwarden, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(arguments: object) -> int:
        raise ValueError("hunter2")

    monkeypatch.setitem(main.__globals__["COMMANDS"], "lint", fails)
    assert mailwarden("lint") == 3
    assert "internal error: ValueError" in mailwarden.err
    assert "in fails" in mailwarden.err
    assert "hunter2" not in mailwarden.err


def test_an_interrupt_is_130(mailwarden: Mailwarden, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(arguments: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setitem(main.__globals__["COMMANDS"], "lint", interrupted)
    assert mailwarden("lint") == 130


def test_a_reader_that_goes_away_is_no_error(mailwarden: Mailwarden) -> None:
    command = [sys.executable, "-m", "mailwarden", "lint", "error"]
    process = subprocess.Popen(
        command, env=golden.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    with process.stderr as stream:
        assert stream.read() == b""
    assert process.wait() == 141


@pytest.mark.parametrize(
    ("options", "notes", "listed"),
    [
        pytest.param("", 1, False, id="one line for each thing that decides"),
        pytest.param(" --verbose", 1, True, id="and all that hangs on it"),
        pytest.param(" --quiet", 0, False, id="none"),
        pytest.param(" --quiet --fail-on undecided", 1, False, id="none, but where they count"),
    ],
)
def test_notes_about_what_is_open(
    mailwarden: Mailwarden, options: str, notes: int, listed: bool
) -> None:
    mailwarden("lint likely" + options)
    lines = mailwarden.out.splitlines()
    assert sum(line.endswith("[undecided]") for line in lines) == notes
    assert ("decides: dovecot:imap-login/imap (address," in mailwarden.out) is listed


def test_what_is_printed_as_a_note_is_counted_as_one(mailwarden: Mailwarden) -> None:
    mailwarden("lint likely")
    printed = sum(": note: " in line for line in mailwarden.out.splitlines())
    assert f"{printed} note" in mailwarden.out.splitlines()[-1]
    assert printed


def test_a_likely_finding_says_on_what_it_rests(mailwarden: Mailwarden) -> None:
    mailwarden("lint likely")
    assert "[starttls-missing] (likely)" in mailwarden.out
    assert "rests on: /srv/mail/*.conf matches no file here" in mailwarden.out
