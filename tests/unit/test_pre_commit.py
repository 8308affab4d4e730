"""The hooks in the real pre-commit, which installs them from the checkout."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from mailwarden.checkout import revision
from tests import golden
from tests.support import checkout, linted, venvs

FILES = "roles/satellite/files/"
FINDING = f"{FILES}main.cf:11:1: error: smtp.example.net:587 may get the password without TLS"
pytestmark = [pytest.mark.integration, pytest.mark.needs_command("git")]

PAGE = (checkout.ROOT / "docs/pre-commit.md").read_text(encoding="utf-8")
ADDRESS = "https://github.com/mailwarden/mailwarden"


class Hooks(NamedTuple):
    """A checkout in which everything is committed, and where pre-commit keeps its environments."""

    checkout: Path
    home: Path

    def pre_commit(self, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run ``pre-commit`` in a repository; what it prints is all in ``stdout``."""
        return subprocess.run(
            [sys.executable, "-m", "pre_commit", *arguments, "--color=never"],
            cwd=folder,
            env=venvs.environment(
                self.home, **venvs.pip_settings(), PRE_COMMIT_HOME=str(self.home)
            ),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def configuration(self) -> str:
        """Return the configuration that the page shows, for the checkout."""
        shown = PAGE.partition("```yaml\n")[2].partition("```")[0]
        rev = checkout.git(self.checkout, "rev-parse", "HEAD")
        return re.sub("rev: .*", f"rev: {rev}", shown.replace(ADDRESS, str(self.checkout)))

    def repository(self, folder: Path, state: str, hook: str) -> Path:
        """Make a repository that uses a hook, with the role of ``examples/right`` or ``wrong``."""
        configuration = self.configuration().replace("id: mailwarden", f"id: {hook}")
        tree = {**linted.ROLE, **linted.files(state), ".pre-commit-config.yaml": configuration}
        for name, text in tree.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        checkout.commit(folder)
        return folder


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Hooks:
    folder = checkout.copy(tmp_path_factory.mktemp("hooks") / "checkout")
    checkout.commit(folder)
    return Hooks(folder, tmp_path_factory.mktemp("pre-commit"))


def test_a_seeded_defect_fails(hooks: Hooks, tmp_path: Path) -> None:
    folder = hooks.repository(tmp_path, "wrong", "mailwarden")
    done = hooks.pre_commit(folder, "run", "--all-files")
    assert done.returncode == 1, done.stdout
    assert FINDING in done.stdout
    assert done.stdout.count("[cleartext-auth]") == 1, "it ran more than once"
    ((command, shown),) = golden.documented(PAGE)
    assert command == "pre-commit run --all-files"
    assert shown in done.stdout


def test_init_writes_the_configuration_of_the_page(tmp_path: Path) -> None:
    golden.printed("mailwarden init", tmp_path)
    shown = PAGE.partition("```yaml\n")[2].partition("```")[0]
    written = (tmp_path / ".pre-commit-config.yaml").read_text()
    assert written.replace(revision(), "v0.1.0") == shown


def test_the_corrected_file_passes(hooks: Hooks, tmp_path: Path) -> None:
    folder = hooks.repository(tmp_path, "right", "mailwarden")
    done = hooks.pre_commit(folder, "run", "--all-files", "--verbose")
    assert done.returncode == 0, done.stdout
    # Both files and the task that copies them, and of a repository with others those alone.
    assert "3 files, 1 endpoint: 0 errors" in done.stdout


def test_the_fixing_hook_repairs(hooks: Hooks, tmp_path: Path) -> None:
    folder = hooks.repository(tmp_path, "wrong", "mailwarden-fix")
    first = hooks.pre_commit(folder, "run", "--all-files")
    assert first.returncode == 1, first.stdout
    assert "files were modified by this hook" in first.stdout
    second = hooks.pre_commit(folder, "run", "--all-files")
    assert second.returncode == 0, second.stdout
    assert "smtp_tls_security_level = may" not in (folder / FILES / "main.cf").read_text()


@pytest.mark.parametrize(("name", "fails"), [("main.cf", True), ("master.cf", False)])
def test_of_one_file_of_two_is_said_what_stands_there(
    hooks: Hooks, tmp_path: Path, name: str, fails: bool
) -> None:
    folder = hooks.repository(tmp_path, "wrong", "mailwarden")
    done = hooks.pre_commit(folder, "run", "--files", FILES + name)
    assert bool(done.returncode) is fails, done.stdout
    assert (FINDING in done.stdout) is fails


def test_the_hooks_need_no_ansible(hooks: Hooks, tmp_path: Path) -> None:
    folder = hooks.repository(tmp_path, "right", "mailwarden")
    assert hooks.pre_commit(folder, "run", "--all-files").returncode == 0
    (python,) = hooks.home.glob("repo*/py_env-*/bin/python")
    for name, status in (("mailwarden", 0), ("ansible", 1)):
        done = subprocess.run([python, "-c", f"import {name}"], capture_output=True, check=False)
        assert done.returncode == status, name


def test_the_hooks_can_be_tried(hooks: Hooks, tmp_path: Path) -> None:
    folder = hooks.repository(tmp_path, "wrong", "mailwarden")
    done = hooks.pre_commit(folder, "try-repo", str(hooks.checkout), "mailwarden", "--all-files")
    assert done.returncode == 1, done.stdout
    assert FINDING in done.stdout
