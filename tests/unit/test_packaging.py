"""One checkout as a wheel, an editable install and a collection; each used as a user would."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from hatch_build import COLLECTION, link_collection
from tests.support import linted, venvs
from tests.support.checkout import ROOT, copy, tracked

pytestmark = pytest.mark.integration

IN_WHEEL = "ansible_collections/mailwarden/policy/"
PARTS = ("meta/", "plugins/", "playbooks/", "roles/", "schemas/")
# What the collection holds beside PARTS; ansible-galaxy makes two files of galaxy.yml.
IN_COLLECTION = (
    *("LICENSE", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"),
    *("CODE_OF_CONDUCT.md", "changelogs/", "docs/", "extensions/"),
)
# What the command needs, as pyproject.toml has it; and what a Galaxy user has.
COMMAND = ("Jinja2", "jsonschema", "PyYAML", "ruamel.yaml")
GALAXY = ("ansible-core",)

MAIN_CF = "compatibility_level = 3.6\nsmtpd_tls_security_level = may\n"
MASTER_CF = "465 inet n - y - - smtpd\n"
MSMTPRC = "account a\nhost smtp.example.com\nport 465\ntls on\ntls_starttls on\n"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a copy of the checkout with everything in it that work leaves behind."""
    folder = copy(tmp_path_factory.mktemp("clone") / "checkout")
    for litter in (
        ".venv/bin/python",
        ".venv-old/x",
        ".mypy_cache/x",
        ".pytest_cache/x",
        ".ruff_cache/x",
        ".hypothesis/x",
        ".ansible/x",
        "build/x",
        "dist/mailwarden-policy-0.0.1.tar.gz",
        "plugins/module_utils/__pycache__/engine.cpython-311.pyc",
        "src/mailwarden.egg-info/PKG-INFO",
    ):
        (folder / litter).parent.mkdir(parents=True, exist_ok=True)
        (folder / litter).write_text("litter")
    link = folder / ".dev/ansible_collections/mailwarden/policy"
    link.parent.mkdir(parents=True)
    link.symlink_to("../../..")
    return folder


@pytest.mark.parametrize(
    "there",
    [
        pytest.param("", id="nothing"),
        pytest.param("../../..", id="the link"),
        pytest.param("../../../gone", id="a link to what has gone"),
        pytest.param("..", id="a link elsewhere"),
    ],
)
def test_the_link_is_made_whatever_is_there(tmp_path: Path, there: str) -> None:
    link = tmp_path / ".dev" / COLLECTION
    if there:
        link.parent.mkdir(parents=True)
        link.symlink_to(there)
    link_collection(tmp_path)
    assert link.resolve() == tmp_path.resolve()


@pytest.fixture(scope="module")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    hatchling(checkout, "wheel", folder)
    return next(folder.glob("*.whl"))


def hatchling(checkout: Path, target: str, folder: Path) -> None:
    command: list[str | Path] = [sys.executable, "-m", "hatchling", "build", "-t", target]
    venvs.run([*command, "-d", folder], checkout, venvs.environment(folder))


def version() -> str:
    match = re.search(r"(?m)^version: (\S+)$", (ROOT / "galaxy.yml").read_text())
    assert match
    return match[1]


def names_in(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def expected_in_wheel() -> set[str]:
    expected = set()
    for name in tracked():
        if name.startswith(PARTS) or name in ("LICENSE", "README.md", "galaxy.yml"):
            expected.add(IN_WHEEL + name)
        elif name.startswith("src/"):
            expected.add(name.removeprefix("src/"))
        elif name.startswith("extensions/ansiblelint/"):
            rule = name.removeprefix("extensions/ansiblelint/")
            expected.add(f"ansiblelint/rules/custom/mailwarden/{rule}")
    return expected


def test_wheel_holds_what_git_tracks_and_nothing_else(wheel: Path) -> None:
    assert names_in(wheel) == expected_in_wheel()
    assert wheel.name == f"mailwarden-{version()}-py3-none-any.whl"


def test_wheel_through_sdist_is_the_same(checkout: Path, wheel: Path, tmp_path: Path) -> None:
    hatchling(checkout, "sdist", tmp_path)
    sdist = next(tmp_path.glob("*.tar.gz"))
    venvs.run(["tar", "-xf", sdist], tmp_path, venvs.environment(tmp_path))
    hatchling(tmp_path / sdist.name.removesuffix(".tar.gz"), "wheel", tmp_path)
    assert names_in(next(tmp_path.glob("*.whl"))) == names_in(wheel)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make wrong configurations, one of each format, and a playbook that checks them."""
    folder = tmp_path_factory.mktemp("files")
    (folder / "main.cf").write_text(MAIN_CF)
    (folder / "master.cf").write_text(MASTER_CF)
    (folder / "msmtprc").write_text(MSMTPRC)
    (folder / "play.json").write_text(
        json.dumps(
            [
                {
                    "hosts": "localhost",
                    "connection": "local",
                    "gather_facts": False,
                    "tasks": [
                        {
                            "mailwarden.policy.check": {"paths": [str(folder)], "fail_on": "never"},
                            "register": "answer",
                        },
                        {
                            "ansible.builtin.copy": {
                                "content": "{{ answer | to_json }}",
                                "dest": "{{ out }}",
                                "mode": "0600",
                            }
                        },
                    ],
                }
            ]
        )
    )
    return folder


def play(python: Path, files: Path, home: Path, **extra: str) -> dict[str, object]:
    """Run the playbook with an environment's Ansible; return what the module returned."""
    out = f"out={home / 'out.json'}"
    command: list[str | Path] = [python, "-m", "ansible", "playbook", files / "play.json"]
    venvs.run([*command, "-e", out], home, venvs.environment(home, **extra))
    answer: dict[str, object] = json.loads((home / "out.json").read_text())
    return answer


def rules_of(report: dict[str, object]) -> set[str]:
    findings = report["findings"]
    assert isinstance(findings, list)
    return {finding["rule"] for finding in findings}


def test_wheel_gives_command_and_collection(wheel: Path, files: Path, tmp_path: Path) -> None:
    python = venvs.make(tmp_path / "venv", *COMMAND, *GALAXY)
    env = venvs.environment(tmp_path)
    venvs.run([python, "-m", "pip", "install", "--no-index", "--no-deps", wheel], tmp_path, env)
    command = python.parent / "mailwarden"
    assert version() in venvs.run([command, "--version"], tmp_path, env)
    lint = subprocess.run(
        [command, "lint", "--format", "json", files], capture_output=True, text=True, check=False
    )
    assert lint.returncode == 1, lint.stderr
    assert rules_of(json.loads(lint.stdout)) == rules_of(play(python, files, tmp_path))
    assert "implicit-tls-missing" in lint.stdout


def test_command_needs_no_ansible(wheel: Path, files: Path, tmp_path: Path) -> None:
    python = venvs.make(tmp_path / "venv", *COMMAND)
    env = venvs.environment(tmp_path)
    venvs.run([python, "-m", "pip", "install", "--no-index", "--no-deps", wheel], tmp_path, env)
    lint = subprocess.run([python.parent / "mailwarden", "lint", files], check=False, env=env)
    assert lint.returncode == 1
    missing = subprocess.run([python, "-c", "import ansible"], capture_output=True, check=False)
    assert missing.returncode == 1


def test_editable_install_is_live(checkout: Path, tmp_path: Path) -> None:
    copy = tmp_path / "checkout"
    shutil.copytree(checkout, copy, symlinks=True)
    shutil.rmtree(copy / ".dev")
    python = venvs.make(tmp_path / "venv", *COMMAND, "hatchling")
    env = venvs.environment(tmp_path)
    install: list[str | Path] = [python, "-m", "pip", "install", "--no-index", "--no-deps"]
    venvs.run([*install, "--no-build-isolation", "-e", copy], tmp_path, env)
    (copy / "plugins/module_utils/fresh.py").write_text("HERE = 'engine'\n")
    (copy / "src/mailwarden/fresh.py").write_text("HERE = 'command'\n")
    script = (
        "import mailwarden.fresh, ansible_collections.mailwarden.policy.plugins.module_utils.fresh"
        " as engine; print(mailwarden.fresh.HERE, engine.HERE)"
    )
    assert venvs.run([python, "-c", script], tmp_path, env) == "command engine\n"
    assert version() in venvs.run([python.parent / "mailwarden", "--version"], tmp_path, env)


@pytest.fixture(scope="module")
def galaxy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an environment with ansible-core alone."""
    return venvs.make(tmp_path_factory.mktemp("galaxy") / "venv", *GALAXY)


@pytest.fixture(scope="module")
def archive(galaxy: Path, checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    command: list[str | Path] = [galaxy, "-m", "ansible", "galaxy", "collection", "build"]
    venvs.run([*command, "--output-path", folder], checkout, venvs.environment(folder))
    return next(folder.glob("*.tar.gz"))


@pytest.fixture(scope="module")
def installed(galaxy: Path, archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("collections")
    command: list[str | Path] = [galaxy, "-m", "ansible", "galaxy", "collection", "install"]
    venvs.run([*command, "--offline", "-p", folder, archive], folder, venvs.environment(folder))
    return folder


def test_collection_holds_what_git_tracks_and_nothing_else(archive: Path) -> None:
    with tarfile.open(archive) as tar:
        names = {member.name for member in tar if not member.isdir()}
    expected = {name for name in tracked() if name.startswith((*PARTS, *IN_COLLECTION))}
    assert names == expected | {"MANIFEST.json", "FILES.json"}
    assert archive.name == f"mailwarden-policy-{version()}.tar.gz"


def test_ansible_lint_rule_loads_by_itself(wheel: Path, installed: Path, tmp_path: Path) -> None:
    """Without the wheel the rule of the collection says what is missing; with it all is there."""
    python = venvs.make(tmp_path / "venv", *COMMAND, "ansible-lint", copied="ansible-lint")
    folder = linted.write(tmp_path / "repository", {**linted.ROLE, **linted.files("wrong")})
    rules = installed / "ansible_collections/mailwarden/policy/extensions/ansiblelint"
    alone = linted.lint(folder, "-R", "-r", str(rules), python=python)
    assert [match.tag for match in alone.ours if match.fails] == ["mailwarden[installation]"]
    assert alone.status == 2
    env = venvs.environment(tmp_path)
    venvs.run([python, "-m", "pip", "install", "--no-index", "--no-deps", wheel], tmp_path, env)
    found = linted.lint(folder, "--profile=production", python=python)
    assert [match.tag for match in found.ours if match.fails] == ["mailwarden[cleartext-auth]"]
    assert found.status == 2


def test_module_runs_from_galaxy(
    galaxy: Path, installed: Path, files: Path, tmp_path: Path
) -> None:
    for name in ("mailwarden", "jsonschema", "ruamel.yaml"):
        done = subprocess.run([galaxy, "-c", f"import {name}"], capture_output=True, check=False)
        assert done.returncode == 1, f"{name} is there: the test proves nothing"
    report = play(galaxy, files, tmp_path, ANSIBLE_COLLECTIONS_PATH=str(installed))
    assert "implicit-tls-missing" in rules_of(report)
    tool = report["tool"]
    assert isinstance(tool, dict)
    assert tool["version"] == version()


# Tasks that stop at their arguments, before they look at the host; and what they say.
REFUSED = {
    "check": ({"mailwarden.policy.check": {"profile": "lax"}}, "value of profile must be one of"),
    "firewall": ({"mailwarden.policy.firewall": {}}, "following are missing: report"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_module_refuses_arguments_from_galaxy(
    name: str, galaxy: Path, installed: Path, tmp_path: Path
) -> None:
    task, words = REFUSED[name]
    play = {"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": [task]}
    (tmp_path / "play.json").write_text(json.dumps([play]))
    command: list[str | Path] = [galaxy, "-m", "ansible", "playbook", "--check", "play.json"]
    env = venvs.environment(tmp_path, ANSIBLE_COLLECTIONS_PATH=str(installed))
    done = subprocess.run(
        command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2, done.stdout + done.stderr
    assert words in done.stdout + done.stderr


def documented() -> list[tuple[str, str]]:
    """Name the modules and roles, each with what ansible-doc calls its kind."""
    parts = [Path(name).parts for name in tracked()]
    modules = {
        ("module", part[2].removesuffix(".py")) for part in parts if part[1:2] == ("modules",)
    }
    roles = {("role", part[1]) for part in parts if part[0] == "roles"}
    return sorted(modules | roles)


@pytest.mark.parametrize(("kind", "name"), documented())
def test_documentation_is_found(
    kind: str, name: str, galaxy: Path, installed: Path, tmp_path: Path
) -> None:
    full = f"mailwarden.policy.{name}"
    env = venvs.environment(tmp_path, ANSIBLE_COLLECTIONS_PATH=str(installed))
    command: list[str | Path] = [galaxy, "-m", "ansible", "doc", "--json", "-t", kind, full]
    said = json.loads(venvs.run(command, tmp_path, env))
    assert said[full]["doc" if kind == "module" else "entry_points"]


def test_playbook_runs_the_role_from_galaxy(galaxy: Path, installed: Path, tmp_path: Path) -> None:
    role_refuses(galaxy, tmp_path, ANSIBLE_COLLECTIONS_PATH=str(installed))


def test_playbook_runs_the_role_from_the_wheel(wheel: Path, tmp_path: Path) -> None:
    python = venvs.make(tmp_path / "venv", *COMMAND, *GALAXY)
    env = venvs.environment(tmp_path)
    venvs.run([python, "-m", "pip", "install", "--no-index", "--no-deps", wheel], tmp_path, env)
    role_refuses(python, tmp_path)


def role_refuses(python: Path, home: Path, **extra: str) -> None:
    """Run the role's playbook with a wrong variable: it stops before it looks at the host."""
    command: list[str | Path] = [python, "-m", "ansible", "playbook", "mailwarden.policy.firewall"]
    command += ["-i", "localhost,", "-c", "local", "--check", "-e", "mail_firewall_state=ajar"]
    env = venvs.environment(home, **extra)
    done = subprocess.run(command, cwd=home, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "value of mail_firewall_state must be one of" in done.stdout + done.stderr


def test_every_format_and_rule_travels(
    galaxy: Path, installed: Path, checkout: Path, files: Path, tmp_path: Path
) -> None:
    remote = tmp_path / "remote"
    play(
        galaxy,
        files,
        tmp_path,
        ANSIBLE_COLLECTIONS_PATH=str(installed),
        ANSIBLE_KEEP_REMOTE_FILES="1",
        ANSIBLE_REMOTE_TMP=str(remote),
    )
    payload = next(remote.rglob("AnsiballZ_check.py"))
    venvs.run([galaxy, payload, "explode"], tmp_path, venvs.environment(tmp_path))
    plugins = next(payload.parent.rglob("module_utils/engine/__init__.py")).parents[1]
    shipped = {str(path.relative_to(plugins)) for path in plugins.rglob("*.py")}
    ours = checkout / "plugins/module_utils"
    missing = {str(path.relative_to(ours)) for path in ours.rglob("*.py")} - shipped
    # What only the command uses may stay behind; every format and every rule has to travel.
    assert not {name for name in missing if name.startswith(("formats/", "rules/"))}
