"""Ignore files: what git itself says of any line and any path."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import SupportsIndex

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mailwarden.ignored import Ignored
from tests.support.properties import examples

# What lines are made of; what a bracket or a backslash begins is what goes wrong.
SIGNS = ["a", "b", "ab", "*", "**", "?", "/", "[a]", "[!a]", "[a-b]", "[", "]", "-", "\\", "!", "#",
         " ", ".", "[[:alpha:]]", "[]a]", "[^b]",
         "\u00fc", "[a-", "**/", "/**", "/**/"]  # fmt: skip
LINES = st.lists(st.sampled_from(SIGNS), min_size=1, max_size=6).map("".join)
NAMES = st.sampled_from(
    ["a", "b", "ab", "a b", "\u00fc", "aab", ".a", "*", "[", "-", "!a", "#a", "a "]
)
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)


def git_says(folder: Path, path: str, is_folder: bool) -> bool | None:
    """What git says of one path that is there, or of the folders that it is in."""
    full = folder / path
    (full if is_folder else full.parent).mkdir(parents=True, exist_ok=True)
    if not is_folder:
        full.write_text("")
    command = ["git", "check-ignore", "--no-index", "-v", "-n", "-z", "--stdin"]
    done = subprocess.run(
        command, cwd=folder, input=os.fsencode(path) + b"\0", capture_output=True, check=False
    )
    shutil.rmtree(folder / path.partition("/")[0]) if "/" in path or is_folder else full.unlink()
    _source, _line, pattern, _path = done.stdout.split(b"\0")[:4]
    return None if not pattern else not pattern.startswith(b"!")


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    return folder


@pytest.mark.needs_command("git")
@settings(
    max_examples=examples(300),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(lines=st.lists(LINES, min_size=1, max_size=3), path=PATHS, folder=st.booleans())
@example(lines=["a/**"], path="a", folder=True)
@example(lines=["a/**/b"], path="a/b", folder=False)
@example(lines=["**/a"], path="b/a", folder=False)
@example(lines=["a\\ ", "b\\"], path="a ", folder=False)
@example(lines=["[]-a]"], path="]", folder=False)
@example(lines=["?"], path="\u00fc", folder=False)
@example(lines=["[[:punct:]]"], path="-", folder=False)
@example(lines=["*", "!a/"], path="a", folder=True)
def test_git_says_the_same(repository: Path, lines: list[str], path: str, folder: bool) -> None:
    (repository / ".gitignore").write_text("\n".join(lines) + "\n")
    mine = Ignored(lines)
    asked = path + "/" if folder else path
    said = git_says(repository, path, folder)
    # git looks at the folders above first, and what it says there is its answer.
    above = [asked[: at + 1] for at, sign in enumerate(asked[:-1]) if sign == "/"]
    expected = next((True for one in above if mine.says(one)), mine.says(asked))
    assert expected == said, (lines, asked)


@pytest.mark.parametrize(
    ("lines", "path", "left_out"),
    [
        (["sub/"], "sub/a.cf", True),
        (["sub/", "!sub/a.cf"], "sub/a.cf", True),
        (["a.cf", "!/a.cf"], "a.cf", False),
        (["a.cf", "!/a.cf"], "sub/a.cf", True),
        (["/sub/*.cf"], "sub/a.cf", True),
        ([], "a", False),
    ],
)
def test_what_lies_in_an_ignored_folder_is_left_out(
    lines: list[str], path: str, left_out: bool
) -> None:
    assert Ignored(lines).leaves_out(path) is left_out


class Counted(str):
    """A name that counts how often one of its characters is looked at."""

    looks = 0

    def __getitem__(self, key: SupportsIndex | slice) -> str:
        Counted.looks += 1
        return str.__getitem__(self, key)


@pytest.mark.parametrize("pattern", ["*a*a*a*a*a*a*a*ab", "*a" * 50 + "b", "*" * 200 + "b"])
def test_stars_cost_in_proportion_to_the_name(pattern: str) -> None:
    from mailwarden.ignored import _fits_name, _signs

    for length in (60, 240):
        Counted.looks = 0
        assert not _fits_name(_signs(pattern), Counted("a" * length))
        assert Counted.looks <= (length + 1) * len(pattern)
