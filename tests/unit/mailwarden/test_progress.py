"""What a terminal shows of a long run, and what nothing else ever sees of it."""

from __future__ import annotations

import io
import signal
import sys
from pathlib import Path

import pytest

from mailwarden import progress
from mailwarden.cli import main
from mailwarden.progress import CLEAR, Progress

MSMTPRC = "account work\nhost mail.example.com\nport 465\ntls on\ntls_starttls off\n"


class Terminal(io.StringIO):
    """A terminal, as far as it says so."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A folder with one file, in the environment of a terminal."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "msmtprc").write_text(MSMTPRC)


def attached(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO) -> io.StringIO:
    """The stream as the standard error: not in a fixture, behind which pytest sets its own."""
    monkeypatch.setattr(sys, "stderr", stream)
    return stream


def test_a_line() -> None:
    shown = Progress()
    assert shown.line(2.1) == "mailwarden: 2 s: looking for files"
    for name in ("a/main.cf", "b/main.cf"):
        shown.step(name)
    assert shown.line(14.4) == "mailwarden: 14 s, 1 done: b/main.cf"
    shown.step("\x1b[2J")
    assert shown.line(15) == "mailwarden: 15 s, 2 done: \\x1b[2J"


def test_the_line_is_cleared_and_the_timer_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = attached(monkeypatch, Terminal())
    with Progress() as shown:
        assert signal.getitimer(signal.ITIMER_REAL)[1] == progress.EVERY
        shown.step("x" * 500)
        signal.raise_signal(signal.SIGALRM)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    line = terminal.getvalue()
    assert line.startswith(f"{CLEAR}mailwarden: 0 s, 0 done: xxx")
    assert line.endswith(f"x{CLEAR}")
    assert len(line) < 200


def test_it_is_cleared_where_the_run_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = attached(monkeypatch, Terminal())

    def interrupted(_name: str) -> None:
        signal.raise_signal(signal.SIGALRM)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), Progress():
        interrupted("main.cf")
    assert terminal.getvalue().endswith(CLEAR)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


@pytest.mark.parametrize("command", ["lint", "endpoints"])
def test_a_long_run_shows_what_it_is_at(monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    terminal = attached(monkeypatch, Terminal())
    step = Progress.step

    def slow(shown: Progress, name: str) -> None:
        step(shown, name)
        signal.raise_signal(signal.SIGALRM)

    monkeypatch.setattr(Progress, "step", slow)
    assert main([command]) == 0
    assert terminal.getvalue() == f"{CLEAR}mailwarden: 0 s, 0 done: msmtprc{CLEAR}"


@pytest.mark.parametrize("command", ["lint", "endpoints"])
def test_a_short_run_shows_nothing(monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    terminal = attached(monkeypatch, Terminal())
    assert main([command]) == 0
    assert terminal.getvalue() == ""


@pytest.mark.parametrize(
    "environment", [{"CI": "true"}, {"TERM": "dumb"}], ids=["CI", "a dumb terminal"]
)
def test_it_is_not_even_begun(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> None:
    attached(monkeypatch, Terminal())
    monkeypatch.setattr(Progress, "__enter__", None)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert main(["lint"]) == 0


def test_nor_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    attached(monkeypatch, io.StringIO())
    monkeypatch.setattr(Progress, "__enter__", None)
    assert main(["lint"]) == 0
