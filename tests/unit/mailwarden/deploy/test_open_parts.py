"""How far something open goes: in the file, in what is written, in what decides."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text

from tests.support.holed import Options, template
from tests.support.steps import PATH, PLAY, TASK, call, drawn, step


class Row(NamedTuple):
    """A task on a file with holes (``<name>``), and the files that may come of it.

    ``options`` are the texts that a hole may be.
    """

    id: str
    module: str
    before: str
    parameters: dict[str, str]
    after: list[str]
    options: Mapping[str, Options] = MappingProxyType({})


OPENED = [f"<{TASK.name}>"]
BRANCH = {"tls": (("yes", "relayhost = t\n"), ("no", ""))}
OTHER = {"tls": (("yes", "smtp_use_tls = yes\n"), ("no", ""))}

ROWS = (
    Row("lineinfile: an open line beside", "lineinfile", "a = <x>\nrelayhost = b\n",
        {"regexp": "^relayhost", "line": "relayhost = c"}, ["a = <x>\nrelayhost = c\n"]),
    Row("lineinfile: an open value in the line", "lineinfile", "a = <x>\nrelayhost = <y>\n",
        {"regexp": r"^relayhost\s*=", "line": "relayhost = c"}, ["a = <x>\nrelayhost = c\n"]),
    Row("lineinfile: what is written is open", "lineinfile", "a = 1\nrelayhost = b\n",
        {"regexp": "^relayhost", "line": "relayhost = <host>"}, ["a = 1\nrelayhost = <host>\n"]),
    Row("lineinfile: an open name", "lineinfile", "<x>_host = b\n",
        {"regexp": "^relayhost", "line": "relayhost = c"},
        ["relayhost = c\n", "<x>_host = b\nrelayhost = c\n"]),
    Row("lineinfile: an unanchored pattern may fit a hole", "lineinfile", "a = <x>\n",
        {"regexp": "relayhost", "line": "relayhost = c"},
        ["relayhost = c\n", "a = <x>\nrelayhost = c\n"]),
    Row("lineinfile: an open pattern", "lineinfile", "a = 1\nb = 2\n",
        {"regexp": "^<x>", "line": "relayhost = c"}, OPENED),
    Row("lineinfile: a pattern of two names", "lineinfile", "a = 1\nb = 2\n",
        {"regexp": "^<x>", "line": "c"}, ["c\nb = 2\n", "a = 1\nc\n"],
        {"x": (("one", "a"), ("two", "b"))}),
    Row("lineinfile: an open state", "lineinfile", "a = 1\nb = 2\n",
        {"regexp": "^a", "line": "a = 3", "state": "<x>"}, ["a = 3\nb = 2\n", "b = 2\n"]),
    Row("lineinfile: a branch that it does not look into", "lineinfile", "<tls>relayhost = b\n",
        {"regexp": "^relayhost", "line": "relayhost = c"},
        ["smtp_use_tls = yes\nrelayhost = c\n", "relayhost = c\n"], OTHER),
    Row("lineinfile: a branch that it looks into", "lineinfile", "a = 1\n<tls>",
        {"regexp": "^relayhost", "line": "relayhost = c"},
        ["a = 1\nrelayhost = c\n"], BRANCH),
    Row("lineinfile: a setting of a file of which nothing is known", "lineinfile", "<x>",
        {"regexp": "^relayhost", "line": "relayhost = c"}, ["<x>\nrelayhost = c\n"]),
    Row("lineinfile: a setting that is known among others that are not", "lineinfile",
        "<x>\nrelayhost = b\nb = 1\n", {"regexp": "^relayhost =", "line": "relayhost = <c>"},
        ["<x>\nb = 1\nrelayhost = <c>\n"]),
    Row("lineinfile: a value that may go on in the next line", "lineinfile",
        "<x>\nrelayhost = b\n  c\n", {"regexp": "^relayhost", "line": "relayhost = d"},
        ["<x>\nrelayhost = b\n  c\nrelayhost = d\n"]),
    Row("lineinfile: a way of writing a setting that the task does not look for", "lineinfile",
        "<x>\nrelayhost=b\n", {"regexp": "^relayhost =", "line": "relayhost = c"},
        ["<x>\nrelayhost = c\n<x>\nrelayhost=b\n", "<x>\nrelayhost=b\nrelayhost = c\n"]),
    Row("lineinfile: a pattern that does not fit the line", "lineinfile", "<x>\n",
        {"regexp": "^relay_host", "line": "relayhost = c"},
        ["<x>\nrelayhost = c\n<x>\n", "<x>\nrelayhost = c\n"]),
    Row("blockinfile: at the end of settings of which nothing is known", "blockinfile", "<x>",
        {"block": "b = 1"},
        ["<x>\n# BEGIN ANSIBLE MANAGED BLOCK\nb = 1\n# END ANSIBLE MANAGED BLOCK\n"]),
    Row("ini_file: a setting of a file of which nothing is known", "ini_file", "<x>\n# a = 1\n",
        {"option": "a", "value": "2"}, ["<x>\n# a = 1\na = 2\n"]),
    Row("lineinfile: with backrefs, a file of which nothing is known", "lineinfile", "<x>",
        {"regexp": "^(a = .*)", "line": r"\1 b", "backrefs": "yes"}, [*OPENED, "<x>"]),
    Row("lineinfile: somewhere in what is not known", "lineinfile", "<x>\n",
        {"line": "b = 1", "insertafter": "^a"}, ["<x>\nb = 1\n<x>\n", "<x>\nb = 1\n"]),
    Row("lineinfile: a line of few texts", "lineinfile", "<x>\nb = 1\n",
        {"regexp": "^a", "line": "a = 3"}, ["a = 3\nb = 1\n", "b = 2\nb = 1\na = 3\n"],
        {"x": (("one", "a = 1"), ("two", "b = 2"))}),
    Row("lineinfile: the same open line is there", "lineinfile", "relayhost = <x>\n",
        {"line": "relayhost = <x>"}, ["relayhost = <x>\n"]),
    Row("lineinfile: perhaps the same line", "lineinfile", "relayhost = b\n",
        {"line": "relayhost = <x>"}, ["relayhost = <x>\n", "relayhost = b\nrelayhost = <x>\n"]),
    Row("lineinfile: absent, an open value", "lineinfile", "a = <x>\nb = 1\n",
        {"regexp": "^a", "state": "absent"}, ["b = 1\n"]),
    Row("lineinfile: absent, a line that may be several", "lineinfile", "<x>\na = 1\n",
        {"regexp": "^a", "state": "absent"}, ["<x>\n"]),
    Row("lineinfile: too many answers", "lineinfile", "<a>1\n<b>1\n<c>1\n<d>1\n<e>1\n<f>1\n",
        {"regexp": "^x", "state": "absent"}, OPENED),
    Row("blockinfile: an open block", "blockinfile", "a = <x>\n", {"block": "b = <y>"},
        ["a = <x>\n# BEGIN ANSIBLE MANAGED BLOCK\nb = <y>\n# END ANSIBLE MANAGED BLOCK\n"]),
    Row("blockinfile: an open marker", "blockinfile", "a\n", {"block": "b", "marker": "<x>"},
        OPENED),
    Row("blockinfile: into lines that are open", "blockinfile", "<x>\n",
        {"block": "b", "insertafter": "^a"},
        [*OPENED, "<x>\n# BEGIN ANSIBLE MANAGED BLOCK\nb\n# END ANSIBLE MANAGED BLOCK\n"]),
    Row("replace: an open line beside", "replace", "a = <x>\nb = 1\n",
        {"regexp": "^b = .*$", "replace": "b = 2"}, ["a = <x>\nb = 2\n"]),
    Row("replace: what is written is open", "replace", "b = 1\n",
        {"regexp": "^b = .*$", "replace": "b = <y>"}, ["b = <y>\n"]),
    Row("replace: an open value goes with the match", "replace", "a = <x>\nb = 1\n",
        {"regexp": "^a = .*$", "replace": "a = 2"}, ["a = 2\nb = 1\n"]),
    Row("replace: an empty value may eat the next line", "replace", "a = <x>\nb = 1\n",
        {"regexp": r"^a\s*=\s*.*$", "replace": "a = 2"}, OPENED),
    Row("replace: every line, where one may be several", "replace", "a = 1\n<x>\n",
        {"regexp": "^.*$", "replace": "b"}, OPENED),
    Row("replace: an open pattern", "replace", "a = 1\n", {"regexp": "<x>"}, OPENED),
    Row("replace: a match may go beyond what is known", "replace", "a\n<x>\n",
        {"regexp": r"^a\s+b", "replace": "c"}, OPENED),
    Row("ini_file: an open value", "ini_file", "a = <x>\nb = <y>\n",
        {"option": "b", "value": "<z>"}, ["a = <x>\nb = <z>\n"]),
    Row("ini_file: an open option", "ini_file", "a = 1\n", {"option": "<x>", "value": "1"}, OPENED),
    Row("ini_file: releases differ over a comment", "ini_file", "  # a = 1\n",
        {"option": "a", "value": "2"}, ["a = 2\n  # a = 1\n", "a = 2\n"]),
    Row("copy: an open string", "copy", "a\n", {"content": "b = <x>"}, ["b = <x>"]),
    Row("copy: an open force", "copy", "a\n", {"content": "b", "force": "<x>"}, ["b", "a\n"]),
)  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
def test_what_is_open_goes_as_far_as_it_decides(row: Row) -> None:
    before = template(PATH, row.before, **row.options)
    parameters: dict[str, str | Text | list[str]] = {
        name: template(PLAY, value, **row.options) for name, value in row.parameters.items()
    }
    assert drawn(step(row.module, before, parameters)) == row.after


def test_a_file_that_backrefs_have_opened_is_looked_at_as_one_that_is_open() -> None:
    given: dict[str, str | Text | list[str]] = {
        "regexp": "^(a = .*)", "line": r"\1 b", "backrefs": "yes",
    }  # fmt: skip
    once = step("lineinfile", template(PATH, "<x>"), given)
    assert isinstance(once, Text)
    assert set(drawn(step("lineinfile", once, given))) == {*OPENED, "<x>"}


CALLS = (
    ("an open value", "postconf -e 'a=<x>'", "a = 1\nb = <y>\n", "a = <x>\nb = <y>\n"),
    ("an open name in the file", "postconf -e a=1", "<x> = 1\n", "<x> = 1\na = 1\n"),
    ("a branch of whole lines at the end", "postconf -e b=1", "a = 1\n<tls>",
     "a = 1\n<tls>b = 1\n"),
    ("an open name", "postconf -e '<x>=1'", "a = 1\n", OPENED[0]),
    ("an open option", "postconf <x> a=1", "a = 1\n", OPENED[0]),
    ("an open value of a service", "postconf -P 'smtp/inet/a=<x>'",
     "smtp inet n - y - - smtpd -o a=<y>\n",
     "smtp       inet  n       -       y       -       -       smtpd\n    -o a=<x>\n"),
    ("an open service in the file", "postconf -P smtp/inet/a=1", "<x> inet n - y - - smtpd\n",
     OPENED[0]),
)  # fmt: skip


@pytest.mark.parametrize(("line", "before", "after"), [row[1:] for row in CALLS], ids=[
    row[0] for row in CALLS
])  # fmt: skip
def test_what_is_open_for_postconf(line: str, before: str, after: str) -> None:
    expected = template("x", after).string if after != OPENED[0] else "(open)"
    assert call(template(PLAY, line), template(PATH, before, **BRANCH)) == expected
