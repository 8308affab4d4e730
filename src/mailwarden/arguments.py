"""The command line: subcommands and their options, nothing else."""

from __future__ import annotations

import argparse
import sys

from ansible_collections.mailwarden.policy.plugins.module_utils.rule_table import PROFILES

from .output import printed
from .output.reporters import REPORTERS, parsed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from .output.reporters import Target

FAIL_ON = ("error", "warning", "note", "undecided", "never")
SHELLS = ("bash", "zsh", "fish")
CONFIDENCES = ("possible", "likely", "certain")

UNREAD = "something could not be read or parsed, the output not written, or wrong usage"
EMPTY = "nothing was checked (see --allow-empty)"
# What each exit status of a subcommand means, in the order in which they go before each other;
# 3, a bug, goes before all.
STATUSES: dict[str, dict[int, str]] = {
    "lint": {
        2: UNREAD,
        1: "findings that count (see --fail-on)",
        4: EMPTY,
        0: "nothing found that counts",
    },
    "endpoints": {2: UNREAD, 4: EMPTY, 0: "everything was read"},
    "render": {
        2: "nothing of that name is there, a file could not be made, or wrong usage",
        4: "no file of a mail program is made there",
        0: "the files are printed",
    },
    "explain": {2: "no rule of that name, or wrong usage", 0: "the manual, or the list, is shown"},
    "rules": {2: "wrong usage", 0: "the rules are listed"},
    "formats": {2: "wrong usage", 0: "the formats are listed"},
    "policy": {2: "the policy is wrong or cannot be read, or wrong usage", 0: "it is shown"},
    "completion": {2: "no such shell, or wrong usage", 0: "the script is printed"},
    "init": {2: "the folder cannot be written, or wrong usage", 0: "the files are there"},
}
BUG = "an error in mailwarden itself"


class Formatter(argparse.RawDescriptionHelpFormatter):
    """Help of a fixed width: argparse asks for the terminal's at every option, which takes time."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=88)


class Parser(argparse.ArgumentParser):
    """A parser whose help is output as any other, and whose errors are said where they can be."""

    def _print_message(self, message: str, file: Any = None) -> None:
        if file is sys.stdout:
            printed.lines([message.rstrip("\n")])
        else:
            printed.tell(message.rstrip("\n"))


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The arguments; ``command`` names the subcommand, empty where there is none.

    Raises ``SystemExit`` as argparse does, for help and for wrong usage.  Only the parser that
    ``argv`` asks for is made: making all of them takes as long as checking a file.
    """
    if argv and argv[0] in COMMANDS:
        return parser(argv[0]).parse_intermixed_args(argv[1:])
    return _top().parse_args(argv)


def parser(name: str) -> argparse.ArgumentParser:
    """The parser of a subcommand."""
    purpose, options = COMMANDS[name]
    about = purpose[0].upper() + purpose[1:] + "."
    command = _parser(f"mailwarden {name}", about, statuses(name))
    options(command)
    command.set_defaults(command=name, version=False)
    return command


def _top() -> argparse.ArgumentParser:
    about = "Checks that mail ports are served, and dialled, with the TLS they stand for."
    top = _parser(
        "mailwarden", about, "mailwarden COMMAND --help shows its options and exit statuses."
    )
    top.add_argument("--version", action="store_true", help="print the version and exit")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", prog="mailwarden")
    for name, (purpose, _options) in COMMANDS.items():
        commands.add_parser(name, help=purpose)
    return top


def statuses(command: str) -> str:
    """The exit statuses of a subcommand, as its help lists them."""
    means = {3: BUG, **STATUSES[command]}
    order = ", ".join(map(str, means))
    lines = [f"  {status}  {means[status]}" for status in sorted(means)]
    return "\n".join([f"exit status, the first of {order} that holds:", *lines])


def _parser(prog: str, description: str, epilog: str) -> argparse.ArgumentParser:
    return Parser(
        prog=prog,
        description=description,
        epilog=epilog,
        formatter_class=Formatter,
        allow_abbrev=False,
    )


def _lint(command: argparse.ArgumentParser) -> None:
    _input(command)
    judging = command.add_argument_group("judging")
    judging.add_argument(
        "--select",
        action="append",
        default=[],
        metavar="RULES",
        help="only these rules, comma-separated; syntax-error, unreadable and "
        "cleartext-auth always speak",
    )
    judging.add_argument(
        "--ignore",
        action="append",
        default=[],
        metavar="RULES",
        help="all rules but these; the same three always speak",
    )
    judging.add_argument(
        "--no-suppressions",
        action="store_true",
        help="count findings that a comment or the policy's `ignore` suppresses",
    )
    judging.add_argument(
        "--fail-on",
        choices=FAIL_ON,
        help="the least severity that makes the exit status 1 (default: error; "
        "with the strict profile warning); undecided: errors, and anything "
        "that the files leave open",
    )
    judging.add_argument(
        "--min-confidence",
        choices=CONFIDENCES,
        help="leave out what is less sure, and let all the rest count (default: everything is "
        "shown, and what is certain or likely counts; with the strict profile all of it)",
    )
    fixing = command.add_argument_group("fixing")
    change = fixing.add_mutually_exclusive_group()
    change.add_argument("--fix", action="store_true", help="make the safe fixes in the files")
    change.add_argument("--diff", action="store_true", help="show them as a patch instead")
    fixing.add_argument(
        "--unsafe-fixes", action="store_true", help="with either, also those that a peer may notice"
    )
    group = _output(command)
    group.add_argument(
        "--format",
        action="append",
        default=[],
        type=_target,
        metavar="NAME[:FILE]",
        help=f"{', '.join(REPORTERS)} (default: text); may be repeated, at most once without a "
        "file",
    )
    group.add_argument(
        "--statistics", action="store_true", help="add the number of findings by rule to the text"
    )
    known = command.add_argument_group("baseline")
    known.add_argument(
        "--baseline",
        metavar="FILE",
        help="suppress the findings that are listed there",
    )
    known.add_argument(
        "--write-baseline",
        metavar="FILE",
        help="list there what this run has found; report and exit status stay as they are",
    )


def _target(value: str) -> Target:
    try:
        return parsed(value)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _explain(command: argparse.ArgumentParser) -> None:
    command.add_argument("rule", nargs="?", metavar="RULE", help="without one, all are listed")


def _completion(command: argparse.ArgumentParser) -> None:
    command.add_argument("shell", choices=SHELLS, metavar="SHELL", help=", ".join(SHELLS))


def _init(command: argparse.ArgumentParser) -> None:
    command.add_argument("folder", nargs="?", default=".", metavar="FOLDER")


def _nothing(command: argparse.ArgumentParser) -> None:
    """It takes none."""


def _endpoints(command: argparse.ArgumentParser) -> None:
    _input(command)
    _output(command).add_argument("--format", choices=("text", "json"), default="text")


def _render(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "what",
        metavar="PATH",
        help="a role's folder or name, a playbook, a template; tasks or "
        "variables: what is made of them",
    )
    command.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help="files on the host, such as /etc/postfix/main.cf, those of packages too (default: all "
        "that tasks write)",
    )
    command.add_argument(
        "--host",
        default="",
        metavar="HOST",
        help="one of several hosts: debian-13, or all of its name",
    )
    command.add_argument("--config", metavar="FILE", help="the policy file")
    command.set_defaults(
        profile=None,
        program=[],
        format_name=None,
        exclude=[],
        stdin_filename=None,
        skip_unknown=True,
    )


def _policy(command: argparse.ArgumentParser) -> None:
    command.add_argument("--config", metavar="FILE", help="the policy file")
    command.add_argument("--profile", choices=PROFILES, help="goes before the policy's own")
    command.add_argument(
        "--program",
        action="append",
        default=[],
        metavar="NAME=VERSION",
        help="the version of a program, such as postfix=3.7",
    )


def _input(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "paths",
        nargs="*",
        default=["."],
        metavar="PATH",
        help="files, folders, or - for the standard input (default: the current "
        "folder); of a folder, what git ignores is left out",
    )
    group = command.add_argument_group("input")
    group.add_argument(
        "--config",
        metavar="FILE",
        help="the policy file (default: the first .mailwarden.yml or .yaml from here to the "
        "repository's root)",
    )
    group.add_argument("--profile", choices=PROFILES, help="goes before the policy's own")
    group.add_argument(
        "--as",
        dest="format_name",
        metavar="FORMAT",
        help="what the files named are: a format, or format/role (postfix/master)",
    )
    group.add_argument(
        "--program",
        action="append",
        default=[],
        metavar="NAME=VERSION",
        help="the version of a program, such as postfix=3.7",
    )
    group.add_argument(
        "--exclude",
        action="append",
        default=[],
        metavar="PATTERN",
        help="leave out what fits, as in a .gitignore",
    )
    group.add_argument(
        "--skip-unknown",
        action="store_true",
        help="pass over files that no format recognises, though they are named; what bears a "
        "mail configuration's name is unread all the same",
    )
    group.add_argument(
        "--allow-empty",
        action="store_true",
        help="a run in which nothing was checked is no failure",
    )
    group.add_argument(
        "--stdin-filename", metavar="PATH", help="the file that the standard input stands for"
    )


def _output(command: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    """The options of every output; a command adds its own forms."""
    group = command.add_argument_group("output")
    group.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default="auto",
        help="colour the text (default: on a terminal)",
    )
    group.add_argument(
        "--output", metavar="FILE", help="write there instead of to the standard output"
    )
    group.add_argument(
        "-q",
        "--quiet",
        action="store_true",
        help="one line for each finding, none for what is undecided, and no last line",
    )
    group.add_argument(
        "-v",
        "--verbose",
        action="store_true",
        help="also what is suppressed, and which files were read and passed over",
    )
    return group


COMMANDS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None]]] = {
    "lint": ("check files, and those found in folders", _lint),
    "endpoints": ("list what listens and what dials", _endpoints),
    "render": ("print the mail files that a role or a playbook makes on its hosts", _render),
    "explain": ("show the manual of a rule", _explain),
    "rules": ("list the rules, their levels, and what each is about", _nothing),
    "formats": ("list the formats and the files that they are told by", _nothing),
    "policy": ("show the policy that counts here", _policy),
    "completion": ("print a script that completes the command line in a shell", _completion),
    "init": ("write a first .mailwarden.yml and a pre-commit entry", _init),
}
