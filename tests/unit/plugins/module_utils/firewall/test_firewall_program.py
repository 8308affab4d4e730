"""The program that outlives the task, and the unit that runs it."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.firewall import (
    files,
    program,
    systemd,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.firewall.exposure import (
    Exposure,
)

from tests.support import interpreters


def test_the_program_is_the_same_each_time() -> None:
    assert program.build() == program.build()


def test_the_program_holds_all_that_it_imports() -> None:
    held = {name.rpartition("/")[2] for name in program.MODULES}
    root = Path(program.__file__).parents[1]
    for name in program.MODULES:
        for node in ast.walk(ast.parse((root / name).read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level:
                names = [node.module] if node.module else [one.name for one in node.names]
                assert {f"{one}.py" for one in names} <= held, name


@pytest.mark.parametrize("version", interpreters.found())
def test_the_program_runs_with_a_bare_python(version: str, tmp_path: Path) -> None:
    path = tmp_path / "firewall.pyz"
    path.write_bytes(program.build())
    done = subprocess.run(
        [interpreters.found()[version], "-I", "-S", "-B", path, "nonsense"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (2, "usage: firewall.pyz boot | watch ID\n")


def test_the_unit_runs_what_the_module_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(systemd, "is_here", lambda: True)
    unit = files.boot_files(Exposure(frozenset(), frozenset()), "/usr/sbin/nft")[files.UNIT]
    assert isinstance(unit, bytes)
    starts = [line for line in unit.decode().splitlines() if line.startswith("ExecStart=")]
    commands = files.commands("/usr/sbin/nft")
    assert starts == ["ExecStart=" + " ".join(command) for command in commands]
    assert commands[1][0] == sys.executable
