"""``ansible.builtin.command`` and ``shell``: the calls of postconf in them.

``command`` splits its line as ``shlex`` does and knows no operator; ``shell`` hands it to sh, of
which only words, quotes, ``&&``, ``;`` and line ends are followed.  A pipe, a redirection, a
variable, ``$( )``, a program other than postconf beside it, ``creates`` and ``removes``: it cannot
be said what is written, and the caller leaves both files open by the task's name.

An unquoted hole is taken for a part of its word: with a blank in it postconf refuses what it gets.

Source: ``command.py`` of ansible-core 2.19; ``shlex`` of Python; postconf.c of Postfix (``main``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text

from .outcome import Failed, FailsError, OpenError
from .parameters import FALSE

if TYPE_CHECKING:
    from .parameters import Given

FOLDER = "/etc/postfix"
MAIN, ENTRY, FIELD, PARAMETER = "main.cf", "-M", "-F", "-P"
EDIT, EXCLUDE, COMMENT_OUT = "-e", "-X", "-#"

_KNOWN = frozenset(
    ("_raw_params", "cmd", "argv", "chdir", "executable", "stdin", "stdin_add_newline",
     "strip_empty_ends", "expand_argument_vars", "warn")
)  # fmt: skip
# Options of postconf that show something, and those that take a value.
_SHOWING = frozenset("aAbCdfhHlmnqtTx")
_VALUED = frozenset("cCoT")
_KINDS = {"M": ENTRY, "F": FIELD, "P": PARAMETER, "p": MAIN}
_MODES = {"e": EDIT, "X": EXCLUDE, "#": COMMENT_OUT}
# What sh takes for something else than a part of a word.
_OPERATORS = frozenset("|&;<>()$`\n#")
_PLAIN = re.compile(r"[^'\"\\ \t\r\n|&;<>()$`#]+")
_QUOTED = re.compile(r'[^"\\$`]+')
# What an option of a hole must not hold, for it would be read as a part of the command.
_SIGNS = frozenset(" \t\r\n'\"\\$`;&|<>()")
# In the arguments of ``command``: the environment is that of the host.
_ENVIRONMENT = re.compile(r"\$(?:[A-Z]|\{[A-Z])|^~")


class Request(NamedTuple):
    """One call of postconf that edits a file: its folder, what of it, how, and the arguments."""

    folder: str
    kind: str
    mode: str
    arguments: list[Text]

    @property
    def path(self) -> str:
        """The file that it edits."""
        return f"{self.folder}/{'main.cf' if self.kind == MAIN else 'master.cf'}"


def requests(given: Given, shell: bool) -> list[Request] | Failed | None:
    """What a task has postconf edit, in order.

    Empty where it has it edit nothing; ``Failed`` where postconf refuses the call; ``None`` where
    that cannot be followed.
    """
    try:
        return [request for words in _commands(given, shell) for request in _called(words)]
    except OpenError:
        return None
    except FailsError as error:
        return Failed(str(error))


def _commands(given: Given, shell: bool) -> list[list[Text]]:
    """The words of each command; none where postconf is not among them."""
    argv = given.get("argv")
    line = given.get("cmd", given.get("_raw_params"))
    if isinstance(argv, list):
        written = [word.string for word in argv]
    else:
        written = [line.string] if isinstance(line, Text) else []
    if not any("postconf" in one for one in written):
        return []
    if set(given) - _KNOWN:
        raise OpenError
    if shell:
        found = _scripted(line)
    elif isinstance(argv, list):
        found = [argv]
    else:
        found = [_split(line)]
    if not shell and not _is_off(given.get("expand_argument_vars")):
        for word in found[0]:
            if _ENVIRONMENT.search(word.string):
                raise OpenError
    return [words for words in found if words]


def _is_off(value: Text | list[Text] | None) -> bool:
    return isinstance(value, Text) and value.string.lower() in FALSE


def _scripted(line: Text | list[Text] | None) -> list[list[Text]]:
    if not isinstance(line, Text):
        raise OpenError
    return _Words(line, True).commands()


def _split(line: Text | list[Text] | None) -> list[Text]:
    if not isinstance(line, Text):
        raise OpenError
    return _Words(line, False).commands()[0]


class _Words:
    """The words of a line, as sh or ``shlex`` splits it, each with its places."""

    def __init__(self, line: Text, shell: bool) -> None:
        if any(
            option is None or set(option.string) & _SIGNS
            for hole in line.holes.values()
            for _label, option in hole.options
        ):
            raise OpenError
        self._line = line
        self._string = line.string
        self._shell = shell
        self._at = 0
        self._found: list[list[Text]] = [[]]
        # The parts of the word that is being read; none: there is no word.
        self._parts: list[Text] | None = None

    def commands(self) -> list[list[Text]]:
        string = self._string
        while self._at < len(string):
            sign = string[self._at]
            if sign == "'":
                self._single_quoted()
            elif sign == '"':
                self._double_quoted()
            elif sign == "\\":
                self._escaped()
            elif sign in " \t\r\n" and not (self._shell and sign in "\r\n"):
                self._end_word()
                self._at += 1
            elif self._shell and sign in _OPERATORS:
                self._operator(sign)
            else:
                self._plain(_PLAIN)
        self._end_word()
        return self._found

    def _take(self, start: int, end: int) -> None:
        self._parts = (self._parts or []) + [self._line.cut(start, end)]

    def _plain(self, pattern: re.Pattern[str]) -> None:
        """Characters that stand for themselves; one at least."""
        found = pattern.match(self._string, self._at)
        end = found.end() if found else self._at + 1
        self._take(self._at, end)
        self._at = end

    def _end_word(self) -> None:
        if self._parts is not None:
            self._found[-1].append(Text.joined(self._line.path, self._parts))
        self._parts = None

    def _single_quoted(self) -> None:
        end = self._string.find("'", self._at + 1)
        if end < 0:
            raise FailsError("no closing quotation")
        self._take(self._at + 1, end)
        self._at = end + 1

    def _double_quoted(self) -> None:
        string = self._string
        self._at += 1
        self._take(self._at, self._at)
        while True:
            sign = string[self._at : self._at + 1]
            if not sign:
                raise FailsError("no closing quotation")
            if self._shell and sign in "$`":
                raise OpenError
            if sign == '"':
                self._at += 1
                return
            if sign == "\\":
                self._escaped('"\\$`\n' if self._shell else '"\\')
            else:
                self._plain(_QUOTED)

    def _escaped(self, among: str = "") -> None:
        """A backslash and what it stands in front of; the backslash stays before other signs."""
        following = self._string[self._at + 1 : self._at + 2]
        if not following:
            raise FailsError("no escaped character")
        if self._shell and following == "\n":
            self._at += 2
            return
        self._take(self._at if among and following not in among else self._at + 1, self._at + 2)
        self._at += 2

    def _operator(self, sign: str) -> None:
        string = self._string
        if sign == "#":
            if self._parts is not None:
                self._take(self._at, self._at + 1)
                self._at += 1
                return
            end = string.find("\n", self._at)
            self._at = len(string) if end < 0 else end
            return
        if sign == "&" and string[self._at : self._at + 2] == "&&":
            self._at += 1
        elif sign not in ";\n" or string[self._at : self._at + 2] == ";;":
            raise OpenError
        self._end_word()
        self._found.append([])
        self._at += 1


def _called(words: list[Text]) -> list[Request]:
    """What one command has postconf edit; raises ``OpenError`` for another program."""
    program, *told = words
    if program.holes or program.string.rpartition("/")[2] != "postconf":
        raise OpenError
    folder, kinds, modes, showing = FOLDER, [], [], False
    at = 0
    while at < len(told) and told[at].string[:1] == "-" and told[at].string != "-":
        word = told[at]
        at += 1
        if word.holes:
            raise OpenError
        if word.string == "--":
            break
        for number, option in enumerate(word.string[1:], 2):
            value = word.string[number:]
            if option in _VALUED:
                if not value:
                    if at >= len(told):
                        raise FailsError(f"option -{option} requires an argument")
                    if told[at].holes:
                        raise OpenError
                    value = told[at].string
                    at += 1
                folder = value.rstrip("/") if option == "c" else folder
                showing = showing or option in _SHOWING
                break
            if option in _KINDS:
                kinds.append(_KINDS[option])
            elif option in _MODES:
                modes.append(_MODES[option])
            elif option in _SHOWING:
                showing = True
            elif option != "v":
                raise FailsError(f"postconf has no option -{option}")
    return _requested(folder, set(kinds), set(modes), showing, told[at:])


def _requested(
    folder: str, kinds: set[str], modes: set[str], showing: bool, arguments: list[Text]
) -> list[Request]:
    if arguments and "=" in arguments[0].string and (kinds or not showing):
        modes.add(EDIT)
    elif arguments and arguments[0].holes and not modes:
        # A hole may hold the "=" that makes an edit of it.
        raise OpenError
    if not modes and not (arguments and "=" in arguments[0].string):
        return []
    if showing:
        # Some of these go together and some do not.
        raise OpenError
    if len(kinds) > 1 or len(modes) > 1:
        raise FailsError("postconf takes one of " + ", ".join(sorted(kinds) + sorted(modes)))
    kind, mode = next(iter(kinds), MAIN), next(iter(modes))
    if (kind, mode) in ((FIELD, EXCLUDE), (FIELD, COMMENT_OUT), (PARAMETER, COMMENT_OUT)):
        raise FailsError(f"with option {kind}, do not specify {mode}")
    if not arguments:
        raise FailsError(f"{mode} requires an argument")
    return [Request(folder, kind, mode, arguments)]
