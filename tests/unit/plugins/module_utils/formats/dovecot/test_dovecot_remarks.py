# ruff: noqa: E501  tables whose rows read better on one line
"""Settings that do nothing where they stand, and those that Dovecot has given up."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import Reading, Unit
from ansible_collections.mailwarden.policy.plugins.module_utils.formats import dovecot
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import explore

from tests.support.dovecot import before, endpoint, read, since

POP3 = "service pop3-login {\n inet_listener pop3 {\n  port = 1110\n }\n}\n"


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        pytest.param(
            before("ssl = required\ndisable_plaintext_auth = no\n"),
            "setting-ineffective: ssl = required refuses",
            id="overruled",
        ),
        pytest.param(
            before("ssl = yes\nssl = required\n"),
            "setting-ineffective: line 6 sets ssl again",
            id="said twice",
        ),
        pytest.param(
            read("protocols = imap\n" + POP3),
            "setting-ineffective: protocols does not name pop3",
            id="protocol not enabled",
        ),
        pytest.param(
            before("listen = * \\\n# no\n"),
            "setting-ineffective: lost",
            id="a comment in a continued line",
        ),
        pytest.param(
            before("!include_try = local.conf\n"),
            "setting-ineffective: reads nothing: the =",
            id="a sign before the path of an include",
        ),
        pytest.param(
            before('!include_try "conf.d/*.conf"\n'),
            "setting-ineffective: reads nothing: the quote",
            id="quotes around the path of an include",
        ),
        pytest.param(
            before("ssl_protocols = !SSLv3\n"),
            "setting-deprecated: ssl_min_protocol has taken the place",
            id="ssl_protocols",
        ),
        pytest.param(
            before("ssl_dh_parameters_length = 2048\n"),
            "setting-deprecated: does nothing any more",
            id="of no use",
        ),
    ],
)
def test_remarks(reading: Reading, expected: str) -> None:
    assert not reading.problems
    (remark,) = reading.remarks
    kind, _colon, words = expected.partition(": ")
    assert (remark.kind, words in remark.message) == (kind, True)


@pytest.mark.parametrize(
    "reading",
    [
        pytest.param(before("disable_plaintext_auth = no\n"), id="it acts"),
        pytest.param(before("ssl = yes\nssl = yes\n"), id="the same twice"),
        pytest.param(
            before("!include a.conf\nssl = required\n", {"/etc/dovecot/a.conf": "ssl = yes\n"}),
            id="a file over another",
        ),
        pytest.param(
            before("protocol imap {\n ssl = required\n}\nprotocol pop3 {\n ssl = yes\n}\n"),
            id="in other places",
        ),
        pytest.param(
            read("protocols = imap\n" + POP3.replace("1110", "110")),
            id="a listener as it comes",
        ),
        pytest.param(since("protocols {\n pop3 = no\n}\n" + POP3), id="switched off by itself"),
        pytest.param(
            read("protocols = imap\n!include a.conf\n", files={"/etc/dovecot/a.conf": POP3}),
            id="a package's file",
        ),
        pytest.param(since(""), id="2.4"),
    ],
)
def test_nothing_to_say(reading: Reading) -> None:
    assert (reading.problems, reading.remarks) == ([], [])


def test_protocols_over_those_of_packages() -> None:
    """Debian's dovecot.conf, and what most people write below."""
    text = "!include_try /usr/share/dovecot/protocols.d/*.protocol\nprotocols = imap\n"
    one = Unit("dovecot", "dovecot.conf", {"main": Text.of("dovecot.conf", text)})
    outcomes, _open = explore(
        lambda assume: dovecot.read(one, MemorySource({}), assume), {"dovecot": "2.3.19"}
    )
    assert [reading.remarks for _when, reading in outcomes] == [[]] * 3


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        pytest.param("ssl_protocols = !SSLv3 !TLSv1", "1.1", id="excluded"),
        pytest.param("ssl_protocols = TLSv1.1, TLSv1.2", "1.1", id="included"),
        pytest.param(
            "ssl_protocols = !SSLv2 !SSLv3", "1.2", id="a name that 2.3 does not know: the default"
        ),
    ],
)
def test_ssl_protocols(more: str, expected: str) -> None:
    assert endpoint(before(more + "\n"), 993).tls_min == expected


def test_certificates_by_their_first_names() -> None:
    more = "ssl_cert =\nssl_key =\nssl_cert_file = /etc/ssl/mail.crt\nssl_key_file = /etc/ssl/mail.key\n"
    assert endpoint(before(more), 993).usable is True
    assert endpoint(before("ssl_disable = yes\n"), 143).tls == "none"
