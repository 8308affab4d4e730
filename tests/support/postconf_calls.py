"""Calls of postconf, each on a file and with the file behind it: what Postfix was seen to write.

tests/unit holds the steps to it, tests/wire the postconf of each Debian release.
"""

from __future__ import annotations

from typing import NamedTuple

from tests.support.steps import FAILS, OPEN

MASTER = (
    "smtp      inet  n       -       y       -       -       smtpd\n"
    "submission inet n       -       y       -       -       smtpd\n"
    "  -o syslog_name=postfix/submission\n"
)
SMTP = MASTER.splitlines(True)[0]
PRINTED = "submission inet  n       -       y       -       -       smtpd\n"
NAMED = "    -o syslog_name=postfix/submission\n"


class Call(NamedTuple):
    """A command line on a file, and the file behind it."""

    id: str
    line: str
    before: str | None
    after: str | None
    shell: bool = False
    version: str = "3.10"


CALLS = (
    Call("-e", "postconf -e a=2", "a = 1\n# a = 3\nb = 1\n", "a = 2\n# a = 3\nb = 1\n"),
    Call("-e with blanks in quotes", "postconf -e 'a = 2'", "a = 1\n", "a = 2\n"),
    Call("without -e", "postconf a=2", "a = 1\n", "a = 2\n"),
    Call("every line, with what continues it", "postconf -e a=2", "a = 1\n  c\nb = 1\na=3\n",
         "a = 2\nb = 1\na = 2\n"),
    Call("new names at the end, in order", "/usr/sbin/postconf -e z=1 c=2", "a = 1\n",
         "a = 1\nc = 2\nz = 1\n"),
    Call("an empty value", "postconf -e a=", "a = 1\n", "a = \n"),
    Call("no =", "postconf -e a", "a = 1\n", FAILS),
    Call("three words", "postconf -e a = 2", "a = 1\n", FAILS),
    Call("a line end in the value", "postconf -e 'a = 1\n2'", "a = 1\n", FAILS),
    Call("quotes inside", "postconf -e 'a=\"v\"'", "a = 1\n", 'a = "v"\n'),
    Call("a comment", "postconf -e '#a=1'", "a = 1\n", FAILS),
    Call("shell expands in double quotes", 'postconf -e "a = $myhostname"', "a = 1\n", OPEN, True),
    Call("shell, single quotes", "postconf -e 'a = $myhostname'", "", "a = $myhostname\n", True),
    Call("command does not expand", 'postconf -e "a = $myhostname"', "", "a = $myhostname\n"),
    Call("command expands the environment", 'postconf -e "a = $HOME"', "", OPEN),
    Call("-X", "postconf -X a", "a = 1\n  c\nb = 1\n#a\na = 2\n", "b = 1\n#a\n"),
    Call("-X of no name", "postconf -X q", "a = 1\n", "a = 1\n"),
    Call("-#", "postconf '-#' a", "a = 1\n  c\nb = 1\n", "#a = 1\n#  c\nb = 1\n"),
    Call("-# in a shell is a word", "postconf -# a", "a = 1\n", "#a = 1\n", True),
    Call("no main.cf", "postconf -e a=1", None, FAILS),
    Call("no line end, 3.10", "postconf -e b=2", "a = 1", "a = 1\nb = 2\n"),
    Call("no line end, 3.7", "postconf -e b=2", "a = 1", "a = 1b = 2\n", False, "3.7"),
    Call("-M adds", "postconf -M '587/inet=587 inet n - n - - smtpd -o a=b'", SMTP,
         SMTP + "587        inet  n       -       n       -       -       smtpd\n    -o a=b\n"),
    Call("-M replaces", "postconf -M 'smtp/inet=smtp inet n - n - - smtpd'", SMTP,
         "smtp       inet  n       -       n       -       -       smtpd\n"),
    Call("-M: what is written counts", "postconf -M 'smtp/inet=25 inet n - n - - smtpd'", SMTP,
         "25         inet  n       -       n       -       -       smtpd\n"),
    Call("-MX", "postconf -MX submission/inet", MASTER, SMTP),
    Call("-M#", "postconf '-M#' submission/inet", MASTER,
         SMTP + "#" + "#".join(MASTER.splitlines(True)[1:])),
    Call("-P adds", "postconf -P submission/inet/a=b", MASTER,
         SMTP + PRINTED + NAMED + "    -o a=b\n"),
    Call("-P replaces", "postconf -P submission/inet/syslog_name=x", MASTER,
         SMTP + PRINTED + "    -o syslog_name=x\n"),
    Call("-P with blanks in the value", "postconf -P 'submission/inet/a=b c'", MASTER, FAILS),
    Call("-P without the service", "postconf -P smtps/inet/a=b", MASTER, MASTER),
    Call("-PX", "postconf -PX submission/inet/syslog_name", MASTER, SMTP + PRINTED),
    Call("-F", "postconf -F submission/inet/chroot=n", MASTER,
         SMTP + PRINTED.replace("y", "n") + NAMED),
    Call("-F command", "postconf -F 'submission/inet/command=smtpd -o a=b'", MASTER,
         SMTP + PRINTED + "    -o a=b\n"),
    Call("shows and writes nothing", "postconf -n", "a = 1\n", "a = 1\n"),
    Call("shows a name", "postconf -h a", "a = 1\n", "a = 1\n"),
    Call("another program", "systemctl reload postfix", "a = 1\n", "a = 1\n"),
    Call("two calls", "postconf -e a=2 && postconf -X b", "a = 1\nb = 1\n", "a = 2\n", True),
    Call("a pipe", "postconf -n | grep a", "a = 1\n", OPEN, True),
    Call("a redirection", "postconf -e a=1 2>/dev/null", "a = 1\n", OPEN, True),
    Call("a substitution", "postconf -e a=$(hostname)", "a = 1\n", OPEN, True),
    Call("another program beside it", "hostname && postconf -e a=1", "a = 1\n", OPEN, True),
    Call("an operator in a command", "postconf -e a=1 && true", "a = 1\n", FAILS),
    Call("an open quotation", "postconf -e 'a=1", "a = 1\n", FAILS),
    Call("two modes", "postconf -e -X a=1", "a = 1\n", FAILS),
    Call("-FX", "postconf -FX smtp/inet/chroot", MASTER, FAILS),
)  # fmt: skip
