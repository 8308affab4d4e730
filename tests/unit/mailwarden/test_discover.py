"""Which files a run is about."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.catalogue import Look
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.source.folder import LEADS_OUT

from mailwarden import discover
from mailwarden.cli import main


def recognised(path: str) -> Look:
    if path.endswith(".cf"):
        return Look((("postfix", "main"),))
    return Look((), SET_ASIDE if ".cf." in path else "")


SET_ASIDE = "a copy that was set aside"


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository that is the current folder."""
    root = tmp_path.resolve() / "repo"
    (root / ".git").mkdir(parents=True)
    monkeypatch.chdir(root)
    return root


def make(root: Path, files: dict[str, str]) -> None:
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content)


# What git itself says of these is checked below, where git is there.
IGNORED = [
    pytest.param({".gitignore": "b.cf\n"}, ["a.cf", "sub/a.cf", "sub/deep/a.cf"], id="a name"),
    pytest.param(
        {".gitignore": "/b.cf\n"},
        ["a.cf", "sub/a.cf", "sub/b.cf", "sub/deep/a.cf", "sub/deep/b.cf"],
        id="a name at the root",
    ),
    pytest.param({".gitignore": "sub/\n"}, ["a.cf", "b.cf"], id="a folder"),
    pytest.param(
        {".gitignore": "sub/\n!sub/a.cf\n"}, ["a.cf", "b.cf"], id="nothing returns from a folder"
    ),
    pytest.param(
        {".gitignore": "*.cf\n!a.cf\n"}, ["a.cf", "sub/a.cf", "sub/deep/a.cf"], id="an exception"
    ),
    pytest.param(
        {".gitignore": "*.cf\n", "sub/.gitignore": "!b.cf\n"},
        ["sub/b.cf", "sub/deep/b.cf"],
        id="an inner file decides",
    ),
    pytest.param(
        {"sub/.gitignore": "/deep\n"}, ["a.cf", "b.cf", "sub/a.cf", "sub/b.cf"], id="below only"
    ),
    pytest.param({".git/info/exclude": "sub\n"}, ["a.cf", "b.cf"], id="the repository's own list"),
    pytest.param(
        {".gitignore": "# a.cf\n\n   \n"},
        ["a.cf", "b.cf", "sub/a.cf", "sub/b.cf", "sub/deep/a.cf", "sub/deep/b.cf"],
        id="comments and blanks",
    ),
]
FILES = dict.fromkeys(
    ["a.cf", "b.cf", "sub/a.cf", "sub/b.cf", "sub/deep/a.cf", "sub/deep/b.cf", "sub/c.txt"], ""
)


@pytest.mark.parametrize(("ignores", "found"), IGNORED)
def test_what_git_ignores_is_left_out(
    tree: Path, ignores: dict[str, str], found: list[str]
) -> None:
    make(tree, {**FILES, **ignores})
    assert sorted(discover.find(str(tree), ["."], recognised).files) == found


@pytest.mark.needs_command("git")
@pytest.mark.parametrize(("ignores", "found"), IGNORED)
def test_git_says_the_same(tree: Path, ignores: dict[str, str], found: list[str]) -> None:
    (tree / ".git").rmdir()
    subprocess.run(["git", "init", "-q"], check=True)
    make(tree, {**FILES, **ignores})
    command = ["git", "ls-files", "--others", "--exclude-standard", "*.cf"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert sorted(said.split()) == found


@pytest.mark.parametrize(
    ("paths", "exclude", "found"),
    [
        pytest.param(["sub"], [], ["sub/a.cf"], id="a folder"),
        pytest.param(["sub/a.cf"], [], ["sub/a.cf"], id="a file"),
        pytest.param(["sub/c.txt"], [], ["sub/c.txt"], id="a file that nothing recognises"),
        pytest.param(["sub/b.cf"], [], ["sub/b.cf"], id="a file that git ignores"),
        pytest.param(["a.cf", ".", "sub"], [], ["a.cf", "sub/a.cf"], id="each once"),
        pytest.param(["."], ["sub/"], ["a.cf"], id="exclude a folder"),
        pytest.param(["sub/a.cf", "a.cf"], ["sub/"], ["a.cf"], id="exclude what is named"),
        pytest.param(["."], ["a.cf", "!/a.cf"], ["a.cf"], id="exclude with an exception"),
        pytest.param(["-"], [], [], id="the standard input is no file"),
        pytest.param(["gone/x"], [], ["gone/x/a.cf"], id="a folder that git ignores"),
    ],
)
def test_find(tree: Path, paths: list[str], exclude: list[str], found: list[str]) -> None:
    make(tree, dict.fromkeys(["a.cf", "sub/a.cf", "sub/b.cf", "sub/c.txt", "gone/x/a.cf"], ""))
    make(tree, {".gitignore": "b.cf\n/gone\n"})
    assert list(discover.find(str(tree), paths, recognised, exclude).files) == found


def test_ignore_files_above_the_root_count(tree: Path) -> None:
    make(tree, {"part/x/a.cf": "", "part/x/b.cf": "", ".gitignore": "/part/x/b.cf\n"})
    assert discover.find(str(tree / "part"), ["part"], recognised).files == ("x/a.cf",)


def test_a_path_that_is_not_there_is_an_error(tree: Path) -> None:
    with pytest.raises(MailwardenError, match=r"none\.cf: no such file"):
        discover.find(str(tree), ["none.cf"], recognised)


def test_a_walk_follows_no_link_to_a_folder(tree: Path) -> None:
    make(tree, {"real/a.cf": ""})
    (tree / "again").symlink_to(tree)
    assert discover.find(str(tree), ["."], recognised).files == ("real/a.cf",)


@pytest.mark.parametrize(
    ("link", "target", "paths", "passed"),
    [
        pytest.param("again", ".", ["."], [], id="to what is looked into anyway"),
        pytest.param("again", "real", ["."], [], id="to a folder beside it"),
        pytest.param("real/again", "../real", ["."], [], id="in a circle"),
        pytest.param("out", "../outside", ["."], ["out"], id="out of the repository"),
        pytest.param("real/out", "/", ["."], ["real/out"], id="to the whole system"),
        pytest.param("gone", "ignored", ["."], ["gone"], id="to what git ignores"),
        pytest.param("part/other", "../real", ["part"], ["part/other"], id="to what is not named"),
        pytest.param("part/other", "../real", ["part", "real"], [], id="to what is named too"),
        pytest.param("ignored.d", "../outside", ["."], [], id="a link that git ignores"),
        pytest.param("dangling", "nowhere", ["."], [], id="to nothing"),
    ],
)
def test_a_link_to_a_folder_is_said(
    tree: Path, link: str, target: str, paths: list[str], passed: list[str]
) -> None:
    make(tree, dict.fromkeys(["real/a.cf", "ignored/a.cf", "part/b.cf", "../outside/a.cf"], ""))
    make(tree, {".gitignore": "/ignored*\n"})
    (tree / link).symlink_to(target)
    found = discover.find(str(tree), paths, recognised)
    assert found.passed == tuple((path, discover.A_LINK) for path in passed)
    assert set(found.files) <= {"real/a.cf", "part/b.cf"}


@pytest.mark.parametrize(
    ("target", "files", "unread"),
    [
        pytest.param("real", ["real/a.cf"], [], id="below the root"),
        pytest.param(".", ["real/a.cf"], [], id="the root"),
        pytest.param("../outside", [], ["named"], id="outside"),
        pytest.param("../repository", [], ["named"], id="a name that begins alike"),
    ],
)
def test_a_link_to_a_folder_that_is_named(
    tree: Path, target: str, files: list[str], unread: list[str]
) -> None:
    make(tree, dict.fromkeys(["real/a.cf", "../outside/a.cf", "../repository/a.cf"], ""))
    (tree / "named").symlink_to(target)
    found = discover.find(str(tree), ["named"], recognised)
    assert list(found.files) == files
    assert [(one.path, one.reason) for one in found.unread] == [
        (path, LEADS_OUT) for path in unread
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes on Linux only")
def test_a_name_that_is_not_utf_8(tree: Path) -> None:
    name = b"\xff.cf".decode("utf-8", "surrogateescape")
    make(tree, {name: ""})
    assert discover.find(str(tree), ["."], recognised).files == (name,)


def test_a_walk_may_go_deep(tree: Path) -> None:
    folders = [tree / "/".join(["d"] * (depth + 1)) for depth in range(1100)]
    for folder in folders:
        folder.mkdir()
    (folders[-1] / "a.cf").touch()
    try:
        assert len(discover.find(str(tree), ["."], recognised).files) == 1
    finally:
        (folders[-1] / "a.cf").unlink()
        for folder in reversed(folders):
            folder.rmdir()


@pytest.mark.parametrize(
    ("paths", "root"),
    [
        pytest.param([], "repo", id="the current folder"),
        pytest.param(["sub/deep"], "repo", id="a folder in the repository"),
        pytest.param(["-"], "repo", id="the standard input"),
        pytest.param(["../plain/x"], "plain/x", id="a folder in no repository"),
        pytest.param(["../plain/x/a.cf"], "plain/x", id="a file in no repository"),
        pytest.param(["../plain/x", "../plain/y"], "plain", id="two folders"),
        pytest.param(["../held/x/y"], "held/x/y", id="a policy file above, in no repository"),
        pytest.param(["part/x"], "repo/part", id="a policy for a part of the repository"),
        pytest.param(["../plain", "."], "", id="the repository and another folder"),
    ],
)
def test_root_of(tree: Path, paths: list[str], root: str) -> None:
    make(tree.parent, dict.fromkeys(["plain/x/a.cf", "plain/y/a.cf", "held/x/y/a.cf"], ""))
    make(tree.parent, {"held/.mailwarden.yml": "", "repo/sub/deep/a.cf": ""})
    make(tree, {"part/.mailwarden.yml": "", "part/x/a.cf": ""})
    assert discover.root_of(paths) == str(tree.parent / root).rstrip("/")


def test_the_current_folder_is_the_root_of_what_is_below_it(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tree.parent, {"plain/x/a.cf": ""})
    monkeypatch.chdir(tree.parent / "plain")
    assert discover.root_of(["x/a.cf"]) == str(tree.parent / "plain")


def test_paths_that_share_no_folder_are_an_error(tree: Path) -> None:
    with pytest.raises(MailwardenError, match="runs of their own"):
        discover.root_of([str(tree), "/proc"])


def test_no_ignore_file_is_read_where_nothing_is_ignored(tree: Path) -> None:
    make(tree, {"a.cf": ""})
    code = (
        "import sys; from mailwarden import discover;"
        f"discover.find({str(tree)!r}, ['.'], lambda _path: ((), '', ()));"
        "print('mailwarden.ignored' in sys.modules)"
    )
    command = [sys.executable, "-c", code]
    path = {"PYTHONPATH": ":".join(sys.path)}
    said = subprocess.run(command, check=True, capture_output=True, text=True, env=path).stdout
    assert said.strip() == "False"


def test_what_only_looks_like_a_file_to_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("main.cf.j2", "msmtprc.bak", "README.md"):
        (tmp_path / name).write_text("x\n")
    monkeypatch.chdir(tmp_path)
    assert main(["lint", "-v"]) == 4
    *listed, last = capsys.readouterr().out.splitlines()
    said = [line.split(": ")[:2] for line in listed]
    assert said == [["passed over", "main.cf.j2"], ["passed over", "msmtprc.bak"]]
    assert main(["lint"]) == 4
    assert capsys.readouterr().out.splitlines() == [last]
    assert last.startswith("nothing was checked: 2 files (main.cf.j2, msmtprc.bak) passed over")
    (tmp_path / "msmtprc").write_text("account a\nhost h\n")
    main(["lint"])
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.endswith("0 suppressed; 2 passed over, which --verbose lists")
