"""What ansible-core 2.17 and 2.19, community.general 9.5 and 11.4, and Postfix were seen to write.

The rows of ansible-core's modules are run again beside the steps, by the module that is installed.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support import modules
from tests.support.postconf_calls import CALLS, Call
from tests.support.steps import FAILS, OPEN, call, shown, step


class Row(NamedTuple):
    """A task on a file, and the file behind it."""

    id: str
    before: str | None
    parameters: dict[str, str]
    after: str | None


MAIN = "a = 1\nrelayhost = x\nb = 2\n"
TWO = "relayhost = x\nb = 2\nrelayhost = y\n"

LINEINFILE = (
    Row("the last match is replaced", TWO, {"regexp": "^relayhost", "line": "relayhost = z"},
        "relayhost = x\nb = 2\nrelayhost = z\n"),
    Row("firstmatch: the first", TWO,
        {"regexp": "^relayhost", "line": "relayhost = z", "firstmatch": "true"},
        "relayhost = z\nb = 2\nrelayhost = y\n"),
    Row("no match, an equal line", "b = 2\na = 1\n", {"regexp": "^c", "line": "b = 2"},
        "b = 2\na = 1\n"),
    Row("no match: appended", MAIN, {"regexp": "^c", "line": "c = 3"}, MAIN + "c = 3\n"),
    Row("insertafter: its last match", "a\nb\na\nc\n",
        {"regexp": "^x", "line": "x", "insertafter": "^a"}, "a\nb\na\nx\nc\n"),
    Row("insertafter with firstmatch", "a\nb\na\nc\n",
        {"regexp": "^x", "line": "x", "insertafter": "^a", "firstmatch": "yes"}, "a\nx\nb\na\nc\n"),
    Row("insertbefore: its last match", "a\nb\na\nc\n",
        {"regexp": "^x", "line": "x", "insertbefore": "^a"}, "a\nb\nx\na\nc\n"),
    Row("insertafter does not fit", MAIN, {"line": "x", "insertafter": "^q"}, MAIN + "x\n"),
    Row("BOF", MAIN, {"line": "x", "insertbefore": "BOF"}, "x\n" + MAIN),
    Row("EOF", MAIN, {"line": "x", "insertafter": "EOF"}, MAIN + "x\n"),
    Row("regexp fits: insertafter is ignored", MAIN,
        {"regexp": "^relayhost", "line": "relayhost = z", "insertafter": "^b"},
        "a = 1\nrelayhost = z\nb = 2\n"),
    Row("line alone, equal", MAIN, {"line": "a = 1"}, MAIN),
    Row("line alone: every blank counts", "relayhost = a\n", {"line": "relayhost=a"},
        "relayhost = a\nrelayhost=a\n"),
    Row("line alone: a blank at the end", "a = 1 \n", {"line": "a = 1"}, "a = 1 \na = 1\n"),
    Row("search_string is literal", "a.b\naxb\n", {"search_string": "a.b", "line": "z"},
        "z\naxb\n"),
    Row("search_string with regexp", MAIN, {"search_string": "a", "regexp": "a", "line": "z"},
        FAILS),
    Row("absent: all that fit", TWO, {"regexp": "^relayhost", "state": "absent"}, "b = 2\n"),
    Row("absent: search_string", TWO, {"search_string": "relay", "state": "absent"}, "b = 2\n"),
    Row("absent: line", TWO, {"line": "b = 2", "state": "absent"},
        "relayhost = x\nrelayhost = y\n"),
    Row("absent: regexp before line", TWO, {"regexp": "^b", "line": "relayhost = x",
        "state": "absent"}, "relayhost = x\nrelayhost = y\n"),
    Row("backrefs without a match", MAIN,
        {"regexp": "^(c)", "line": r"\1", "backrefs": "yes", "insertafter": "^a"}, MAIN),
    Row("backrefs: the whole line", "xx relayhost = a yy\n",
        {"regexp": r"(relayhost) = (\w)", "line": r"\1 = [\2]", "backrefs": "yes"},
        "relayhost = [a]\n"),
    Row("backrefs: a group without a match is empty", "relayhost = a\n",
        {"regexp": "^(#)?relayhost", "line": r"\1x", "backrefs": "yes"}, "x\n"),
    Row("backrefs: a line end", "relayhost = a\n",
        {"regexp": "^relayhost", "line": r"a\nb", "backrefs": "yes"}, "a\nb\n"),
    Row("no line end without backrefs", "relayhost = a\n",
        {"regexp": "^relayhost", "line": r"a\nb"}, "a\\nb\n"),
    Row("backrefs without regexp", MAIN, {"line": "x", "backrefs": "yes"}, FAILS),
    Row("no file", None, {"line": "x"}, FAILS),
    Row("no file, create", None, {"line": "x", "create": "true"}, "x\n"),
    Row("no file, absent", None, {"line": "x", "state": "absent"}, None),
    Row("no file, absent, and no pattern", None, {"regexp": "(", "state": "absent"}, None),
    Row("no line end", "a = 1", {"line": "b = 2"}, "a = 1\nb = 2\n"),
    Row("an empty line", MAIN, {"regexp": "^relayhost", "line": ""}, "a = 1\n\nb = 2\n"),
    Row("insertafter with insertbefore", MAIN,
        {"line": "x", "insertafter": "a", "insertbefore": "b"}, FAILS),
    Row("present without line", MAIN, {"regexp": "^a"}, FAILS),
    Row("CRLF: the new line has LF", "a = 1\r\nb = 2\r\n", {"regexp": "^a", "line": "a = 3"},
        "a = 3\nb = 2\r\n"),
    Row("CRLF: $ does not fit before CR", "a = 1\r\n", {"regexp": "^a = 1$", "line": "a = 3"},
        "a = 1\r\na = 3\n"),
    Row("CRLF: line alone rewrites the end", "a = 1\r\n", {"line": "a = 1"}, "a = 1\n"),
    Row("a bare prefix hits a longer name", "smtpd_tls_security_level_x = 1\n",
        {"regexp": "^smtpd_tls_security_level", "line": "smtpd_tls_security_level = may"},
        "smtpd_tls_security_level = may\n"),
    Row("unanchored: a comment becomes a second setting", "relayhost = a\n# see relayhost\n",
        {"regexp": "relayhost", "line": "relayhost = b"}, "relayhost = a\nrelayhost = b\n"),
    Row("an option that stands under another service",
        "submission inet n - y - - smtpd\n  -o smtpd_sasl_auth_enable=yes\n"
        "smtps inet n - y - - smtpd\n",
        {"insertafter": "^smtps", "line": "  -o smtpd_sasl_auth_enable=yes"},
        "submission inet n - y - - smtpd\n  -o smtpd_sasl_auth_enable=yes\n"
        "smtps inet n - y - - smtpd\n"),
    Row("the head of a continued value", "mynetworks = 10.0.0.0/8\n  10.1.0.0/16\n",
        {"regexp": "^mynetworks", "line": "mynetworks = 127.0.0.0/8"},
        "mynetworks = 127.0.0.0/8\n  10.1.0.0/16\n"),
    Row("the head of a service alone", "#submission inet n - y - - smtpd\n#  -o a=b\n",
        {"regexp": "^#submission", "line": "submission inet n - y - - smtpd"},
        "submission inet n - y - - smtpd\n#  -o a=b\n"),
    Row("a new service above the options of another", "smtp inet n - y - - smtpd\n  -o a=b\n",
        {"insertafter": "^smtp ", "line": "587 inet n - y - - smtpd"},
        "smtp inet n - y - - smtpd\n587 inet n - y - - smtpd\n  -o a=b\n"),
    Row("a boolean that is none", MAIN, {"line": "x", "create": "maybe"}, FAILS),
    Row("a parameter that is none", MAIN, {"line": "x", "lines": "y"}, FAILS),
    Row("validate without %s", MAIN, {"line": "x", "validate": "postfix check"}, FAILS),
    Row("a wrong pattern", MAIN, {"line": "x", "regexp": "("}, FAILS),
)  # fmt: skip

BEGIN, END = "# BEGIN ANSIBLE MANAGED BLOCK\n", "# END ANSIBLE MANAGED BLOCK\n"
HELD = "a\n" + BEGIN + "old\n" + END + "b\n"

BLOCKINFILE = (
    Row("no markers: at the end", "a\n", {"block": "b"}, "a\n" + BEGIN + "b\n" + END),
    Row("after the last match", "a\nb\na\nc\n", {"block": "x", "insertafter": "^a"},
        "a\nb\na\n" + BEGIN + "x\n" + END + "c\n"),
    Row("before the last match", "a\nb\na\nc\n", {"block": "x", "insertbefore": "^a"},
        "a\nb\n" + BEGIN + "x\n" + END + "a\nc\n"),
    Row("no match: at the end", "a\n", {"block": "x", "insertafter": "^q"},
        "a\n" + BEGIN + "x\n" + END),
    Row("BOF", "a\n", {"block": "x", "insertbefore": "BOF"}, BEGIN + "x\n" + END + "a\n"),
    Row("markers: replaced where they stand", HELD, {"block": "new", "insertafter": "EOF"},
        "a\n" + BEGIN + "new\n" + END + "b\n"),
    Row("absent", HELD, {"state": "absent"}, "a\nb\n"),
    Row("an empty block", HELD, {"block": ""}, "a\nb\n"),
    Row("begin without end", "a\n" + BEGIN + "x\n", {"block": "y"},
        "a\n" + BEGIN + "x\n" + BEGIN + "y\n" + END),
    Row("end before begin", "a\n" + END + "x\n" + BEGIN + "b\n", {"block": "y"},
        "a\n" + BEGIN + "y\n" + END + "b\n"),
    Row("line ends of the block", "a\n", {"block": "b = 1\n\n\n"},
        "a\n" + BEGIN + "b = 1\n\n\n" + END),
    Row("no file", None, {"block": "x"}, FAILS),
    Row("no file, absent", None, {"block": "x", "state": "absent"}, FAILS),
    Row("no file, create", None, {"block": "x", "create": "yes"}, BEGIN + "x\n" + END),
    Row("a second task with the same marker", "a\n" + BEGIN + "first\n" + END,
        {"block": "second"}, "a\n" + BEGIN + "second\n" + END),
    Row("a marker without {mark}", "a\n# x\nb\n# x\n", {"block": "b", "marker": "# x"},
        "a\n# x\nb\n# x\nb\n# x\n"),
    Row("between a head and its options", "smtp inet n - y - - smtpd\n  -o a=b\n",
        {"block": "587 inet n - y - - smtpd", "insertafter": "^smtp "},
        "smtp inet n - y - - smtpd\n" + BEGIN + "587 inet n - y - - smtpd\n" + END + "  -o a=b\n"),
    Row("blank lines around it", "a\nb\n",
        {"block": "x", "insertafter": "^a", "append_newline": "yes", "prepend_newline": "yes"},
        "a\n\n" + BEGIN + "x\n" + END + "\nb\n"),
    Row("a pattern of several lines", "a\nb\na\n", {"block": "x", "insertafter": "(?m)^a"},
        "a\n" + BEGIN + "x\n" + END + "b\na\n"),
    Row("no line end", "a", {"block": "x"}, "a\n" + BEGIN + "x\n" + END),
)  # fmt: skip

REPLACE = (
    Row("all matches", "a = 1\nb = 1\n", {"regexp": "1", "replace": "2"}, "a = 2\nb = 2\n"),
    Row("^ and $ are ends of lines", "a = 1\nb = 1\n", {"regexp": "^b.*$", "replace": "c"},
        "a = 1\nc\n"),
    Row("groups and line ends", "a = 1\n", {"regexp": r"(\w) = (\w)", "replace": r"\2\n\g<1>"},
        "1\na\n"),
    Row("no match", "a = 1", {"regexp": "x", "replace": "y"}, "a = 1"),
    Row("no replacement", "a = 1\nb\n", {"regexp": "^b\n"}, "a = 1\n"),
    Row("no file", None, {"regexp": "a"}, FAILS),
    Row("after", "x\nGO\nx\nGO\nx\n", {"regexp": "^x", "replace": "y", "after": "GO"},
        "x\nGO\ny\nGO\ny\n"),
    Row("before: to its last match", "x\nGO\nx\nGO\nx\n",
        {"regexp": "^x", "replace": "y", "before": "GO"}, "y\nGO\ny\nGO\nx\n"),
    Row("both: once", "x\nA\nx\nB\nx\nA\nx\nB\n",
        {"regexp": "x", "replace": "y", "after": "A", "before": "B"},
        "x\nA\ny\nB\nx\nA\nx\nB\n"),
    Row("after: ^ is the start of the file", "x\nGO\nx\n",
        {"regexp": "x", "replace": "y", "after": "^GO"}, "x\nGO\nx\n"),
    Row("an empty value eats the next line", "relayhost =\nmynetworks = a\n",
        {"regexp": r"^relayhost\s*=\s*.*$", "replace": "relayhost = x"}, "relayhost = x\n"),
    Row(".*$ fits twice", "a\n", {"regexp": ".*$", "replace": "x"}, "xx\nx"),
    Row("prose as well", "# prose\n#a = 1\n", {"regexp": "^#(.*)$", "replace": r"\1"},
        " prose\na = 1\n"),
    Row("the options of what stays a comment",
        "#submission inet n - y - - smtpd\n#  -o a=b\n#smtps inet n - y - - smtpd\n#  -o c=d\n",
        {"regexp": "^#(submission|  -o)", "replace": r"\1"},
        "submission inet n - y - - smtpd\n  -o a=b\n#smtps inet n - y - - smtpd\n  -o c=d\n"),
)  # fmt: skip

INI_FILE = (
    Row("a comment counts as the option", "# a = x\nb = 1\n", {"option": "a", "value": "2"},
        "a = 2\nb = 1\n"),
    Row("every further one goes", "#a = x\na = y\n# a = z\nb = 1\n", {"option": "a", "value": "2"},
        "a = 2\nb = 1\n"),
    Row("prose stays", "# the option a is good\na = 1\n", {"option": "a", "value": "2"},
        "# the option a is good\na = 2\n"),
    Row("exclusive: false adds", "a = 1\n", {"option": "a", "value": "2", "exclusive": "false"},
        "a = 1\na = 2\n"),
    Row("no_extra_spaces", "a = 1\n", {"option": "a", "value": "2", "no_extra_spaces": "yes"},
        "a=2\n"),
    Row("modify_inactive_option: false", "# a = x\n",
        {"option": "a", "value": "2", "modify_inactive_option": "no"}, "a = 2\n# a = x\n"),
    Row("absent: comments stay", "a = 1\n# a = 2\nb = 1\n", {"option": "a", "state": "absent"},
        "# a = 2\nb = 1\n"),
    Row("a section", "[s]\nx = 1\n[t]\ny = 1\n", {"section": "s", "option": "a", "value": "2"},
        "[s]\nx = 1\na = 2\n[t]\ny = 1\n"),
    Row("the first of two sections", "[s]\nx = 1\n[s]\na = 1\n",
        {"section": "s", "option": "a", "value": "2"}, "[s]\nx = 1\na = 2\n[s]\na = 1\n"),
    Row("no such section", "x = 1\n", {"section": "s", "option": "a", "value": "2"},
        "x = 1\n[s]\na = 2\n"),
    Row("no section: before the first", "x = 1\n[s]\na = 1\n", {"option": "a", "value": "2"},
        "x = 1\na = 2\n[s]\na = 1\n"),
    Row("an empty section is none", "x = 1\n", {"section": "", "option": "a", "value": "2"},
        "x = 1\na = 2\n"),
    Row("without the indentation", "x {\n  ssl = no\n}\n", {"option": "ssl", "value": "yes"},
        "x {\nssl = yes\n}\n"),
    Row("names are taken literally", "a.b = 1\naxb = 2\n", {"option": "a.b", "value": "3"},
        "a.b = 3\naxb = 2\n"),
    Row("names differ by case", "A = 1\n", {"option": "a", "value": "2"}, "A = 1\na = 2\n"),
    Row("continuation lines stay", "mynetworks = a\n  10.0.0.0/8\n",
        {"option": "mynetworks", "value": "N"}, "mynetworks = N\n  10.0.0.0/8\n"),
    Row("no file", None, {"option": "a", "value": "1"}, "a = 1\n\n"),
    Row("no file, create: false", None, {"option": "a", "value": "1", "create": "no"}, FAILS),
    Row("a note behind the value goes", "a = 1 ; note\n", {"option": "a", "value": "2"}, "a = 2\n"),
    Row("value with values", "a = 1\n", {"value": "1", "values": "2"}, FAILS),
    Row("no value", "a = 1\n", {"option": "a"}, FAILS),
)  # fmt: skip

COPY = (
    Row("exactly the string", "old\n", {"content": "a = 1", "dest": "/x"}, "a = 1"),
    Row("force: false", "old\n", {"content": "a = 1", "dest": "/x", "force": "false"}, "old\n"),
    Row("force: false, no file", None, {"content": "a", "dest": "/x", "force": "false"}, "a"),
    Row("a file of the host", "old\n", {"src": "/etc/x", "dest": "/x", "remote_src": "yes"}, OPEN),
    Row("src that is not known", "old\n", {"src": "x", "dest": "/x"}, OPEN),
    Row("src with content", "old\n", {"src": "x", "content": "y", "dest": "/x"}, FAILS),
    Row("neither", "old\n", {"dest": "/x"}, FAILS),
)

TABLES = {
    "lineinfile": LINEINFILE,
    "blockinfile": BLOCKINFILE,
    "replace": REPLACE,
    "ini_file": INI_FILE,
    "copy": COPY,
}
ROWS = [
    pytest.param(module, row, id=f"{module}: {row.id}")
    for module, rows in TABLES.items()
    for row in rows
]
INSTALLED = [
    pytest.param(module, row, id=f"{module}: {row.id}")
    for module, rows in TABLES.items()
    for row in rows
    if module in ("lineinfile", "blockinfile", "replace")
]


@pytest.mark.parametrize(("module", "row"), ROWS)
def test_a_step_writes_what_was_seen(module: str, row: Row) -> None:
    assert shown(step(module, row.before, dict(row.parameters))) == row.after


@pytest.mark.parametrize(("module", "row"), INSTALLED)
def test_the_module_still_writes_it(module: str, row: Row, tmp_path: Path) -> None:
    before = None if row.before is None else row.before.encode()
    try:
        after = modules.run(module, tmp_path, before, row.parameters)
    except modules.ModuleError:
        assert row.after == FAILS
    else:
        assert (None if after is None else after.decode()) == row.after


def test_ini_file_writes_a_list() -> None:
    after = step("ini_file", "a = 1\nb = 1\n", {"option": "a", "values": ["p", "q"]})
    assert shown(after) == "a = p\nb = 1\na = q\n"


@pytest.mark.parametrize("row", CALLS, ids=[row.id for row in CALLS])
def test_postconf_writes_what_was_seen(row: Call) -> None:
    assert call(row.line, row.before, row.shell, row.version) == row.after
