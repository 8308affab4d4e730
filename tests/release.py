"""A release, tried: built, installed in empty environments, and used as whoever gets it would.

``python -m tests.release [FOLDER]`` releases the changelog and builds sdist, wheel and collection
in a copy of the checkout, and tries each with the oldest and the newest Python of this machine that
the command supports. If all is well, what was built goes into the folder (``dist``). pip needs a
network.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.support import checkout, interpreters, venvs
from tests.support.checkout import ROOT, copy

# The oldest Python of the command; tests/unit/test_support.py holds it equal to pyproject.toml.
OLDEST = (3, 10)
EXAMPLES = ROOT / "examples"


class Built(NamedTuple):
    """What a release is made of."""

    sdist: Path
    wheel: Path
    collection: Path


class Failed(Exception):  # noqa: N818  it is the release that failed
    """A step did not end as it must; the message says which, and what it printed."""


def main(argv: Sequence[str] | None = None) -> int:
    """Try a release of the checkout; say each step, and 1 where one fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "dist")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="mailwarden-release-") as place:
        try:
            built = released(Path(place))
        except Failed as error:
            print(error, file=sys.stderr)
            return 1
        options.folder.mkdir(parents=True, exist_ok=True)
        for path in built:
            print(shutil.copy(path, options.folder))
    return 0


def released(place: Path) -> Built:
    """Build everything in an empty folder, and try it.

    :raises Failed: where a step does not end as it must
    """
    built = build(place)
    for version, python in pythons():
        folder = place / version
        folder.mkdir()
        print(f"Python {version}:")
        for distribution in (built.wheel, built.sdist):
            try_command(python, distribution, folder / distribution.suffix)
        try_collection(python, built.collection, folder / "collection")
    return built


def build(place: Path) -> Built:
    """Release the changelog in a copy of the checkout, and build there."""
    folder = copy(place / "checkout")
    checkout.commit(folder)
    release_changelog(folder, place)
    dist = place / "dist"
    dist.mkdir()
    run([sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", dist], folder, place)
    (sdist,) = dist.glob("*.tar.gz")
    # As pip and PyPI's users do: the wheel comes from the sdist.
    run(["tar", "-xf", sdist], place, place)
    unpacked = place / sdist.name.removesuffix(".tar.gz")
    run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", dist], unpacked, place)
    (wheel,) = dist.glob("*.whl")
    galaxy: list[str | Path] = [sys.executable, "-m", "ansible", "galaxy", "collection", "build"]
    run([*galaxy, "--output-path", dist], folder, place)
    (collection,) = dist.glob("mailwarden-policy-*.tar.gz")
    for path in (sdist, wheel, collection):
        expect(version() in path.name, f"{path.name} is not of version {version()}")
        print(f"built {path.name}, {path.stat().st_size // 1000} kB")
    return Built(sdist, wheel, collection)


def release_changelog(folder: Path, place: Path) -> None:
    """Release the changelog of a copy, unless that of this version is released already."""
    changelog = folder / "changelogs/changelog.yaml"
    if not changelog.exists() or f"\n  {version()}:\n" not in changelog.read_text():
        wanted = ("antsibull-changelog", "ansible-core")
        tools = environment(Path(sys.executable), place / "tools", *wanted)
        run([tools / "antsibull-changelog", "release"], folder, place)
        expect(f"\n  {version()}:\n" in changelog.read_text(), f"{changelog} lacks {version()}")
    left = [path.name for path in folder.glob("changelogs/fragments/*.yml")]
    expect(not left, f"fragments that are in no release: {', '.join(left)}")


def version() -> str:
    """Return the version that galaxy.yml names."""
    match = re.search(r"(?m)^version: (\S+)$", (ROOT / "galaxy.yml").read_text())
    assert match
    return match[1]


def pythons() -> list[tuple[str, Path]]:
    """Return the oldest and the newest Python of this machine on which the command runs."""
    enough = [
        (name, path)
        for name, path in interpreters.found().items()
        if tuple(int(part) for part in name.split(".")[:2]) >= OLDEST
    ]
    return list(dict([enough[0], enough[-1]]).items())


def environment(python: Path, place: Path, *wanted: str | Path) -> Path:
    """Make an environment in which pip has installed what is wanted; return its ``bin``."""
    run([python, "-I", "-m", "venv", place], place.parent, place.parent)
    run([place / "bin/python", "-m", "pip", "install", "-q", *wanted], place.parent, place.parent)
    return place / "bin"


def try_command(python: Path, distribution: Path, place: Path) -> None:
    """Install the command alone, and lint the examples."""
    commands = environment(python, place, distribution)
    mailwarden = commands / "mailwarden"
    shown = run([mailwarden, "--version"], place, place)
    expect(version() in shown, f"--version prints {shown}")
    run([mailwarden, "lint", EXAMPLES / "right"], place, place)
    shown = run([mailwarden, "lint", EXAMPLES / "wrong/mail"], place, place, status=1)
    expect("[cleartext-auth]" in shown, f"the wrong example is not seen: {shown}")
    run([commands / "python", "-c", "import ansible"], place, place, status=1)
    print(f"  {distribution.name}: installed without Ansible, linted the examples")


def try_collection(python: Path, collection: Path, place: Path) -> None:
    """Install the collection beside ansible-core alone, and run the module on this host."""
    commands = environment(python, place, "ansible-core")
    run([commands / "python", "-c", "import mailwarden"], place, place, status=1)
    install: list[str | Path] = [commands / "ansible-galaxy", "collection", "install", "--offline"]
    run([*install, "-p", place / "collections", collection], place, place)
    check: list[str | Path] = [commands / "ansible", "localhost", "-c", "local"]
    check += ["-m", "mailwarden.policy.check", "-e", f"ansible_python_interpreter={python}", "-a"]
    # A server's example names certificates, which this host has not.
    run([*check, f"paths={EXAMPLES / 'right/workstation/msmtprc'}"], place, place)
    shown = run([*check, f"paths={EXAMPLES / 'wrong/workstation/msmtprc'}"], place, place, status=2)
    expect("implicit-tls-missing" in shown, f"the wrong example is not seen: {shown}")
    core = run([commands / "ansible", "--version"], place, place).splitlines()[0]
    print(f"  {collection.name}: installed in {core}, checked the examples on this host")


def run(command: Sequence[str | Path], folder: Path, home: Path, status: int = 0) -> str:
    """Run a command of a user who has just logged in; return all that it printed.

    :raises Failed: where it ends with another status
    """
    env = venvs.environment(
        home, **venvs.pip_settings(), ANSIBLE_COLLECTIONS_PATH=str(home / "collections")
    )
    # Commands of an environment call others of it.
    env["PATH"] = os.pathsep.join([str(Path(command[0]).parent), env["PATH"]])
    done = subprocess.run(
        command,
        cwd=folder,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    words = " ".join(map(str, command))
    expect(done.returncode == status, f"{words}\nended with {done.returncode}:\n{done.stdout}")
    return done.stdout


def expect(holds: bool, otherwise: str) -> None:
    """Raise ``Failed`` with these words unless something holds."""
    if not holds:
        raise Failed(otherwise)


if __name__ == "__main__":
    sys.exit(main())
