"""The choice of cases, and the last lines of a run."""

from __future__ import annotations

import concurrent.futures
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.suites import SHARES, Case, choose, missing

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[[str], subprocess.CompletedProcess[str]]
TABLE = [Case(f"case{n}", f"class{n % 5}") for n in range(100)] + [Case("lone", "")]


def test_representative_is_the_first_of_every_class() -> None:
    assert choose(TABLE, "representative", "") == {f"case{n}" for n in range(5)}


def test_all_is_all() -> None:
    assert choose(TABLE, "all", "") == {case.id for case in TABLE}


def test_the_shares_are_the_rest_of_the_table() -> None:
    shares = [choose(TABLE, "share", f"{number:x}") for number in range(SHARES)]
    rest = {case.id for case in TABLE} - choose(TABLE, "representative", "")
    assert set().union(*shares) == rest
    assert sum(map(len, shares)) == len(rest)
    assert all(shares)


def test_another_mode_is_refused() -> None:
    with pytest.raises(ValueError, match="half"):
        choose(TABLE, "half", "0")


def test_missing_names_the_package() -> None:
    assert missing(["ip", "sh"], ["sh"]).endswith("apt-get install -y iproute2, then again")
    assert missing(["sh"], ["sh"]) == ""


CASES = """
import pytest
from tests.support import suites

@pytest.mark.wire("a")
def test_one(): pass

@pytest.mark.wire("a")
def test_two(): pass

@pytest.mark.needs_command("no-such-command")
def test_three(): raise AssertionError

@pytest.mark.integration
def test_four(pytestconfig): suites.say(pytestconfig, "four was here")

def test_of_no_suite_in_a_folder_named_as_one(): pass
"""


WORKERS = "-n2 --dist=worksteal"
RUNS = (" --wire=all", "true ", "true -k not_three", " -mnot~integration")


def start(folder: Path, ci: str, options: list[str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "conftest"]
    command += ["--rootdir", str(folder), str(folder)]
    env = {**os.environ, "CI": ci, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [*command, *options], capture_output=True, text=True, env=env, check=False, cwd=folder
    )


@pytest.fixture(scope="module", params=["", WORKERS], ids=["one process", "workers"])
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Runs of a small suite, in one process and by workers alike, several at a time."""
    folder = tmp_path_factory.mktemp("suites")
    (folder / "wire").mkdir()
    (folder / "wire/test_cases.py").write_text(CASES)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = {}
        for name in RUNS:
            ci, *options = name.split(" ")
            options = [one.replace("_", " ").replace("~", " ") for one in options if one]
            results[name] = pool.submit(start, folder, ci, [*request.param.split(), *options])
        yield lambda name: results[name].result()


@pytest.mark.integration
def test_last_lines_count_and_name_what_was_left_out(run: Run) -> None:
    result = run(" --wire=all")
    assert result.returncode == 0, result.stdout + result.stderr
    *_, suite, line, left_out = result.stdout.splitlines()
    assert suite == "wire: ran 2 of 2 cases (all)"
    assert line == "four was here"
    assert left_out.startswith(
        "left out: 1 of wire/test_cases.py: no-such-command not found; run: "
    )


@pytest.mark.integration
def test_leaving_out_fails_in_ci(run: Run) -> None:
    result = run("true ")
    assert result.returncode == 1, result.stdout + result.stderr
    assert "wire: ran 1 of 2 cases (representative); all of them: make test-all" in result.stdout
    assert "leaving something out is a failure" in result.stdout


@pytest.mark.integration
def test_deselecting_is_not_leaving_out(run: Run) -> None:
    assert run("true -k not_three").returncode == 0


@pytest.mark.integration
def test_the_fast_loop_says_what_it_does_not_run(run: Run) -> None:
    result = run(" -mnot~integration")
    assert "integration: 1 tests not run; with them: make test" in result.stdout
    assert "four was here" not in result.stdout
