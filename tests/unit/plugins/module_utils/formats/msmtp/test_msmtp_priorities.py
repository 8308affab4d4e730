"""GnuTLS priority strings: the lowest_version TLS version that each permits."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.formats.msmtp.commands import (
    lowest_version,
)


# Each line is what gnutls-cli 3.7.9 prints under --list --priority.
@pytest.mark.parametrize(
    ("priorities", "version"),
    [
        ("NORMAL", "1.0"),
        ("normal", "1.0"),
        ("SECURE256:%SERVER_PRECEDENCE", "1.0"),
        ("SUITEB128", "1.2"),
        ("SUITEB192:+VERS-TLS1.3", "1.2"),
        ("NORMAL:SUITEB128", "1.0"),
        ("NORMAL:-VERS-TLS1.0", "1.1"),
        ("NORMAL:!VERS-TLS1.0", "1.1"),
        ("NORMAL:-vers-tls1.0:-vers-tls1.1", "1.2"),
        ("SECURE128:-VERS-SSL3.0:-VERS-TLS1.0:-VERS-TLS1.1", "1.2"),
        ("NORMAL:-VERS-ALL:+VERS-TLS1.2", "1.2"),
        ("NORMAL:-VERS-TLS-ALL:+VERS-TLS1.3", "1.3"),
        ("NORMAL:-VERS-TLS1.0:+VERS-TLS1.0", "1.0"),
        ("NORMAL:-VERS-TLS1.0:SECURE128", "1.1"),
        ("NORMAL:+VERS-SSL3.0", "1.0"),
        ("NONE:+VERS-TLS1.2:+CIPHER-ALL:+MAC-ALL:+KX-ALL:+SIGN-ALL:+COMP-NULL:+GROUP-ALL", "1.2"),
        ("NORMAL:-VERS-TLS-ALL", ""),
        ("@SYSTEM", None),
        ("SYSTEM", None),
        ("", None),
        ("PROTOCOLS=TLSv1.2", None),
        ("NORMAL:-VERS-TLS1.4", None),
        ("NORMAL:?VERS-TLS1.0", None),
    ],
)
def test_lowest(priorities: str, version: str | None) -> None:
    assert lowest_version(priorities) == version
