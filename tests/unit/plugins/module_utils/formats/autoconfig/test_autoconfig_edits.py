"""Edits of autoconfig files: the file afterwards, and what it then means."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.engine import edit
from ansible_collections.mailwarden.policy.plugins.module_utils.formats import autoconfig

from tests.support.autoconfig import document, entry, read, unit


@pytest.mark.parametrize(
    ("before", "field", "value", "after"),
    [
        pytest.param(entry("smtp", "587", "plain"), "tls", "starttls-required",
                     entry("smtp", "587", "STARTTLS"), id="587"),
        pytest.param(entry("smtp", "465", "plain"), "tls", "implicit",
                     entry("smtp", "465", "SSL"), id="465"),
        pytest.param(entry("smtp", "465", "STARTTLS"), "tls", "implicit",
                     entry("smtp", "465", "SSL"), id="the other kind"),
        pytest.param(entry("smtp", "587", "SSL"), "tls", "starttls-required",
                     entry("smtp", "587", "STARTTLS"), id="the other kind, 587"),
        pytest.param(entry("imap", "143", "x|plain|SSL"), "cleartext_auth", False,
                     entry("imap", "143", "x|STARTTLS|SSL"), id="the one that counts"),
        pytest.param(entry("pop3", "995", "plain"), "cleartext_auth", False,
                     entry("pop3", "995", "SSL"), id="995"),
        pytest.param(entry("pop3", "110", "<![CDATA[plain]]>"), "tls", "starttls-required",
                     entry("pop3", "110", "STARTTLS"), id="all that it holds"),
        pytest.param("<!-- \u00fc -->\n" + entry("pop3", "110", "plain"), "tls",
                     "starttls-required", "<!-- \u00fc -->\n" + entry("pop3", "110", "STARTTLS"),
                     id="behind what is not ASCII"),
    ],
)  # fmt: skip
def test_edit(before: str, field: str, value: Any, after: str) -> None:
    text = document(before)
    one = read(text).endpoints[0]
    fix = autoconfig.edit(unit(text), [one], field, value)
    assert fix is not None
    assert fix.safe is False
    assert edit.apply(text.encode(), fix.edits) == document(after).encode()
    assert getattr(read(document(after)).endpoints[0], field) == value


@pytest.mark.parametrize(
    ("field", "value"),
    [("port", 465), ("tls", "starttls-optional"), ("certificate_verified", "full")],
)
def test_no_edit(field: str, value: Any) -> None:
    text = document(entry(socket="plain"))
    assert autoconfig.edit(unit(text), [read(text).endpoints[0]], field, value) is None
