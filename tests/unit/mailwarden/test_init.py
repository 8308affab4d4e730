"""What ``init`` finds out by itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from ansible_collections.mailwarden.policy.plugins.module_utils.version import VERSION

from mailwarden import checkout, init, signs
from mailwarden.cli import main

DOCKERFILE = "FROM {}\nRUN apt-get install -y postfix\n"
META = "galaxy_info:\n  platforms:\n    - name: {}\n      versions:\n        - {}\n"
TWELVE = {"postfix": "3.7", "dovecot": "2.3"}
NINE = {"postfix": "3.5", "dovecot": "2.3"}


def written(folder: Path, files: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(folder)
    (folder / ".git").mkdir()
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content)
    assert main(["init"]) == 0
    # What it writes is a policy that the command takes.
    assert main(["policy"]) == 0
    return (folder / ".mailwarden.yml").read_text()


@pytest.mark.parametrize(
    ("files", "programs"),
    [
        pytest.param({"Dockerfile": DOCKERFILE.format("debian:bookworm-slim")}, TWELVE, id="FROM"),
        pytest.param({"a/Dockerfile.mx": DOCKERFILE.format("debian:12")}, TWELVE, id="a number"),
        pytest.param({"Dockerfile": "FROM debian:12\n"}, None, id="an image of something else"),
        pytest.param({"Dockerfile": "# FROM debian:12 postfix\n"}, None, id="a comment"),
        pytest.param(
            {"Dockerfile": DOCKERFILE.format("ubuntu:24.04")},
            {"postfix": "3.8", "dovecot": "2.3"},
            id="Ubuntu",
        ),
        pytest.param(
            {"molecule/default/molecule.yml": "p:\n  - image: geerlingguy/docker-debian12\n"},
            TWELVE,
            id="molecule",
        ),
        pytest.param(
            {"molecule/default/molecule.yml": "platforms:\n  - image: docker.io/rockylinux:9\n"},
            NINE,
            id="an image of Rocky",
        ),
        pytest.param({"group_vars/all.yml": "debian_release: bookworm\n"}, TWELVE, id="group_vars"),
        pytest.param({"group_vars/all.yml": "motto: focal point\n"}, None, id="another variable"),
        pytest.param({"meta/main.yml": META.format("Debian", "bookworm")}, TWELVE, id="platforms"),
        pytest.param({"meta/main.yml": META.format("EL", "'9'")}, NINE, id="EL"),
        pytest.param(
            {"meta/main.yml": META.format("Debian", "bookworm\n        - trixie")}, None, id="two"
        ),
        pytest.param(
            {
                "meta/main.yml": META.format("Debian", "bullseye"),
                "Dockerfile": DOCKERFILE.format("debian:12"),
            },
            TWELVE,
            id="the surer sign",
        ),
        pytest.param({"README.md": "for Debian bookworm\n"}, None, id="no sign"),
    ],
)  # fmt: skip
def test_programs(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    files: dict[str, str],
    programs: dict[str, str] | None,
) -> None:
    assert yaml.safe_load(written(tmp_path, files, monkeypatch)).get("programs") == programs


@pytest.mark.parametrize(
    ("paths", "roots"),
    [
        pytest.param(["files/etc/postfix/main.cf"], {"files/etc": "/etc"}, id="etc"),
        pytest.param(
            ["b/usr/local/etc/postfix/main.cf"],
            {"b/usr/local/etc": "/usr/local/etc"},
            id="FreeBSD",
        ),
        pytest.param(["etc/postfix/main.cf"], {"etc": "/etc"}, id="at the root"),
        pytest.param(
            ["a/etc/postfix/main.cf", "b/etc/dovecot/dovecot.conf"],
            {"a/etc": "/etc", "b/etc": "/etc"},
            id="two",
        ),
        pytest.param(["roles/a/files/main.cf", "sketch/main.cf"], {}, id="no folder of a host's"),
    ],
)  # fmt: skip
def test_roots(paths: list[str], roots: dict[str, str]) -> None:
    assert signs.roots(paths) == roots


def test_roots_are_those_of_configurations_and_their_templates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"a/etc/postfix/main.cf.j2": "x\n", "b c/etc/msmtprc": "x\n", "d/etc/hosts": "x\n"}
    text = written(tmp_path, files, monkeypatch)
    assert yaml.safe_load(text)["roots"] == {"a/etc": "/etc", "b c/etc": "/etc"}


def test_an_editor_is_told_the_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = written(tmp_path, {}, monkeypatch).splitlines()[0]
    assert first == f"# yaml-language-server: $schema={init.SCHEMA}"
    schema = json.loads((Path(__file__).parents[3] / "schemas/policy.schema.json").read_text())
    assert schema["$id"] == init.SCHEMA


COMMIT = "0123456789abcdef0123456789abcdef01234567"
OTHER = COMMIT[::-1]
TAG = f"refs/tags/v{VERSION}"


@pytest.mark.parametrize(
    ("files", "revision"),
    [
        pytest.param({"HEAD": COMMIT}, COMMIT, id="a commit"),
        pytest.param({"HEAD": "ref: refs/heads/a", "refs/heads/a": COMMIT}, COMMIT, id="a branch"),
        pytest.param(
            {"HEAD": "ref: refs/heads/a", "packed-refs": f"# pack\n{COMMIT} refs/heads/a\n"},
            COMMIT,
            id="a packed one",
        ),
        pytest.param({"HEAD": COMMIT, TAG: OTHER}, "", id="a tag"),
        pytest.param({"HEAD": COMMIT, "packed-refs": f"{OTHER} {TAG}\n"}, "", id="a packed tag"),
        pytest.param({}, "", id="nothing"),
    ],
)
def test_the_revision_is_one_that_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], revision: str
) -> None:
    for path, content in files.items():
        (tmp_path / ".git" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / ".git" / path).write_text(content)
    said = {"url": f"file://{tmp_path}", "dir_info": {"editable": True}}
    monkeypatch.setattr(checkout, "_installed_from", lambda: said)
    assert checkout.revision() == (revision or f"v{VERSION}")


def test_a_further_worktree_has_the_branches_of_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git = tmp_path / "first/.git/worktrees/second"
    git.mkdir(parents=True)
    (git / "HEAD").write_text("ref: refs/heads/b\n")
    (git / "commondir").write_text("../..\n")
    (tmp_path / "first/.git/refs/heads").mkdir(parents=True)
    (tmp_path / "first/.git/refs/heads/b").write_text(COMMIT + "\n")
    (tmp_path / "second").mkdir()
    (tmp_path / "second/.git").write_text(f"gitdir: {git}\n")
    said = {"url": f"file://{tmp_path}/second"}
    monkeypatch.setattr(checkout, "_installed_from", lambda: said)
    assert checkout.revision() == COMMIT


def test_a_repository_that_pip_was_given_has_its_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"url": "https://example.org/x", "vcs_info": {"commit_id": COMMIT}}
    monkeypatch.setattr(checkout, "_installed_from", lambda: said)
    assert checkout.revision() == COMMIT


def test_what_comes_from_a_registry_has_a_tag(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkout, "_installed_from", dict)
    assert checkout.revision() == f"v{VERSION}"
