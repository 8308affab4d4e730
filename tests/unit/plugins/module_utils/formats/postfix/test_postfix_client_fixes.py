"""The edits that mend what Postfix dials."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.engine import edit
from ansible_collections.mailwarden.policy.plugins.module_utils.formats import postfix

from tests.support.postfix_client import (
    ANY,
    CA,
    DNSSEC,
    LEVEL,
    LOGIN,
    RELAY,
    endpoints,
    unit_of,
)


@pytest.mark.parametrize(
    ("main", "name", "field", "value", "added"),
    [
        pytest.param(RELAY, "relayhost", "tls", "starttls-required",
                     "smtp_tls_security_level = encrypt\n", id="nothing set"),
        pytest.param("relayhost = [h]:465\n", "relayhost", "tls", "implicit",
                     "smtp_tls_security_level = encrypt\nsmtp_tls_wrappermode = yes\n", id="465"),
        pytest.param(LOGIN + ANY, "relayhost", "cleartext_auth", False,
                     "smtp_tls_security_level = encrypt\n", id="a password in clear"),
        pytest.param(RELAY + CA, "relayhost", "certificate_verified", "full",
                     "smtp_tls_security_level = secure\n", id="the certificate"),
    ],
)  # fmt: skip
def test_edits(main: str, name: str, field: str, value: Any, added: str) -> None:
    unit = unit_of(main)
    fix = postfix.edit(unit, [endpoints(main)[name]], field, value)
    assert fix is not None
    after = edit.apply(main.encode(), fix.edits).decode()
    assert after == main + added
    assert getattr(endpoints(after)[name], field) == value


def test_edits_where_it_is_set() -> None:
    main, master = RELAY, "smtp unix - - n - - smtp\n  -o smtp_tls_security_level=may\n"
    one = endpoints(main, master)["relayhost"]
    fix = postfix.edit(unit_of(main, master), [one], "tls", "starttls-required")
    assert fix is not None
    after = edit.apply(master.encode(), fix.edits).decode()
    assert after == master.replace("may", "encrypt")
    one = endpoints(RELAY + LEVEL + "may\n")["relayhost"]
    fix = postfix.edit(unit_of(RELAY + LEVEL + "may\n"), [one], "tls", "starttls-required")
    assert fix is not None
    assert b"= encrypt\n" in edit.apply((RELAY + LEVEL + "may\n").encode(), fix.edits)


@pytest.mark.parametrize(
    ("main", "field", "value"),
    [
        pytest.param(RELAY + LEVEL + "encrypt\n", "certificate_verified", "full", id="no CA"),
        pytest.param(RELAY + "smtp_tls_policy_maps = static:may\n", "tls", "starttls-required",
                     id="a table has the last word"),
        pytest.param(RELAY, "port", 465, id="the port"),
        pytest.param(RELAY + LEVEL + "dane\n" + DNSSEC, "tls", "starttls-required", id="DANE"),
    ],
)  # fmt: skip
def test_no_edits(main: str, field: str, value: Any) -> None:
    assert postfix.edit(unit_of(main), [endpoints(main)["relayhost"]], field, value) is None
