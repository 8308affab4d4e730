"""No input makes the reader crash or slow; its places are exact; its answers keep the contract."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import FIELDS, Unit
from ansible_collections.mailwarden.policy.plugins.module_utils.formats import dovecot
from ansible_collections.mailwarden.policy.plugins.module_utils.formats.dovecot import lines
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Hole, Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import Assumptions
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.dovecot import BEFORE, MAIN, SINCE, read, source
from tests.support.holed import holed

NAMES = ["ssl", "disable_plaintext_auth", "auth_allow_cleartext", "auth_mechanisms", "protocols",
         "login_trusted_networks", "listen", "ssl_cert", "ssl_server_cert_file", "port", "address",
         "haproxy", "haproxy_trusted_networks", "ssl_min_protocol", "imapc_host", "imapc_ssl",
         "submission_relay_host", "auth_ssl_require_client_cert", "@a", "imap",
         "submission_host", "submission_ssl", "ssl_server_request_client_cert",
         "auth_verbose"]  # fmt: skip
VALUES = ["yes", "no", "required", "", "imap pop3", "$protocols sieve", "$SET:ssl", "$ENV:x", "143",
          "%{x}", "</etc/ssl/mail.crt", "/etc/ssl/mail.crt", "10.0.0.0/8", "0.0.0.0/0 ::/0",
          "*, ::", "localhost", "plain cram-md5", "TLSv1", '"yes"', "b", "99999999999",
          "x # y", "relay:587", "[::1]:x", "starttls"]  # fmt: skip
SECTIONS = ["protocol imap", "protocol !imap", "remote 10.0.0.0/8", "remote 0.0.0.0/0", "passdb",
            "local 192.0.2.1", "local_name a", "service imap-login", "inet_listener imap", "plugin",
            "inet_listener x", "service lmtp", "ssl_server", "protocols", "imapc", "group @a b",
            "auth_mechanisms", "listen", "service auth", "unix_listener /x"]  # fmt: skip
PARTS = st.one_of(
    st.builds("{} = {}\n".format, st.sampled_from(NAMES), st.sampled_from(VALUES)),
    st.builds("{} {{\n".format, st.sampled_from(SECTIONS)),
    st.builds(Hole, st.sampled_from("xyz")),
    st.sampled_from(["}\n", "}\n", "\n", "# c\n", "a = b \\\n", "!include_try /etc/x/*.conf\n",
                     "!include dovecot.conf\n", "!include_try = /etc/x.conf\n",
                     "!include auth-system.conf.ext\n", "!include conf.d/*.conf\n",
                     "!include_try /usr/share/dovecot/protocols.d/*.protocol\n",
                     "foo\n", "\r\n", "{\n", '"', "{ }"]),
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(PARTS, max_size=16), st.sampled_from([(BEFORE, "2.3.19"), (SINCE, "2.4.1")]))
def test_every_reading_keeps_the_contract(
    parts: list[str | Hole], dialect: tuple[str, str]
) -> None:
    start, version = dialect
    reading = read(holed(MAIN, start, *parts), version)
    assert reading.endpoints == [] or reading.problems == []
    names = [one.id for one in reading.endpoints]
    assert len(set(names)) == len(names)
    for endpoint in reading.endpoints:
        for field in FIELDS:
            if getattr(endpoint, field) is None:
                assert field in endpoint.undecided or field in endpoint.not_applicable
        if endpoint.usable is False:
            assert endpoint.causes["usable"]


@settings(deadline=None)
@given(st.lists(PARTS, max_size=16))
def test_one_reading_is_like_the_other(parts: list[str | Hole]) -> None:
    text = holed(MAIN, BEFORE, *parts)
    first, second = read(text), read(text)
    assert first.endpoints == second.endpoints
    assert (first.problems, first.remarks) == (second.problems, second.remarks)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_crash(data: bytes) -> None:
    text = Text.of(MAIN, data)
    unit = Unit("dovecot", MAIN, {"main": text})
    reading = dovecot.read(unit, source(), Assumptions({"dovecot": "2.3"}))
    for problem in reading.problems:
        assert 1 <= problem.place.line <= data.count(b"\n") + 1


@given(st.text("ab=\"'{}#\\$< \t\n", max_size=60))
def test_every_statement_lies_in_the_text(string: str) -> None:
    text = Text.of("x", string)
    for one in lines.statements(text):
        start, end = one.span
        assert 0 <= start <= end <= len(one.text)
        place = one.text.place(start, end)
        assert 0 <= place.start <= place.end <= len(string)


@pytest.mark.integration
@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda n: "ssl = yes\n" * n, id="settings"),
        pytest.param(lambda n: "ssl = \\\n" * n, id="continued lines"),
        pytest.param(lambda n: "protocol imap {\n" * n, id="sections in each other"),
        pytest.param(lambda n: "protocol imap {\n}\n" * n, id="sections"),
        pytest.param(lambda n: "}\n" * n, id="too many ends"),
        pytest.param(lambda n: "listen = " + "10.0.0.1 " * n, id="one address"),
        pytest.param(lambda n: "auth_mechanisms = " + "plain " * n, id="mechanisms"),
        pytest.param(lambda n: "login_trusted_networks = " + "10.0.0.0/8 " * n, id="networks"),
        pytest.param(
            lambda n: "".join(
                f"remote 10.{i // 250 % 250}.{i % 250}.0/24 {{\nssl = no\n}}\n" for i in range(n)
            ),
            id="filters",
        ),
        pytest.param(lambda n: "protocols = $protocols imap\n" * n, id="words added"),
        pytest.param(lambda n: "!include_try " + "{a,b}" * n + "\n", id="braces"),
    ],
)
def test_what_is_long_takes_no_longer_than_its_length(make: Callable[[int], str]) -> None:
    seconds = []
    for number in (500, 4000):
        start = time.process_time()
        read(BEFORE + make(number))
        seconds.append(time.process_time() - start)
    # Eight times the length; a little is always used by what does not grow.
    assert seconds[1] < 24 * seconds[0] + 0.5
