"""What every test needs: an importable collection, the suites, the last lines.

- The link ``.dev/ansible_collections/mailwarden/policy`` makes the checkout a collection.
- ``--wire=representative|share|all`` says how much of each suite runs: tests/support/suites.py.
- A test that needs root or a command says so by a marker. Where it cannot run, the last lines say
  what was left out and which command runs it; with ``CI=true`` leaving something out is a failure.
- With pytest-xdist (``-n``) the workers run the tests, and the last lines count what all of them
  ran. Tests that need the machine for themselves run in one worker, one after the other.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hatch_build import link_collection
from tests.support import suites

ROOT = Path(__file__).resolve().parent

TALLY: pytest.StashKey[suites.Tally] = pytest.StashKey()
# The profile of Hypothesis with which `make unit` runs: a fifth of the usual examples.
FAST = "fast"

# What an editable install does, so that tests need none.
link_collection(ROOT)
sys.path[:0] = [str(ROOT / ".dev"), str(ROOT / "src")]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that choose how much runs."""
    group = parser.getgroup("mailwarden")
    group.addoption(
        "--wire",
        choices=suites.MODES,
        default="representative",
        help="how much of each large suite runs (default: one case of every class)",
    )
    group.addoption("--commit", default="", help="for --wire=share; default: what is checked out")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Make the markers known and the tally ready, and the profile of the fast loop."""
    for suite in suites.SUITES:
        config.addinivalue_line("markers", f"{suite}(kind): a case of that suite, and its class")
    left_to = "makes environments, starts many programs, or measures growth; not in make unit"
    config.addinivalue_line("markers", f"{suites.INTEGRATION}: {left_to}")
    config.addinivalue_line("markers", "needs_root: runs as root only")
    config.addinivalue_line("markers", "needs_command(*names): needs these commands on PATH")
    config.stash[TALLY] = suites.Tally()
    from hypothesis import HealthCheck, settings

    # A machine that is busy makes no property false.  No change fails for what luck finds in code
    # that it does not touch: `make test-all` looks further, each time elsewhere.
    patient = settings(
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        derandomize=config.getoption("--wire") != "all",
    )
    settings.register_profile("patient", patient)
    settings.register_profile(FAST, patient, max_examples=20)
    if not config.getoption("--hypothesis-profile", ""):
        settings.load_profile("patient")


def suite_of(item: pytest.Item) -> tuple[str, str]:
    """Say to which suite a test belongs, and its class there; two empty strings for none."""
    for suite in suites.SUITES:
        marker = item.get_closest_marker(suite)
        if marker is not None:
            return suite, str(marker.args[0]) if marker.args else ""
    return "", ""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what ``--wire`` does not choose."""
    tally = config.stash[TALLY]
    tables: dict[str, list[suites.Case]] = {}
    for item in items:
        suite, kind = suite_of(item)
        if suite:
            tally.cases[item.nodeid] = suite
            tables.setdefault(suite, []).append(suites.Case(item.nodeid, kind))
    mode = config.getoption("--wire")
    commit = config.getoption("--commit") or (head() if mode == "share" else "")
    out: set[str] = set()
    for suite, cases in tables.items():
        tally.totals[suite] = len(cases)
        out |= {case.id for case in cases} - suites.choose(cases, mode, commit)
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid in out])
    items[:] = [item for item in items if item.nodeid not in out]


def head() -> str:
    """Return the hash of the commit that is checked out."""
    command = ["git", "-C", str(ROOT), "rev-parse", "HEAD"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave a test out, before its fixtures are made, where what it needs is not here."""
    if item.get_closest_marker("needs_root") and os.geteuid() != 0:
        pytest.skip("needs root; run: sudo make test")
    for marker in item.iter_markers("needs_command"):
        reason = suites.missing(marker.args, [name for name in marker.args if shutil.which(name)])
        if reason:
            pytest.skip(reason)


class Counting:
    """Counts what ran and what did not, for the last lines."""

    def __init__(self, tally: suites.Tally) -> None:
        self.tally = tally

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a test that ran, or the reason for which it did not."""
        if report.skipped and not hasattr(report, "wasxfail"):
            self.left_out(report)
        elif report.when == "call":
            self.tally.ran.add(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Count a whole module that skips itself."""
        if report.skipped:
            self.left_out(report)

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        """Count what ``-m "not integration"`` leaves to another command."""
        for item in items:
            if item.get_closest_marker(suites.INTEGRATION) and not suite_of(item)[0]:
                self.tally.kept_back.add(item.nodeid)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Add what a worker of xdist has counted."""
        # A worker that died has sent nothing; xdist fails the test that it ran.
        self.tally.add(getattr(node, "workeroutput", {}).get("tally", {}))

    def left_out(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        """Count one reason."""
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        file = report.nodeid.partition("::")[0]
        reason = reason.removeprefix("Skipped: ")
        if os.geteuid() != 0 and "run:" not in reason:
            reason += "; run: sudo make test"
        self.tally.left_out[report.nodeid] = f"{file}: {reason}"


def is_worker(config: pytest.Config) -> bool:
    """Say whether this process is a worker of xdist, whose tally goes to another."""
    return hasattr(config, "workerinput")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Start counting."""
    counting = Counting(session.config.stash[TALLY])
    session.config.pluginmanager.register(counting, "mailwarden-counting")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run of CI that left something out; a worker sends what it has counted."""
    config = session.config
    tally = config.stash[TALLY]
    tally.lines = config.stash.get(suites.LINES, tally.lines)
    if is_worker(config):
        vars(config)["workeroutput"]["tally"] = tally.as_data()
        return
    strict = os.environ.get("CI") == "true"
    if strict and tally.left_out and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_unconfigure(config: pytest.Config) -> None:
    """Print the last lines: how many cases of how many, and what was left out."""
    if is_worker(config):
        return
    writer = config.get_terminal_writer()
    tally = config.stash[TALLY]
    for line in tally.shown(config.getoption("--wire"), config.getoption("markexpr")):
        writer.line(line)
    for line in tally.shown_left_out():
        writer.line(line, yellow=True)
    if tally.left_out and os.environ.get("CI") == "true":
        writer.line("CI=true: leaving something out is a failure", red=True)
