"""The completion scripts: bash is run, and what every one holds is what argparse takes."""

from __future__ import annotations

import itertools
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.rule_table import RULES

from mailwarden import arguments, completion
from mailwarden.cli import main

BASH = shutil.which("bash") or ""
ASK = """
source /dev/stdin <<< "$SCRIPT"
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_mailwarden
printf '%s\\n' "${COMPREPLY[@]}"
"""


def script(shell: str) -> str:
    return "\n".join(completion.SHELLS[shell](completion.commands()))


def split(shell: str, line: str) -> list[str]:
    """The words of a line; raises ``ValueError`` where a quote is open."""
    if shell == "fish":
        # Within single quotes fish knows this one escape.
        line = line.replace("\\'", "'\\''")
    return shlex.split(line.rstrip("\\"), comments=True)


def completed(words: Sequence[str], folder: Path) -> list[str]:
    """What bash offers for the last of the words."""
    done = subprocess.run(
        [BASH, "-c", ASK, "bash", *words],
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
        env={"SCRIPT": script("bash"), "PATH": "/nowhere"},
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["li"], ["lint"]),
        (["--v"], ["--version"]),
        (["lint", "--prof"], ["--profile"]),
        (["lint", "--profile", ""], ["default", "strict", "legacy"]),
        (["lint", "--profile", "="], ["default", "strict", "legacy"]),
        (["lint", "--profile", "=", "str"], ["strict"]),
        (["lint", "--as", "postfix/ma"], ["postfix/main", "postfix/master"]),
        (["lint", "--select", "cleart"], ["cleartext-auth"]),
        (["lint", "--config", ""], []),
        (["lint", "--exclude", ""], []),
        (["explain", "tls-b"], ["tls-broken"]),
        (["explain", ""], sorted(RULES)),
        (["endpoints", "--fo"], ["--format"]),
        (["completion", ""], ["bash", "zsh", "fish"]),
        (["rules", ""], []),
        (["nonsense", "--"], []),
    ],
    ids=lambda value: " ".join(value) if len(value) < 4 else "all",
)
def test_bash_completes(words: list[str], offered: list[str], tmp_path: Path) -> None:
    assert completed(["mailwarden", *words], tmp_path) == offered


@pytest.mark.parametrize("command", arguments.COMMANDS)
def test_bash_offers_every_option(command: str, tmp_path: Path) -> None:
    options = [
        name for action in arguments.parser(command)._actions for name in action.option_strings
    ]
    assert completed(["mailwarden", command, "-"], tmp_path) == options


@pytest.mark.parametrize("shell", ["zsh", "fish"])
@pytest.mark.parametrize("command", arguments.COMMANDS)
def test_the_others_name_every_option(shell: str, command: str) -> None:
    text = script(shell)
    if shell == "zsh":
        part = text.partition(f"\n  {command})\n")[2].partition(";;")[0]
        words = [word for line in part.splitlines() for word in split(shell, line)]
        named = {word.lstrip("*").partition("[")[0] for word in words}
    else:
        lines = [line for line in text.splitlines() if f"from {command}'" in line]
        words = [word for line in lines for word in split(shell, line)]
        marks = {"-l": "--", "-s": "-"}
        named = {marks[a] + b for a, b in itertools.pairwise(words) if a in marks}
    wanted = {
        name for action in arguments.parser(command)._actions for name in action.option_strings
    }
    assert wanted <= named
    assert {name for name in named if name.startswith("-")} <= wanted | {"-s", "_arguments"}


@pytest.mark.parametrize("shell", completion.SHELLS)
def test_a_script_is_printed(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    assert capsys.readouterr().out == script(shell) + "\n"


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_every_quote_is_closed(shell: str) -> None:
    for line in script(shell).splitlines():
        split(shell, line)


def test_every_shell_has_a_script() -> None:
    assert tuple(completion.SHELLS) == arguments.SHELLS


def test_what_an_argument_takes_is_known() -> None:
    """A new kind of value is given words, or is a file, a folder, or a text of the user's own."""
    own = {"PATTERN", ""}
    known = {*completion.FILES, *completion.FOLDERS, *completion.WORDS, *own}
    for command in completion.commands():
        for argument in (*command.options, command.positional):
            assert argument.words or argument.value in known, argument
