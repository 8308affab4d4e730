"""``make bench``: what a run costs, as ratios of the median times of commands that run in turn.

Exits with 1 where a bar is missed. Nothing is cached but byte code, which a user has after the
first run: every command runs once before it is timed, and no setting of the caller's (such as
``PYTHONDONTWRITEBYTECODE``) reaches it. A module brings no byte code to a node, so the task's time
is without.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from tests.bench import inputs, timing, tree
from tests.bench.timing import Command

ROOT = Path(__file__).resolve().parents[2]
BARE = "import argparse, json, re"
ROUNDS = 61
LARGE_ROUNDS = 3
TASKS = 8
TASK_ROUNDS = 15
SIZE = 1_000_000
PAIRS = 1000
# A lint may find something; only what is not read, or wrong usage, makes a time worthless.
LINTED = (0, 1)
# What ansible-lint finds in a tree that is only large is no matter.
ANY = (0, 2)
ANSIBLE_LINTED = 20


class Bar(NamedTuple):
    """One line of the table."""

    what: str
    seconds: float
    against: str
    base: float
    most: float

    @property
    def ratio(self) -> float:
        return self.seconds / self.base

    @property
    def held(self) -> bool:
        return self.ratio <= self.most


def program(name: str) -> str:
    """Return a program of the environment that runs this.

    :raises SystemExit: where it is not installed there
    """
    path = Path(sys.executable).parent / name
    if not path.exists():
        sys.exit(f"{name} is not installed beside {sys.executable}; make bench installs it")
    return str(path)


def lint(folder: Path, *paths: str) -> Command:
    """Return the command that lints files of a folder."""
    return Command([program("mailwarden"), "lint", *paths], folder, LINTED)


def starting(folder: Path, env: dict[str, str]) -> list[Bar]:
    """Measure one configuration, with and without a policy, and one small file."""
    inputs.small(folder / "plain", policy=False)
    inputs.small(folder / "policy", policy=True)
    (folder / "plain/one.yml").write_text(inputs.YAML)
    files = ("main.cf", "master.cf")
    taken = timing.usual(
        {
            "bare": Command([sys.executable, "-c", BARE], folder),
            "lint": lint(folder / "plain", *files),
            "policy": lint(folder / "policy", *files),
            "yamllint": Command([program("yamllint"), "one.yml"], folder / "plain"),
            "one": lint(folder / "plain", "main.cf"),
        },
        ROUNDS,
        env,
    )
    bare = f"python -c '{BARE}'"
    return [
        Bar("lint of one Postfix configuration", taken["lint"], bare, taken["bare"], 1.6),
        Bar("the same with a policy file", taken["policy"], bare, taken["bare"], 2.2),
        Bar("lint of one small file", taken["one"], "yamllint", taken["yamllint"], 1.0),
    ]


def growing(folder: Path, env: dict[str, str]) -> list[Bar]:
    """Measure ten times the input; what starting costs is taken off, which would flatter."""
    bars = []
    for name, write in (("main.cf", inputs.large_main), ("master.cf", inputs.large_master)):
        for size in (SIZE // 10, SIZE):
            write(folder / f"{name}-{size}", size)
        taken = timing.usual(
            {
                "start": Command([program("mailwarden"), "--version"], folder),
                "tenth": lint(folder / f"{name}-{SIZE // 10}", "--quiet", name),
                "whole": lint(folder / f"{name}-{SIZE}", "--quiet", name),
            },
            LARGE_ROUNDS,
            env,
        )
        whole, tenth = taken["whole"] - taken["start"], taken["tenth"] - taken["start"]
        bars.append(Bar(f"{name} of 1 MB", whole, "a tenth of it", tenth, 12))
    return bars


def fixing(folder: Path, env: dict[str, str]) -> list[Bar]:
    """Measure what trying fixes adds, in time and, over many pairs, in memory."""
    few, many = PAIRS // 4, PAIRS
    inputs.pairs(folder / "clean", few, faulty=False)
    inputs.pairs(folder / "faulty", few, faulty=True)
    inputs.pairs(folder / "many", many, faulty=True)
    commands = {
        "start": Command([program("mailwarden"), "--version"], folder),
        **{name: lint(folder / name, "--quiet", ".") for name in ("clean", "faulty", "many")},
    }
    taken = timing.usual(commands, LARGE_ROUNDS, env)
    clean, faulty, whole = (taken[name] - taken["start"] for name in ("clean", "faulty", "many"))
    peaks = {name: timing.peak(command, env) for name, command in commands.items()}
    grown, base = (peaks[name] - peaks["start"] for name in ("many", "faulty"))
    return [
        Bar("a faulty pair", faulty / few, "a clean pair", clean / few, 3),
        Bar(f"{many} faulty pairs", whole, "a quarter of them", faulty, 4.8),
        Bar("their memory (GB for s)", grown, "a quarter of them", base, 4.8),
    ]


def of_roles(folder: Path, env: dict[str, str]) -> list[Bar]:
    """Measure a large repository of roles, of which few are about mail."""
    tree.write(folder / "tree")
    lines = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from tests.bench import tree; "
    commands = {
        "python": Command([sys.executable, "-c", lines], folder),
        "read": Command([sys.executable, "-c", lines + "tree.read('tree')"], folder),
        "start": Command([program("mailwarden"), "--version"], folder),
        "lint": lint(folder / "tree", "--quiet", "."),
        "yamllint": Command([program("yamllint"), "."], folder / "tree", LINTED),
    }
    taken = timing.usual(commands, LARGE_ROUNDS, env)
    # It would take many minutes for all of the tree.
    part = [f"roles/role{number}" for number in range(tree.ROLES // ANSIBLE_LINTED)]
    slow = {
        "ansible-lint": Command([program("ansible-lint"), "--version"], folder),
        "part": Command([program("ansible-lint"), "--offline", "-q", *part], folder / "tree", ANY),
    }
    taken.update(
        timing.usual(slow, 1, {**env, "PATH": f"{Path(sys.executable).parent}:{env['PATH']}"})
    )
    peaks = {name: timing.peak(commands[name], env) for name in ("start", "lint")}
    took = taken["lint"] - taken["start"]
    reading = taken["read"] - taken["python"]
    linting = taken["part"] - taken["ansible-lint"]
    memory = peaks["lint"] - peaks["start"]
    return [
        Bar("a tree of roles", took, "reading all its bytes", reading, 20),
        Bar("the same", taken["lint"], "yamllint", taken["yamllint"], 1 / 10),
        Bar("the same", took, "ansible-lint of a twentieth", linting, ANSIBLE_LINTED / 100),
        Bar("its memory (GB for s)", memory, "200 MB", 0.2, 1),
    ]


def as_task(folder: Path, env: dict[str, str]) -> list[Bar]:
    """Measure the module as a task beside ``ping``.

    Every play runs both once, for which Ansible loads and packs what it keeps; a play of no more
    than that is taken off.
    """
    inputs.host(folder / "task")
    paths = [str(folder / "task" / name) for name in ("main.cf", "master.cf")]
    ping: dict[str, object] = {"ansible.builtin.ping": {}}
    check: dict[str, object] = {"mailwarden.policy.check": {"paths": paths, "fail_on": "never"}}
    local = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    hosts = {"all": {"hosts": {"node": local}}}
    (folder / "task/hosts.json").write_text(json.dumps(hosts))
    commands = {}
    for name, tasks in (("none", []), ("ping", [ping] * TASKS), ("check", [check] * TASKS)):
        play = {"hosts": "node", "gather_facts": False, "tasks": [ping, check, *tasks]}
        (folder / f"task/{name}.json").write_text(json.dumps([play]))
        playbook = [sys.executable, "-m", "ansible", "playbook", "-i", "hosts.json"]
        commands[name] = Command([*playbook, f"{name}.json"], folder / "task")
    taken = timing.usual(commands, TASK_ROUNDS, env)
    base, took = ((taken[name] - taken["none"]) / TASKS for name in ("ping", "check"))
    return [Bar("the module as a task", took, "ansible.builtin.ping", base, 1.4)]


def table(bars: list[Bar]) -> str:
    """Return the results as a table."""
    form = "{:34} {:>9}   {:38} {:>9} {:>7} {:>7}  {}"
    lines = [form.format("what", "ms", "against", "ms", "ratio", "at most", "")]
    for one in bars:
        numbers = [f"{one.base * 1000:.1f}", f"{one.ratio:.2f}", f"{one.most:.1f}"]
        numbers.append("held" if one.held else "MISSED")
        lines.append(form.format(one.what, f"{one.seconds * 1000:.1f}", one.against, *numbers))
    return "\n".join(lines)


def main() -> int:
    """Measure everything, print the table; return 1 where a bar is missed."""
    # Nothing else: PYTHONDONTWRITEBYTECODE would have every run compile the package again.
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR", "LANG") if name in os.environ}
    with tempfile.TemporaryDirectory(prefix="mailwarden-bench-") as name:
        folder = Path(name)
        env = {**kept, "HOME": name, "ANSIBLE_LOCALHOST_WARNING": "0"}
        # Where the package is not installed, the link in .dev is what Ansible finds it by.
        env["ANSIBLE_COLLECTIONS_PATH"] = str(ROOT / ".dev")
        measured = (starting, growing, fixing, of_roles, as_task)
        bars = [bar for measure in measured for bar in measure(folder, env)]
    print(f"Python {sys.version.split()[0]}; the median processor time of several rounds")
    print(table(bars))
    return 0 if all(one.held for one in bars) else 1


if __name__ == "__main__":
    sys.exit(main())
