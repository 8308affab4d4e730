"""What every test needs: an importable collection, the suites, the last lines.

- The link ``.dev/ansible_collections/mailwarden/policy`` makes the checkout a collection.
- ``--wire=representative|quarter|all`` says how much of each suite runs: tests/support/suites.py.
- A test that needs root or a command says so by a marker. Where it cannot run, the last lines say
  what was left out and which command runs it; with ``CI=true`` leaving something out is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from hatch_build import link_collection
from tests.support import suites

ROOT = Path(__file__).resolve().parent

TOTAL: pytest.StashKey[Counter[str]] = pytest.StashKey()
CASES: pytest.StashKey[dict[str, str]] = pytest.StashKey()
RAN: pytest.StashKey[Counter[str]] = pytest.StashKey()
LEFT_OUT: pytest.StashKey[Counter[str]] = pytest.StashKey()

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
    group.addoption("--commit", default="", help="for --wire=quarter; default: what is checked out")


def pytest_configure(config: pytest.Config) -> None:
    """Make the markers known and the counters ready."""
    for suite in suites.SUITES:
        config.addinivalue_line("markers", f"{suite}(kind): a case of that suite, and its class")
    config.addinivalue_line("markers", "needs_root: runs as root only")
    config.addinivalue_line("markers", "needs_command(*names): needs these commands on PATH")
    for key in (TOTAL, RAN, LEFT_OUT):
        config.stash[key] = Counter()
    config.stash[CASES] = {}


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
    tables: dict[str, list[suites.Case]] = {}
    for item in items:
        suite, kind = suite_of(item)
        if suite:
            config.stash[CASES][item.nodeid] = suite
            tables.setdefault(suite, []).append(suites.Case(item.nodeid, kind))
    mode = config.getoption("--wire")
    commit = config.getoption("--commit") or (head() if mode == "quarter" else "")
    out: set[str] = set()
    for suite, cases in tables.items():
        config.stash[TOTAL][suite] = len(cases)
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

    def __init__(self, config: pytest.Config) -> None:
        self.config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a test that ran, or the reason for which it did not."""
        if report.skipped and not hasattr(report, "wasxfail"):
            self.left_out(report)
        elif report.when == "call":
            # Not by the report's keywords: those hold the names of folders too.
            suite = self.config.stash[CASES].get(report.nodeid)
            if suite:
                self.config.stash[RAN][suite] += 1

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Count a whole module that skips itself."""
        if report.skipped:
            self.left_out(report)

    def left_out(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        """Count one reason."""
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        file = report.nodeid.partition("::")[0]
        reason = reason.removeprefix("Skipped: ")
        if os.geteuid() != 0 and "run:" not in reason:
            reason += "; run: sudo make test"
        self.config.stash[LEFT_OUT][f"{file}: {reason}"] += 1


def pytest_sessionstart(session: pytest.Session) -> None:
    """Start counting."""
    session.config.pluginmanager.register(Counting(session.config), "mailwarden-counting")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run of CI that left something out."""
    strict = os.environ.get("CI") == "true"
    if strict and session.config.stash[LEFT_OUT] and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_unconfigure(config: pytest.Config) -> None:
    """Print the last lines: how many cases of how many, and what was left out."""
    writer = config.get_terminal_writer()
    mode = config.getoption("--wire")
    for suite, total in config.stash[TOTAL].items():
        ran = config.stash[RAN][suite]
        rest = "" if ran == total else "; all of them: make test-all"
        writer.line(f"{suite}: ran {ran} of {total} cases ({mode}){rest}")
    for line in config.stash.get(suites.LINES, []):
        writer.line(line)
    for reason, count in config.stash[LEFT_OUT].items():
        writer.line(f"left out: {count} of {reason}", yellow=True)
    if config.stash[LEFT_OUT] and os.environ.get("CI") == "true":
        writer.line("CI=true: leaving something out is a failure", red=True)
