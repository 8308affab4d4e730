"""On a node the engine comes in a zip file: each module of it is compiled once."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import pytest
from ansible_collections.mailwarden.policy.plugins import module_utils

ROOT = Path(module_utils.__file__).parent
PACKAGE = "ansible_collections/mailwarden/policy/plugins/module_utils"
# Counts what is compiled from the archive while the engine judges a file.
NODE = """
import json, sys
sys.path.insert(0, sys.argv[1])
compiled = []
def heard(event, arguments):
    if event == "compile" and sys.argv[1] in str(arguments[1]):
        compiled.append(str(arguments[1]))
sys.addaudithook(heard)
{first}
from ansible_collections.mailwarden.policy.plugins.module_utils import engine
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource
files = {{"main.cf": b"myhostname = a", "master.cf": b"smtp inet n - n - - smtpd"}}
report = engine.check(MemorySource(files), Policy.default(), list(files))
print(json.dumps([len(report.endpoints), compiled]))
"""
ONCE = "from ansible_collections.mailwarden.policy.plugins.module_utils import once"


def on_node(archive: Path, first: str) -> tuple[int, list[str]]:
    """The endpoints that are found, and what was compiled for it."""
    command = [sys.executable, "-S", "-c", NODE.format(first=first), str(archive)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    endpoints, compiled = json.loads(done.stdout)
    return endpoints, compiled


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The engine as Ansible ships it."""
    path = tmp_path_factory.mktemp("node") / "payload.zip"
    with zipfile.ZipFile(path, "w") as made:
        parts = PACKAGE.split("/")
        for depth in range(1, len(parts)):
            made.writestr("/".join([*parts[:depth], "__init__.py"]), "")
        for file in ROOT.rglob("*.py"):
            made.write(file, f"{PACKAGE}/{file.relative_to(ROOT)}")
    return path


def test_every_module_is_compiled_once(archive: Path) -> None:
    endpoints, compiled = on_node(archive, ONCE)
    engine = [name for name in compiled if not name.endswith(("/once.py", "/__init__.py"))]
    assert endpoints
    assert len(engine) > 20
    assert len(engine) == len(set(engine))


def test_the_same_is_found_without(archive: Path) -> None:
    assert on_node(archive, "")[0] == on_node(archive, ONCE)[0]


def test_a_traceback_shows_the_lines(archive: Path) -> None:
    failing = NODE.format(first=ONCE).replace("Policy.default()", "None")
    shown = f"import traceback\ntry:\n{textwrap.indent(failing, '  ')}\nexcept AttributeError:\n"
    command = [sys.executable, "-S", "-c", shown + "  traceback.print_exc()", str(archive)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "policy.format_of(path)" in done.stderr
