"""msmtp's accounts: what is read, what is inherited, and what msmtp refuses."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import Reading, Unit
from ansible_collections.mailwarden.policy.plugins.module_utils.formats import msmtp
from ansible_collections.mailwarden.policy.plugins.module_utils.formats.msmtp.accounts import (
    Account,
    Accounts,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import (
    Assumptions,
    explore,
)
from hypothesis import given
from hypothesis import strategies as st


def accounts(text: str, version: str = "1.8.28") -> Accounts:
    return Accounts(Text.of("msmtprc", text), Assumptions({"msmtp": version}))


def value(found: Accounts, account: str, name: str) -> object:
    one = found.find(account)
    assert isinstance(one, Account)
    return one.settings[name].value if name in one.settings else None


@pytest.mark.parametrize(
    ("text", "account", "name", "expected"),
    [
        pytest.param("host h\n", "default", "host", "h", id="no account command"),
        pytest.param("host h", "default", "host", "h", id="no line end"),
        pytest.param("\t host \t h \t\n", "default", "host", "h", id="blanks"),
        pytest.param('host "h"\n', "default", "host", "h", id="quotes"),
        pytest.param('host "h\n', "default", "host", '"h', id="one quote"),
        pytest.param("host h # c\n", "default", "host", "h # c", id="no trailing comment"),
        pytest.param("host h\r\nport 1\r\n", "default", "host", "h", id="CRLF"),
        pytest.param("host a\nhost b\n", "default", "host", "b", id="last wins"),
        pytest.param("tls\n", "default", "tls", "on", id="bare switch"),
        pytest.param("auth\n", "default", "auth", "on", id="bare auth"),
        pytest.param("tls_nostarttls\n", "default", "tls_starttls", "off", id="tls_nostarttls"),
        pytest.param("tls_nocertcheck\n", "default", "tls_certcheck", "off", id="tls_nocertcheck"),
        pytest.param("port 0x1d1\n", "default", "port", "465", id="hexadecimal"),
        pytest.param("port 0721\n", "default", "port", "465", id="octal"),
        pytest.param("defaults\nport 1\naccount a\n", "a", "port", "1", id="defaults"),
        pytest.param("account a\ndefaults\nport 1\n", "a", "port", None, id="defaults come late"),
        pytest.param(
            "defaults\nport 1\ndefaults\nport 2\naccount a\n", "a", "port", "2", id="defaults twice"
        ),
        pytest.param("account a\nport 1\naccount b:a\n", "b", "port", "1", id="inherits"),
        pytest.param(
            "account a\nport 1\naccount b\nport 2\naccount c : a, b\n", "c", "port", "2",
            id="the last base wins",
        ),
        pytest.param(
            "defaults\nport 1\naccount a\ndefaults\nport 2\naccount b : a\n", "b", "port", "2",
            id="a base hands on what it says itself only",
        ),
        pytest.param(
            "account a\nport 1\naccount b : a\naccount c : b\n", "c", "port", "1",
            id="what a base inherited counts as its own",
        ),
        pytest.param(
            "account a\nport 1\naccount b : a\nport 3\n", "a", "port", "1", id="bases stay"
        ),
        pytest.param('account "x y"\nport 1\n', "x y", "port", "1", id="a name with blanks"),
        pytest.param(
            "account a\nport 1\naccount b\nport 2\n", "a", "port", "1", id="accounts are apart"
        ),
    ],
)  # fmt: skip
def test_settings(text: str, account: str, name: str, expected: str | None) -> None:
    found = accounts(text)
    assert found.problems == []
    assert value(found, account, name) == expected


@pytest.mark.parametrize(
    ("text", "version", "line"),
    [
        pytest.param("host\n", "1.8.28", 1, id="host without argument"),
        pytest.param("host h\nport smtp\n", "1.8.28", 2, id="a service name"),
        pytest.param("port 0\n", "1.8.28", 1, id="port 0"),
        pytest.param("port 65536\n", "1.8.28", 1, id="port out of range"),
        pytest.param("port 08\n", "1.8.28", 1, id="no octal digit"),
        pytest.param("host h\nport 25\r", "1.8.28", 2, id="a carriage return at the very end"),
        pytest.param("tls yes\n", "1.8.28", 1, id="yes is not on"),
        pytest.param("tls ON\n", "1.8.28", 1, id="capitals"),
        pytest.param("TLS on\n", "1.8.28", 1, id="a command in capitals"),
        pytest.param("tls_nostarttls on\n", "1.8.28", 1, id="tls_nostarttls with argument"),
        pytest.param("auth password\n", "1.8.28", 1, id="no mechanism"),
        pytest.param("auth scram-sha-256-plus\n", "1.8.25", 1, id="a mechanism too new"),
        pytest.param("tls_host_override h\n", "1.8.7", 1, id="a command too new"),
        pytest.param("eval echo host h\n", "1.8.20", 1, id="eval too new"),
        pytest.param("eval\n", "1.8.28", 1, id="eval without argument"),
        pytest.param("tls_fingerprint 00:11\n", "1.8.28", 1, id="a short fingerprint"),
        pytest.param("tls_fingerprint " + "0:" * 47 + "\n", "1.8.28", 1, id="no fingerprint"),
        pytest.param("# c\nfoo = bar\n", "1.8.28", 2, id="an unknown command"),
        pytest.param("defaults x\n", "1.8.28", 1, id="defaults with argument"),
        pytest.param("account\n", "1.8.28", 1, id="account without name"),
        pytest.param("account : a\n", "1.8.28", 1, id="account without name but with base"),
        pytest.param("account a, b\n", "1.8.28", 1, id="a comma in a name"),
        pytest.param("account a\naccount a\n", "1.8.28", 2, id="an account twice"),
        pytest.param("account a : b\naccount b\n", "1.8.28", 1, id="a base defined later"),
        pytest.param("account a : a\n", "1.8.28", 1, id="its own base"),
        pytest.param("account a :\n", "1.8.28", 1, id="an empty base"),
        pytest.param("#" + "x" * 499 + "\n", "1.8.28", 1, id="a comment of 500 bytes"),
        pytest.param("#" + "ä" * 250 + "\n", "1.8.28", 1, id="bytes, not characters"),
        pytest.param("allow_from_override\n", "1.8.28", 1, id="no default"),
        pytest.param("syslog LOG_LOCAL8\n", "1.8.28", 1, id="no facility"),
        pytest.param("dsn_notify failure,\n", "1.8.28", 1, id="no condition"),
    ],
)
def test_refused(text: str, version: str, line: int) -> None:
    problems = accounts(text, version).problems
    assert [(one.rule, one.place.line) for one in problems] == [("syntax-error", line)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("#" + "x" * 498 + "\n", id="a comment of 499 bytes"),
        pytest.param("# tls yes\n\t# x\n\n \t\n", id="comments and blank lines"),
        pytest.param("dsn_notify delay,failure\ndsn_return full\n", id="dsn"),
        pytest.param("auth scram-sha-1\nauth off\nsyslog\n", id="old mechanisms"),
        pytest.param("password x y\npasswordeval cat x\n", id="passwords"),
        pytest.param("tls_fingerprint " + ":".join(["aB"] * 20) + "\n", id="SHA-1"),
        pytest.param("tls_fingerprint " + " ".join(["aB"] * 32) + "\n", id="SHA-256 with blanks"),
        pytest.param("tls_trust_file\ntls_fingerprint\ntls_priorities\n", id="unset"),
        pytest.param("tls_force_sslv3 whatever\nconnect_timeout off\n", id="legacy"),
    ],
)
def test_accepted(text: str) -> None:
    assert accounts(text).problems == []


def test_the_rest_is_read_behind_an_error() -> None:
    found = accounts("account a\nhost h\nprot 25\nport 587\ntls maybe\naccount b : a, x\nport 1\n")
    assert [one.place.line for one in found.problems] == [3, 5, 6]
    assert value(found, "a", "port") == "587"
    assert (value(found, "b", "host"), value(found, "b", "port")) == ("h", "1")


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        pytest.param("tls_nostarttls\n", 1, "tls_starttls off", id="tls_nostarttls"),
        pytest.param("host h\ntls_nocertcheck\n", 2, "tls_certcheck off", id="tls_nocertcheck"),
        pytest.param("keepbcc on\n", 1, "remove_bcc_headers", id="keepbcc"),
        pytest.param("tls_force_sslv3\n", 1, "does nothing", id="tls_force_sslv3"),
    ],
)
def test_deprecated(text: str, line: int, word: str) -> None:
    remark = accounts(text).remarks[0]
    assert (remark.kind, remark.setting.place.line) == ("setting-deprecated", line)  # type: ignore[union-attr]
    assert word in remark.message


def test_a_command_is_not_deprecated_before_its_time() -> None:
    assert accounts("undisclosed_recipients on\n", "1.8.28").remarks == []
    assert len(accounts("undisclosed_recipients on\n", "1.8.29").remarks) == 1


SECRETS = """\
account a
host h
user u
password hunter2
passwordeval "pass hunter2"
password=hunter2
passwort hunter2
eval printf 'password %s' hunter2
eval sh -c 'echo hunter2'
auth plain
"""


def test_no_secret_is_kept() -> None:
    unit = Unit("msmtp", "msmtprc", {"config": Text.of("msmtprc", SECRETS)})
    reading = msmtp.read(unit, MemorySource({}), Assumptions({"msmtp": "1.8.28"}))
    shown = [reading.problems, reading.remarks, reading.clients]
    shown += [(one, one.causes, one.undecided) for one in reading.endpoints]
    assert "hunter2" not in repr(shown)


LINES = st.sampled_from(
    ["account a", "account b : a", "account c:a,b", "defaults", "host h", "host", "port 465",
     "port x", "tls", "tls on", "tls off", 'tls "on"', "tls_starttls off", "auth plain", "auth",
     "eval echo port 1", "eval x", "# c", "", "user u", "tls_trust_file", "socket /s", "\ufeff"]
)  # fmt: skip
ENDS = st.sampled_from(["\n", "\r\n"])


FILES = st.lists(st.tuples(LINES, ENDS)).map(lambda lines: "".join(map("".join, lines)))


@given(st.one_of(st.text(), FILES))
def test_any_text_gives_a_reading(text: str) -> None:
    unit = Unit("msmtp", "msmtprc", {"config": Text.of("msmtprc", text)})

    def read(assume: Assumptions) -> Reading:
        return msmtp.read(unit, MemorySource({}), assume)

    for _when, reading in explore(read, {})[0]:
        places = [one.place for one in reading.problems] + [one.place for one in reading.endpoints]
        assert all(0 <= place.start <= place.end <= len(text.encode()) for place in places)
        assert len({one.id for one in reading.endpoints}) == len(reading.endpoints)
        assert all(one.usable is False for one in reading.endpoints) or not reading.problems


@given(st.lists(LINES), st.lists(LINES))
def test_a_comment_changes_nothing(first: list[str], rest: list[str]) -> None:
    plain = accounts("\n".join(first + rest))
    commented = accounts("\n".join([*first, "  # tls off", *rest]))
    assert [one.message for one in plain.problems] == [one.message for one in commented.problems]
    for one, other in zip(plain.accounts, commented.accounts, strict=True):
        settings = [{k: v.value for k, v in each.settings.items()} for each in (one, other)]
        assert str(settings[0]).translate(DIGITS) == str(settings[1]).translate(DIGITS)


# What an eval decides is named by its line.
DIGITS = str.maketrans("", "", "0123456789")
