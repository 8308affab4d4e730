"""The GitHub action: its shell steps are run as the runner runs them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from tests import golden
from tests.support import checkout, reports, sarif, venvs

ACTION: dict[str, Any] = yaml.safe_load((checkout.ROOT / "action.yml").read_text())
STEPS: dict[str, Any] = {step["name"]: step for step in ACTION["runs"]["steps"]}
PAGE = (checkout.ROOT / "docs/github-action.md").read_text()
WRONG = "account work\nhost mail.example.com\nport 465\nauth on\ntls on\nuser jane\n"
INPUT = re.compile(r"\$\{\{ inputs\.([a-z-]+) \}\}")
# What "shell: bash" means to the runner (docs.github.com, workflow syntax).
BASH = ["bash", "--noprofile", "--norc", "-eo", "pipefail"]


class Runner(NamedTuple):
    """A runner's folders, and a repository."""

    temp: Path
    repository: Path

    def run(self, name: str, **inputs: str) -> subprocess.CompletedProcess[str]:
        """Run a step with inputs, whose names have ``_`` for ``-``."""
        step = STEPS[name]
        given = {key: value["default"] for key, value in ACTION["inputs"].items()}
        given.update({key.replace("_", "-"): value for key, value in inputs.items()})
        environment = venvs.environment(
            self.temp,
            **venvs.pip_settings(),
            RUNNER_TEMP=str(self.temp),
            GITHUB_ACTION_PATH=str(checkout.ROOT),
            GITHUB_OUTPUT=str(self.temp / "output"),
            PIP_NO_COMPILE="1",
            **{
                key: INPUT.sub(lambda match: given[match[1]], value)
                for key, value in step.get("env", {}).items()
            },
        )
        script = self.temp / "script.sh"
        script.write_text(step["run"])
        return subprocess.run(
            [*BASH, script],
            cwd=self.repository,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def lint(self, **inputs: str) -> subprocess.CompletedProcess[str]:
        (self.temp / "output").write_text("")
        return self.run("Lint", **inputs)

    def outputs(self) -> dict[str, str]:
        lines = (self.temp / "output").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)


def runner_in(folder: Path) -> Runner:
    temp = folder / "a temporary folder"
    temp.mkdir()
    repository = folder / "repository"
    reports.write(repository, {"one/msmtprc": WRONG, "two words/msmtprc": WRONG})
    return Runner(temp, repository)


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    """A runner on which the command of this checkout is installed."""
    made = runner_in(tmp_path)
    command = made.temp / "mailwarden/bin/mailwarden"
    command.parent.mkdir(parents=True)
    paths = golden.environment()["PYTHONPATH"]
    command.write_text(f'#!/bin/sh\nPYTHONPATH={paths} exec {sys.executable} -m mailwarden "$@"\n')
    command.chmod(0o755)
    return made


@pytest.mark.parametrize("name", STEPS)
def test_nothing_is_put_into_the_text_of_the_shell(name: str) -> None:
    step = STEPS[name]
    assert "${{" not in step["run"]
    assert step["shell"] == "bash"
    assert set(step) <= {"name", "id", "shell", "env", "run"}
    assert all(INPUT.fullmatch(value) for value in step.get("env", {}).values())


def test_every_input_is_used_and_on_the_page() -> None:
    used = {match for step in STEPS.values() for match in INPUT.findall(str(step.get("env", "")))}
    assert used == set(ACTION["inputs"])
    rows = re.findall(r"^\| `([a-z-]+)` \|", PAGE, re.MULTILINE)
    assert rows == list(ACTION["inputs"])
    shown = yaml.safe_load(PAGE.partition("```yaml\n")[2].partition("```")[0])
    (step,) = (
        one
        for one in shown["jobs"]["mailwarden"]["steps"]
        if one["uses"].startswith("mailwarden/mailwarden@")
    )
    assert set(step["with"]) <= set(ACTION["inputs"])


@pytest.mark.integration
def test_it_lints_and_writes_a_log(runner: Runner) -> None:
    done = runner.lint()
    assert done.returncode == 1, done.stderr
    commands = [reports.command(line) for line in done.stdout.splitlines()]
    assert {one.properties["file"] for one in commands if one} == {
        "one/msmtprc",
        "two words/msmtprc",
    }
    log = json.loads(Path(runner.outputs()["sarif"]).read_text())
    assert sarif.wrong(log) == []
    assert len(log["runs"][0]["results"]) == done.stdout.count("::error ")


@pytest.mark.integration
@pytest.mark.parametrize(
    ("inputs", "status", "words"),
    [
        pytest.param({"fail_on": "never"}, 0, "::error file=one", id="fail-on"),
        pytest.param({"paths": "two words\n\n"}, 1, "file=two words", id="a path with a blank"),
        pytest.param({"paths": "one\ntwo words\n"}, 1, "file=one", id="two paths"),
        pytest.param({"paths": "nowhere"}, 2, "nowhere: no such file", id="no such path"),
        pytest.param({"paths": "--version"}, 2, "--version: no such file", id="no option"),
        pytest.param({"profile": "harsh"}, 2, "invalid choice", id="no such profile"),
        pytest.param({"config": "no.yml"}, 2, "no.yml: no such file", id="no such policy"),
        pytest.param({"baseline": "no.json"}, 2, "no.json: no such file", id="no such baseline"),
        pytest.param({"sarif": "a\nsarif=b"}, 2, "one file is wanted", id="two outputs"),
    ],
)
def test_inputs(runner: Runner, inputs: dict[str, str], status: int, words: str) -> None:
    done = runner.lint(**inputs)
    assert done.returncode == status, done.stderr
    assert words in done.stdout + done.stderr


@pytest.mark.integration
@pytest.mark.parametrize("name", ACTION["inputs"])
@pytest.mark.parametrize(
    "evil", ["$(touch pwned)", "`touch pwned`", "'; touch pwned; '", '"; touch pwned #']
)
def test_no_input_is_a_command(runner: Runner, name: str, evil: str) -> None:
    done = runner.lint(**{name.replace("-", "_"): evil})
    assert done.returncode in (1, 2), done.stderr
    assert not (runner.repository / "pwned").exists()


@pytest.mark.slow
def test_it_installs_itself(tmp_path: Path) -> None:
    runner = runner_in(tmp_path)
    done = runner.run("Install mailwarden")
    assert done.returncode == 0, done.stdout + done.stderr
    assert runner.lint(paths="one").returncode == 1
    assert Path(runner.outputs()["sarif"]).is_file()
