"""ansible-test's sanity tests pass, and they look: what is planted is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import interpreters, sanity

# Too long for every run, so it stands for no class.
pytestmark = [pytest.mark.integration, pytest.mark.slow]

LICENSE = "# GNU General Public License v3.0+ (see LICENSE)\n"
# Files with a fault each, and the tests that must find them.
PLANTED = {
    "syntax.py": LICENSE + "def planted(:\n    pass\n",
    "foreign.py": LICENSE + "import dns.resolver\n\nassert dns\n",
}
FINDERS = {"compile", "import", "no-assert"}


def test_sanity_passes(tmp_path: Path) -> None:
    done = sanity.run(sanity.collection(tmp_path))
    assert done.returncode == 0, done.stdout[-4000:]
    ran = set(sanity.RAN.findall(done.stdout))
    assert ran >= {*FINDERS, "ansible-doc", "changelog", "pep8", "pylint", "validate-modules"}
    assert "All targets skipped" not in done.stdout


def test_sanity_finds_what_is_planted(tmp_path: Path) -> None:
    copy = sanity.collection(tmp_path)
    for name, text in PLANTED.items():
        (copy / "plugins/module_utils" / name).write_text(text)
    version, _path = interpreters.oldest()
    oldest = "--python=" + ".".join(version.split(".")[:2])
    done = sanity.run(copy, oldest, *(f"--test={name}" for name in sorted(FINDERS)))
    assert done.returncode == 1, done.stdout[-4000:]
    for name in PLANTED:
        assert f"plugins/module_utils/{name}:" in done.stdout
    failed = done.stdout.partition("sanity test(s) listed below")[2].split()
    assert set(failed) >= FINDERS
