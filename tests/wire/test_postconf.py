"""The postconf of each Debian release writes what the table of calls says.

What a shell or the environment decides, and what shows only, is not run. Needs root, and the
systems that `python -m tests.wire.chroots` makes.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.support.postconf_calls import CALLS, Call
from tests.support.steps import FAILS, OPEN

from . import chroots

VERSIONS = {"bookworm": "3.7", "trixie": "3.10"}
RUNS = [
    pytest.param(
        row, release, id=f"{release}: {row.id}", marks=pytest.mark.wire(f"postconf {release}")
    )
    for release, version in VERSIONS.items()
    for row in CALLS
    if "postconf" in row.line and row.after != OPEN and not row.shell
    # No shell starts it.
    if row.id != "an open quotation"
    if row.version == version or "no line end" not in row.id
]
# Before 3.10 new names stand in the order of a hash table, another one in each run.
IN_NO_ORDER = {"3.7": {"new names at the end, in order"}}


@pytest.mark.parametrize(("row", "release"), RUNS)
def test_postconf_writes_what_the_table_says(row: Call, release: str) -> None:
    try:
        root = chroots.ensure([release])[release]
    except chroots.NotPossibleError as error:
        pytest.skip(str(error))
    folder = Path(tempfile.mkdtemp(dir=root / "tmp"))
    try:
        found = behind(row, root, folder)
        if row.id in IN_NO_ORDER.get(VERSIONS[release], ()):
            assert sorted(str(found).splitlines()) == sorted(str(row.after).splitlines())
        else:
            assert found == row.after
    finally:
        shutil.rmtree(folder)


def behind(row: Call, root: Path, folder: Path) -> str | None:
    """The file behind a call, or that it failed."""
    words = shlex.split(row.line)[1:]
    master = any(word[:2] in ("-M", "-P", "-F") for word in words)
    file = folder / ("master.cf" if master else "main.cf")
    (folder / "main.cf").write_text("")
    file.unlink(missing_ok=True)
    if row.before is not None:
        file.write_text(row.before)
    inside = f"/{folder.relative_to(root)}"
    command = ("chroot", str(root), "/usr/sbin/postconf", "-c", inside, *words)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        # Nothing is written then.
        assert (file.read_text() if file.exists() else None) == row.before
        return FAILS
    return file.read_text()
