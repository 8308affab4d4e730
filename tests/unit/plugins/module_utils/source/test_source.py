"""Sources: what is read, what is refused, what cannot be known."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import source
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.source.folder import FolderSource
from ansible_collections.mailwarden.policy.plugins.module_utils.source.host import HostSource
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A repository with a file, and a secret beside it."""
    (tmp_path / "secret").write_text("s")
    root = tmp_path / "repo"
    (root / "etc/ssl").mkdir(parents=True)
    (root / "main.cf").write_text("x = y\n")
    (root / "etc/ssl/cert.pem").write_text("")
    return root


def make_link(root: Path) -> None:
    (root / "bad").symlink_to("../secret")


def make_fifo(root: Path) -> None:
    os.mkfifo(root / "bad")


def make_folder(root: Path) -> None:
    (root / "bad").mkdir()


def make_large(root: Path) -> None:
    with open(root / "bad", "wb") as handle:
        handle.truncate(source.SIZE_LIMIT + 1)


def make_nul(root: Path) -> None:
    (root / "bad").write_bytes(b"a\nb\0")


def make_utf16(root: Path) -> None:
    (root / "bad").write_bytes("a = b".encode("utf-16"))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (make_link, "leads out of the folder"),
        (make_fifo, "not a regular file"),
        (make_folder, "is a folder"),
        (make_large, "larger than 8 MiB"),
        (make_nul, "bad:2: holds a NUL byte"),
        (make_utf16, "UTF-16"),
        (lambda root: None, "no such file"),
    ],
)
def test_what_is_no_text_file_is_refused_in_words(tree: Path, make, words: str) -> None:  # type: ignore[no-untyped-def]
    make(tree)
    with pytest.raises(MailwardenError, match=words):
        FolderSource(str(tree)).text("bad")


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("main.cf", True),
        ("missing", False),
        ("../secret", None),
        ("/etc/passwd", None),
        ("/etc/ssl/cert.pem", True),
        ("/etc/ssl/other.pem", False),
        # What a host has and the tree has not: no reason to say that TLS is broken there.
        ("/etc/ssl/private/key.pem", None),
        ("etc/ssl/private/key.pem", None),
        ("ssl/private/key.pem", False),
    ],
)
def test_existence_is_yes_no_or_unknown(tree: Path, path: str, there: bool | None) -> None:
    folder = FolderSource(str(tree), {"etc": "/etc"} if "ssl" in path else {})
    assert folder.exists(path) is there


@pytest.mark.parametrize(
    ("path", "in_a_repository", "on_a_host"),
    [
        pytest.param("/etc/ssl/cert.pem", True, True, id="held"),
        pytest.param("/etc/ssl/other.pem", None, False, id="not held, though its folder is"),
        pytest.param("/etc/letsencrypt/cert.pem", None, False, id="a folder that is not held"),
        pytest.param("cert.pem", True, True, id="beside, held"),
        pytest.param("other.pem", None, False, id="beside, not held"),
    ],
)
def test_only_a_host_knows_that_a_certificate_is_missing(
    tree: Path, path: str, in_a_repository: bool | None, on_a_host: bool
) -> None:
    beside = "etc/ssl/dovecot.conf"
    folder = FolderSource(str(tree), {"etc": "/etc"})
    over = MemorySource({"main.cf": b"new"}, source.KeptSource(folder))
    assert folder.credential(path, beside) is in_a_repository
    assert over.credential(path, beside) is in_a_repository
    host = HostSource()
    assert host.credential(f"{tree}{path}" if path[0] == "/" else path, f"{tree}/{beside}") is (
        on_a_host
    )


def test_of_folders_that_become_one_that_counts_which_has_the_file(tmp_path: Path) -> None:
    for path in ("a/etc/x/one.conf", "b/etc/x/two.conf"):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).touch()
    folder = FolderSource(str(tmp_path), {"a/etc": "/etc", "b/etc": "/etc"})
    names = ("one.conf", "two.conf", "none.conf")
    found = [folder.locate(f"/etc/x/{name}") for name in names]
    assert found == ["a/etc/x/one.conf", "b/etc/x/two.conf", "a/etc/x/none.conf"]
    assert [folder.exists(f"/etc/x/{name}") for name in names] == [True, True, False]


def test_the_whole_tree_may_be_a_root(tree: Path) -> None:
    folder = FolderSource(str(tree), {".": "/"})
    assert folder.exists("/etc/letsencrypt/cert.pem") is None
    assert folder.exists("/etc/ssl/cert.pem") is True


def test_memory_lies_over_another_source(tree: Path) -> None:
    over = MemorySource({"main.cf": b"new"}, FolderSource(str(tree)))
    assert over.read("main.cf") == b"new"
    assert over.read("etc/ssl/cert.pem") == b""
    assert "main.cf" in over.listing(".")


def test_memory_has_folders() -> None:
    held = MemorySource({"/etc/x/a.conf": b""}, outside=False)
    assert (held.exists("/etc/x"), held.exists("/etc/y")) == (True, False)
    assert (held.locate("/etc/x"), held.locate("/etc/y")) == ("/etc/x", None)


def test_a_kept_source_asks_once_and_remembers_failures(tree: Path) -> None:
    kept = source.KeptSource(FolderSource(str(tree)))
    first = kept.text("main.cf")
    (tree / "main.cf").unlink()
    assert kept.text("main.cf") is first
    with pytest.raises(MailwardenError):
        kept.text("missing")
    assert list(kept.failed) == ["missing"]
