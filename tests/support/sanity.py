"""ansible-test's sanity tests, run on the collection as it is released: without these tests.

ansible-test refuses a folder that is a link, and tests nothing, with success, in a tree of links or
where git ignores the folder: so the collection is unpacked outside the checkout.
What it installs stays in the environment that runs the tests, so that a second run is quick.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

from tests.support import interpreters
from tests.support.checkout import copy

HOME = Path(sys.prefix) / "ansible-test"
PLACE = "ansible_collections/mailwarden/policy"
# ansible-test bootstraps pip in its environments with a script that it downloads. Python brings pip
# itself: this is the same without a network.
GET_PIP = "import ensurepip; ensurepip.bootstrap(default_pip=True)\n"
RAN = re.compile(r"^Running sanity test [\"'](?P<name>[^\"']+)[\"']", re.M)


def collection(folder: Path) -> Path:
    """Build the collection and unpack it where ansible-test wants a collection to be."""
    checkout, built = copy(folder / "checkout"), folder / "built"
    build = [sys.executable, "-m", "ansible", "galaxy", "collection", "build"]
    subprocess.run(
        [*build, "--output-path", str(built)], cwd=checkout, capture_output=True, check=True
    )
    (release,) = built.iterdir()
    with tarfile.open(release) as archive:
        archive.extractall(folder / PLACE, filter="data")
    return folder / PLACE


def run(collection: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``ansible-test sanity`` in a copy; what it prints is all in ``stdout``."""
    _stand_in()
    command = [str(Path(sys.executable).parent / "ansible-test"), "sanity", "--local"]
    return subprocess.run(
        [*command, "--color", "no", *arguments],
        cwd=collection,
        env=_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def _environment() -> dict[str, str]:
    """The interpreters themselves first: pyenv's shims are there also where they do not run."""
    folders = [str(path.parent) for path in interpreters.found().values()]
    path = os.pathsep.join([str(Path(sys.executable).parent), *folders, os.environ["PATH"]])
    kept = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    return {**kept, "HOME": str(HOME), "LC_ALL": "C.UTF-8", "PATH": path}


def _stand_in() -> None:
    """Put the script where ansible-test has what it once downloaded."""
    import ansible_test

    source = Path(ansible_test.__path__[0]) / "_internal/python_requirements.py"
    for version in set(re.findall(r"\bpip='([\d.]+)'", source.read_text(encoding="utf-8"))):
        script = HOME / f".ansible/test/cache/get_pip_{version.replace('.', '_')}.py"
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text(GET_PIP)
