"""Edits of msmtp accounts: the file afterwards, and what it then means."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import Endpoint, Unit
from ansible_collections.mailwarden.policy.plugins.module_utils.engine import edit
from ansible_collections.mailwarden.policy.plugins.module_utils.formats import msmtp
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import Assumptions

ASSUME = Assumptions({"msmtp": "1.8.28"})


def unit_of(text: str) -> Unit:
    return Unit("msmtp", "msmtprc", {"config": Text.of("msmtprc", text)})


def endpoints(text: str) -> dict[str, Endpoint]:
    found = msmtp.read(unit_of(text), MemorySource({}), ASSUME)
    return {one.name: one for one in found.endpoints}


PLAIN = "account a\n  host h\n  port 587\n  auth plain\n  user u\n"


@pytest.mark.parametrize(
    ("before", "account", "field", "value", "after"),
    [
        pytest.param(PLAIN, "a", "tls", "starttls-required", PLAIN + "  tls on\n", id="tls"),
        pytest.param(PLAIN, "a", "cleartext_auth", False, PLAIN + "  tls on\n", id="cleartext"),
        pytest.param("host h\nport 465\ntls\n", "default", "tls", "implicit",
                     "host h\nport 465\ntls\ntls_starttls off\n", id="465"),
        pytest.param("host h\nport 465", "default", "tls", "implicit",
                     "host h\nport 465\ntls on\ntls_starttls off", id="two lines, no line end"),
        pytest.param("host h\r\ntls off\r\ntls_nostarttls  \r\nport 587\r\n", "default", "tls",
                     "starttls-required", "host h\r\ntls on\r\ntls_starttls on  \r\nport 587\r\n",
                     id="CRLF and a legacy command"),
        pytest.param("host h\r\nport 587\r\n", "default", "tls", "starttls-required",
                     "host h\r\nport 587\r\ntls on\r\n", id="CRLF and a new line"),
        pytest.param("defaults\ntls off\naccount a\nhost h\naccount b : a\n# c\n", "b", "tls",
                     "starttls-required",
                     "defaults\ntls off\naccount a\nhost h\naccount b : a\ntls on\n# c\n",
                     id="the account itself, not its base"),
        pytest.param("tls on\ntls off\nhost h\n", "default", "tls", "starttls-required",
                     "tls on\ntls on\nhost h\n", id="the line that counts"),
        pytest.param("host h\ntls\ntls_certcheck off\n", "default", "certificate_verified", "full",
                     "host h\ntls\ntls_certcheck on\n", id="certcheck"),
        pytest.param("host h\ntls\n", "default", "tls_min", "1.2",
                     "host h\ntls\ntls_priorities NORMAL:-VERS-TLS1.0:-VERS-TLS1.1\n", id="floor"),
    ],
)  # fmt: skip
def test_edit(before: str, account: str, field: str, value: Any, after: str) -> None:
    fix = msmtp.edit(unit_of(before), [endpoints(before)[account]], field, value)
    assert fix is not None
    assert edit.apply(before.encode(), fix.edits) == after.encode()
    assert getattr(endpoints(after)[account], field) == value


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        pytest.param("host h\n", "port", 465, id="the port is no mistake of ours to mend"),
        pytest.param("host h\n", "tls", "starttls-optional", id="a mode that msmtp has not"),
        pytest.param("host h\ntls\ntls_fingerprint " + ":".join(["00"] * 32),
                     "certificate_verified", "full", id="a pinned certificate"),
        pytest.param("host h\ntls\ntls_priorities NORMAL\n", "tls_min", "1.2", id="own priorities"),
    ],
)  # fmt: skip
def test_no_edit(text: str, field: str, value: Any) -> None:
    assert msmtp.edit(unit_of(text), [endpoints(text)["default"]], field, value) is None


def test_only_what_may_break_is_unsafe() -> None:
    text = "host h\nport 587\ntls\ntls_certcheck off\n"
    one = endpoints(text)["default"]
    safe = msmtp.edit(unit_of(text), [one], "tls", "implicit")
    unsafe = msmtp.edit(unit_of(text), [one], "certificate_verified", "full")
    assert safe is not None
    assert unsafe is not None
    assert (safe.safe, unsafe.safe) == (True, False)
