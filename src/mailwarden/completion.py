"""``mailwarden completion SHELL``: a script that completes the command line in that shell.

It is made from the parsers of the subcommands and holds all that it needs: completing a word does
not run the command.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ansible_collections.mailwarden.policy.plugins.module_utils import catalogue
from ansible_collections.mailwarden.policy.plugins.module_utils.catalogue import owners
from ansible_collections.mailwarden.policy.plugins.module_utils.rule_table import RULES

from . import arguments, distributions
from .output import printed
from .output.reporters import REPORTERS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence

# What stands for a file, a folder or one of a few words, by the name that the help has for it.
FILES, FOLDERS = ("FILE", "PATH"), ("FOLDER",)
WORDS: dict[str, tuple[str, ...]] = {
    "RULE": tuple(sorted(RULES)),
    "RULES": tuple(sorted(RULES)),
    "FORMAT": tuple(owners.names()),
    "NAME[:FILE]": tuple(REPORTERS),
    "NAME=VERSION": tuple(f"{name}=" for name in catalogue.programs()),
    "HOST": distributions.names(),
}


class Argument(NamedTuple):
    """An option (or, without ``names``, what stands alone) and what may follow it.

    ``value`` is the name of its value in the help, empty for an option that takes none.
    """

    names: tuple[str, ...]
    help: str
    value: str
    words: tuple[str, ...]


class Command(NamedTuple):
    """A subcommand with its arguments."""

    name: str
    help: str
    options: tuple[Argument, ...]
    positional: Argument


def run(shell: str) -> int:
    """Print the script for a shell; returns the exit status."""
    printed.lines(SHELLS[shell](commands()))
    return 0


def commands() -> list[Command]:
    """Every subcommand, as its parser has it."""
    found = []
    for name, (purpose, _fill) in arguments.COMMANDS.items():
        taken = [_argument(action) for action in arguments.parser(name)._actions]
        alone = [one for one in taken if not one.names]
        options = tuple(one for one in taken if one.names)
        found.append(Command(name, purpose, options, alone[0] if alone else NOTHING))
    return found


NOTHING = Argument((), "", "", ())


def _argument(action: argparse.Action) -> Argument:
    value = "" if action.nargs == 0 else str(action.metavar or action.dest.upper())
    words = tuple(map(str, action.choices)) if action.choices else WORDS.get(value, ())
    about = (action.help or "").split(";")[0].split(" (")[0]
    return Argument(tuple(action.option_strings), about, value, words)


def _quoted(text: str) -> str:
    """A word between single quotes, for bash and zsh."""
    return "'" + text.replace("'", "'\\''") + "'"


# bash


def bash(found: Sequence[Command]) -> Iterator[str]:
    """A function for bash 4 and newer, and its registration."""
    yield "# bash completion for mailwarden"
    yield "_mailwarden() {"
    yield "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}"
    yield "    # --name=value comes as three words."
    yield '    if [[ $cur == "=" ]]; then cur=""'
    yield '    elif [[ $prev == "=" ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi'
    yield "    COMPREPLY=()"
    yield "    if ((COMP_CWORD == 1)); then"
    names = " ".join([one.name for one in found] + ["--help", "--version"])
    yield f'        COMPREPLY=($(compgen -W "{names}" -- "$cur"))'
    yield "        return"
    yield "    fi"
    yield "    case ${COMP_WORDS[1]}:$prev in"
    for command in found:
        for option in command.options:
            if option.value:
                keys = " | ".join(f"{command.name}:{name}" for name in option.names)
                yield f"    {keys}) {_bash_value(option)} ;;"
    yield "    esac"
    yield "    case ${COMP_WORDS[1]}:$cur in"
    for command in found:
        names = " ".join(name for option in command.options for name in option.names)
        yield f'    {command.name}:-*) COMPREPLY=($(compgen -W "{names}" -- "$cur")) ;;'
        yield f"    {command.name}:*) {_bash_value(command.positional)} ;;"
    yield "    esac"
    yield "}"
    yield "complete -F _mailwarden mailwarden"


def _bash_value(argument: Argument) -> str:
    if argument.words:
        words = " ".join(argument.words)
        return f'COMPREPLY=($(compgen -W "{words}" -- "$cur")); return'
    if argument.value in FILES:
        return "compopt -o default 2> /dev/null; return"
    if argument.value in FOLDERS:
        return "compopt -o dirnames 2> /dev/null; return"
    return "return"


# zsh


def zsh(found: Sequence[Command]) -> Iterator[str]:
    """A function for zsh's ``_arguments``; the file is ``_mailwarden`` in a folder of ``fpath``."""
    yield "#compdef mailwarden"
    yield "_mailwarden() {"
    yield "  if (( CURRENT == 2 )); then"
    yield "    local -a commands=("
    for command in found:
        yield f"      {_quoted(command.name + ':' + command.help)}"
    yield "    )"
    yield "    _describe command commands"
    yield "    _arguments '--help[show the help]' '--version[print the version]'"
    yield "    return"
    yield "  fi"
    yield "  local command=$words[2]"
    yield "  shift words"
    yield "  (( CURRENT-- ))"
    yield "  case $command in"
    for command in found:
        yield f"  {command.name})"
        yield "    _arguments -s \\"
        for option in command.options:
            yield from (f"      {_quoted(spec)} \\" for spec in _zsh_option(option))
        yield f"      {_quoted('*' + _zsh_value(command.positional))}"
        yield "    ;;"
    yield "  esac"
    yield "}"
    yield 'if [[ $funcstack[1] == _mailwarden ]]; then _mailwarden "$@"'
    yield "else compdef _mailwarden mailwarden; fi"


def _zsh_option(option: Argument) -> Iterator[str]:
    about = option.help.replace("[", "(").replace("]", ")")
    for name in option.names:
        yield f"*{name}[{about}]{_zsh_value(option) if option.value else ''}"


def _zsh_value(argument: Argument) -> str:
    value = argument.value.replace(":", " ") or "nothing"
    if argument.words:
        return f":{value}:({' '.join(argument.words)})"
    if argument.value in FILES:
        return f":{value}:_files"
    return f":{value}:_files -/" if argument.value in FOLDERS else f":{value}: "


# fish


def fish(found: Sequence[Command]) -> Iterator[str]:
    """Lines of ``complete`` for fish."""
    yield "# fish completion for mailwarden"
    yield "complete -c mailwarden -f"
    yield "complete -c mailwarden -n __fish_use_subcommand -l help -d 'show the help'"
    yield "complete -c mailwarden -n __fish_use_subcommand -l version -d 'print the version'"
    for command in found:
        about = _fish_quoted(command.help)
        yield f"complete -c mailwarden -n __fish_use_subcommand -a {command.name} -d {about}"
        when = f"complete -c mailwarden -n '__fish_seen_subcommand_from {command.name}'"
        for option in command.options:
            about = _fish_quoted(option.help)
            yield f"{when} {_fish_names(option)}{_fish_value(option, ' -r')} -d {about}"
        if command.positional.value:
            yield f"{when}{_fish_value(command.positional, '')}"


def _fish_names(option: Argument) -> str:
    return " ".join(
        f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names
    )


def _fish_value(argument: Argument, needed: str) -> str:
    if not argument.value:
        return ""
    if argument.words:
        return f"{needed} -f -a {_fish_quoted(' '.join(argument.words))}"
    if argument.value in FOLDERS:
        return f"{needed} -f -a '(__fish_complete_directories)'"
    return f"{needed} -F" if argument.value in FILES else f"{needed} -f"


def _fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


SHELLS: dict[str, Callable[[Sequence[Command]], Iterator[str]]] = {
    "bash": bash,
    "zsh": zsh,
    "fish": fish,
}
