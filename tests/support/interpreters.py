"""The Python interpreters of this machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

# The oldest that the engine and the modules support.
OLDEST = (3, 8)
PROBE = "import sys; print(sys.executable); print('%d.%d.%d' % sys.version_info[:3])"


@cache
def found() -> dict[str, Path]:
    """Find every interpreter from 3.8 on, on PATH and among pyenv's.

    :return: version ("3.8.18") -> the interpreter itself, oldest first; one of each minor version
    """
    versions: dict[tuple[int, ...], Path] = {}
    for candidate in candidates():
        done = subprocess.run(
            [candidate, "-I", "-c", PROBE], capture_output=True, text=True, check=False
        )
        # A shim of a version that is not selected is there and does not run.
        if done.returncode == 0:
            executable, version = done.stdout.split()
            numbers = tuple(int(part) for part in version.split("."))
            versions.setdefault(numbers, Path(executable))
    minors = {numbers[:2]: numbers for numbers in sorted(versions, reverse=True)}
    chosen = sorted(numbers for minor, numbers in minors.items() if minor >= OLDEST)
    return {".".join(map(str, numbers)): versions[numbers] for numbers in chosen}


def candidates() -> list[Path]:
    """Return what may be an interpreter."""
    names = ["python3", *(f"python3.{minor}" for minor in range(OLDEST[1], 16))]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    on_path = [Path(path) for name in names if (path := shutil.which(name))]
    # A shim starts slowly what stands among the versions.
    on_path = [path for path in on_path if path.parent != pyenv / "shims"]
    root = pyenv / "versions"
    folders = sorted(root.glob("3.*")) if root.is_dir() else []
    return on_path + [
        folder / "bin/python" for folder in folders if re.fullmatch(r"3\.\d+\.\d+", folder.name)
    ]


def oldest() -> tuple[str, Path]:
    """Return the oldest interpreter that the modules support, with its version."""
    return next(iter(found().items()))


def prefix_of(python: Path) -> Path:
    """Return the folder that a Python is installed in."""
    done = subprocess.run(
        [python, "-I", "-c", "import sys; print(sys.base_prefix)"],
        check=True,
        capture_output=True,
        text=True,
    )
    return Path(done.stdout.strip())
