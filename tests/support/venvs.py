"""Virtual environments that hold exactly the distributions that a test names.

They are filled with links into the environment that runs the tests, so they cost no download and
need no network, and nothing that is not named can be imported.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import venv
from importlib.metadata import Distribution, EntryPoint, distribution
from pathlib import Path


def make(folder: Path, *names: str, copied: str = "") -> Path:
    """Make an environment with pip and some distributions.

    :param folder: where it goes; made
    :param names: distributions of this environment; what they need comes too, and their commands
    :param copied: one of them that others install files into: a copy, as a link would let them
        into this environment
    :return: its interpreter
    :raises PackageNotFoundError: where a name is not installed here
    """
    venv.create(folder, with_pip=True, symlinks=True)
    python = folder / "bin/python"
    site = folder / f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
    for name, dist in closure(names).items():
        for entry in top_level(dist):
            if name == copied and entry.is_dir():
                shutil.copytree(entry, site / entry.name)
            elif not (site / entry.name).exists():
                (site / entry.name).symlink_to(entry)
        for script in dist.entry_points.select(group="console_scripts"):
            write_command(folder / "bin" / script.name, script)
    return python


def write_command(path: Path, script: EntryPoint) -> None:
    """Write a command of a distribution, as pip would."""
    path.write_text(
        f"#!{path.parent}/python\n"
        f"import sys\nfrom {script.module} import {script.attr}\nsys.exit({script.attr}())\n"
    )
    path.chmod(0o755)


def closure(names: tuple[str, ...]) -> dict[str, Distribution]:
    """Return the distributions and all that they need on this interpreter, extras left out."""
    found: dict[str, Distribution] = {}
    waiting = list(names)
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in found:
            continue
        found[name] = distribution(name)
        for requirement in found[name].requires or []:
            if needed_here(requirement):
                waiting.append(re.split(r"[\s;<>=!~\[(]", requirement, maxsplit=1)[0])
    return found


def needed_here(requirement: str) -> bool:
    """Say whether a requirement's marker holds on this interpreter without any extra."""
    # pytest needs packaging, so it is there wherever tests run.
    from packaging.requirements import Requirement

    marker = Requirement(requirement).marker
    return marker is None or marker.evaluate({"extra": ""})


def top_level(dist: Distribution) -> set[Path]:
    """Return the files and folders of a distribution that stand in site-packages itself."""
    entries = set()
    for file in dist.files or []:
        name = file.parts[0]
        if name not in ("..", "__pycache__") and not name.endswith(".pth"):
            entries.add(Path(str(dist.locate_file(name))))
    return entries


def environment(home: Path, **extra: str) -> dict[str, str]:
    """Return the environment of a user who has just logged in, for Ansible and pip.

    :param home: a folder for what they write
    :param extra: variables to add
    """
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    return {
        **kept,
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_LOCALHOST_WARNING": "0",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        **extra,
    }


def pip_settings() -> dict[str, str]:
    """Return what this environment tells pip, for a pip that has to find packages itself."""
    kept = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    # What it has downloaded before it need not download again.
    return {"PIP_CACHE_DIR": str(pip_cache()), **kept}


def pip_cache() -> Path:
    """Return where pip keeps what it has downloaded."""
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "pip"


def run(command: list[str | Path], cwd: Path, env: dict[str, str]) -> str:
    """Run a command that must succeed; return what it printed.

    :raises AssertionError: with everything that it printed, where it fails
    """
    done = subprocess.run(
        command, cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout
