"""Controllers: environments with one series of ansible-core each, made by pip and kept.

They are kept where the systems of tests/wire are; a series that this environment has needs none.
Which Python a series runs on: ansible-core's support matrix
(https://docs.ansible.com/ansible/latest/reference_appendices/release_and_maintenance.html).
"""

from __future__ import annotations

import contextlib
import fcntl
import sys
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from tests.support import interpreters, venvs
from tests.wire import chroots

Minor = tuple[int, ...]

# The oldest and the newest Python of each series.
SERIES: Mapping[str, tuple[Minor, Minor]] = {
    "2.17": ((3, 10), (3, 12)),
    "2.18": ((3, 11), (3, 13)),
    "2.19": ((3, 11), (3, 13)),
}
# The newest that there is for the newest Python of this machine, and the Python that the newest
# series wants.
NEWEST = "newest"
NEWEST_WANTS = (3, 12)
SHOW = "import ansible.release as r, sys; print(r.__version__, *sys.version_info[:2])"


class Controller(NamedTuple):
    """A Python that has ansible-core, and the versions of both."""

    python: Path
    core: str
    minor: Minor

    @property
    def shown(self) -> str:
        """In words."""
        return f"ansible-core {self.core} (Python {'.'.join(map(str, self.minor))})"

    @property
    def left_out(self) -> str:
        """What was wanted of the newest and is not there; empty where nothing is missing."""
        if self.minor >= NEWEST_WANTS:
            return ""
        wants = ".".join(map(str, NEWEST_WANTS))
        return f"{self.shown} stands for the newest; newer ones need Python {wants}, not found here"


def own() -> Controller:
    """Return the controller that runs the tests."""
    return Controller(Path(sys.executable), metadata.version("ansible-core"), sys.version_info[:2])


def get(series: str) -> Controller:
    """Return the controller of a series (``NEWEST``; empty for this environment's own).

    :raises AssertionError: where pip cannot make it, with what it printed
    :raises NotPossibleError: where this machine has no Python that the series runs on
    """
    if not series or own().core.startswith(series + "."):
        return own()
    with _locked(series) as folder:
        return _made(folder, series)


@contextlib.contextmanager
def _locked(series: str) -> Iterator[Path]:
    folder = chroots.cache() / "controllers"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{series}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def _made(folder: Path, series: str) -> Controller:
    minor, base = _interpreter(series)
    place = folder / f"{series}-py{'.'.join(map(str, minor))}"
    python = place / "bin/python"
    env = venvs.environment(folder, **venvs.pip_settings())
    if not (place / "made").exists():
        venvs.run([base, "-I", "-m", "venv", "--clear", place], folder, env)
    if series == NEWEST or not (place / "made").exists():
        # The newest is another one tomorrow.
        wanted = "ansible-core" if series == NEWEST else f"ansible-core=={series}.*"
        venvs.run([python, "-m", "pip", "install", "-q", "--upgrade", wanted], folder, env)
        (place / "made").touch()
    core = venvs.run([python, "-I", "-c", SHOW], folder, env).split()[0]
    return Controller(python, core, minor)


def _interpreter(series: str) -> tuple[Minor, Path]:
    """Return the newest Python of this machine that a series is made for, or else a newer one."""
    least, most = SERIES.get(series, ((3, 11), (4,)))
    found = {
        tuple(int(part) for part in version.split(".")[:2]): path
        for version, path in interpreters.found().items()
    }
    enough = [minor for minor in found if minor >= least]
    fitting = [minor for minor in enough if minor <= most] or enough
    if not fitting:
        wanted = ".".join(map(str, least))
        raise chroots.NotPossibleError(f"ansible-core {series} needs Python {wanted} or later")
    return max(fitting), found[max(fitting)]
