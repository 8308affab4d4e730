"""No input makes the reader crash or slow; its places are exact; its answers keep the contract."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import FIELDS
from ansible_collections.mailwarden.policy.plugins.module_utils.formats import postfix
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Hole, Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import Assumptions
from ansible_collections.mailwarden.policy.plugins.module_utils.text.budget import Overspent
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.holed import holed
from tests.support.postfix import BASE, SMTP, SUBMISSION, read, servers, source, unit

NAMES = ["smtpd_tls_security_level", "smtpd_tls_wrappermode", "smtpd_tls_auth_only", "mynetworks",
         "smtpd_sasl_auth_enable", "smtpd_recipient_restrictions", "inet_interfaces", "mine",
         "smtpd_tls_chain_files", "smtpd_tls_cert_file", "master_service_disable",
         "smtpd_sasl_security_options", "smtpd_client_restrictions", "smtpd_tls_protocols",
         "smtpd_discard_ehlo_keywords", "inet_protocols", "smtpd_delay_reject"]  # fmt: skip
VALUES = ["may", "encrypt", "none", "yes", "no", "", "$mine", "${mine?{x}:{y}}", "127.0.0.1", "all",
          "permit_mynetworks, permit_sasl_authenticated, reject", "reject_plaintext_session",
          "noplaintext", "/etc/x.pem", ">=TLSv1.2", "starttls", "auth", "smtp/inet", "0.0.0.0/0",
          "check_client_access hash:/x, reject", "ipv4", "# no", "${", "static:all"]  # fmt: skip
PARTS = st.one_of(
    st.builds("{} = {}\n".format, st.sampled_from(NAMES), st.sampled_from(VALUES)),
    st.builds("  {}\n".format, st.sampled_from(VALUES)),
    st.builds(Hole, st.sampled_from("xyz")),
    st.sampled_from(["\n", "# c\n", "foo\n", "\r\n"]),
)
SERVICES = st.one_of(
    st.builds("{} {} n - n - - {}\n".format,
              st.sampled_from(["smtp", "25", "smtps", "submission", "127.0.0.1:587", "127.0.0.2:25",
                               "mine:x", "[::1]:25"]),
              st.sampled_from(["inet", "pass", "unix"]), st.sampled_from(["smtpd", "postscreen"])),
    st.builds("  -o {}={}\n".format, st.sampled_from(NAMES), st.sampled_from(VALUES)),
    st.builds("  -o {{ {} = {} }}\n".format, st.sampled_from(NAMES), st.sampled_from(VALUES)),
    st.builds(Hole, st.sampled_from("xyz")),
    st.sampled_from(["\n", "#submission inet n - n - - smtpd\n", "-o a=b\n", "  -o\n", "  -v\n"]),
)  # fmt: skip


@settings(deadline=None)
@given(
    st.lists(PARTS, max_size=12), st.lists(SERVICES, max_size=10), st.sampled_from(["3.4", "3.11"])
)
def test_every_reading_keeps_the_contract(
    main: list[str | Hole], master: list[str | Hole], version: str
) -> None:
    reading = read(holed("main.cf", *main), holed("master.cf", *master), version=version)
    assert len(servers(reading)) == len([one for one in reading.endpoints if one.side == "server"])
    for endpoint in reading.endpoints:
        for field in FIELDS:
            if getattr(endpoint, field) is None:
                assert field in endpoint.undecided or field in endpoint.not_applicable
        if endpoint.side == "server" and endpoint.usable is False:
            assert endpoint.causes["usable"]


@settings(deadline=None)
@given(st.binary(max_size=200), st.binary(max_size=200))
def test_bytes_of_any_kind(main: bytes, master: bytes) -> None:
    postfix.read(
        unit(Text.of("main.cf", main), Text.of("master.cf", master)),
        source(),
        Assumptions({"postfix": "3.11"}),
    )


def many(line: str, size: int) -> str:
    return line * (size // len(line))


def numbered(line: str, size: int) -> str:
    return "".join(line.format(n) for n in range(size // (len(line) + 4)))


CASES: dict[str, Callable[[int], tuple[str, str]]] = {
    "parameters": lambda n: (numbered("p{} = a value\n", n) + BASE, SMTP),
    "the same parameter": lambda n: (BASE + many("smtpd_tls_security_level = may\n", n), SMTP),
    "a long list": lambda n: (BASE + "mynetworks =" + many(" 10.0.0.1\n", n), SMTP),
    "a long line": lambda n: (BASE + "x = " + "y" * n, SMTP),
    "comments": lambda n: (BASE + "#" * n + "\n" + many("#\n", n), SMTP),
    "bad lines": lambda n: (BASE + many("foo bar\n", n), SMTP),
    "the same service": lambda n: (BASE, many(SUBMISSION, n)),
    "options": lambda n: (BASE, SMTP + many("  -o a=b\n", n)),
    "commented heads": lambda n: (BASE, SMTP + many("#x inet n - y - - smtpd\n  -o a=b\n", n)),
    "open braces": lambda n: (BASE, SMTP + "  -o " + many("{a=b", n)),
    "number signs": lambda n: (BASE, SMTP + "#" * n + " inet n\n"),
    "references": lambda n: (BASE + "mynetworks = " + many("$x", n) + "\nx =\n", SMTP),
    "open references": lambda n: (BASE + "mynetworks = " + many("${", n) + "\n", SMTP),
    "nested references": lambda n: (
        BASE + "mynetworks = " + many("${x?{", n) + many("}}", n) + "\nx =\n", SMTP),
    "a chain": lambda n: (
        BASE + "mynetworks = $a0\n" + "".join(f"a{i} = $a{i + 1}\n" for i in range(n // 14)), SMTP),
    "restrictions": lambda n: (
        BASE + "smtpd_client_restrictions = " + many("permit_mynetworks,", n) + "\n", SMTP),
}  # fmt: skip


@pytest.mark.integration
@pytest.mark.parametrize("name", CASES)
def test_time_grows_with_the_input(name: str) -> None:
    """Eight times the input in well under the sixty-four times that a square would take."""

    def taken(size: int) -> float:
        main, master = CASES[name](size)
        best = 1e9
        for _number in range(3):
            start = time.process_time()
            read(main, master)
            best = min(best, time.process_time() - start)
        return best

    small, large = taken(16_000), taken(128_000)
    assert large < 24 * max(small, 0.002)


def test_references_that_double_end() -> None:
    main = "".join(f"a{i} = $a{i + 1}$a{i + 1}\n" for i in range(40)) + "a40 = xxxxxxxx\n"
    with pytest.raises(Overspent, match="refers to itself or others"):
        read(BASE + main + "mynetworks = $a0\n")


@pytest.mark.integration
def test_a_mebibyte_of_each_is_read_in_seconds() -> None:
    start = time.process_time()
    read(numbered("p{} = a value\n", 1 << 20) + BASE, SMTP + many("  -o a=b\n", 1 << 20))
    assert time.process_time() - start < 20


# Restrictions that tell peers by their address, and others around them.
TELLING = [
    "check_client_access inline:{ {10.0.1 = REJECT}, {10.0.2 = OK} }",
    "check_client_access inline:{ {10.0.1.7 = OK}, {198.51.100 = REJECT} }",
    "check_reverse_client_hostname_access inline:{ {10.0.2 = REJECT}, {a.example = OK} }",
    "inline:{ {10.0 = permit_sasl_authenticated, reject} }", "check_client_access static:DUNNO",
    "check_client_access inline:{ {10.0.2 = mine} }", "check_client_access hash:/x", "mine",
    "warn_if_reject check_client_access inline:{ {10.0.3 = REJECT} }", "warn_if_reject reject",
    "check_sender_access inline:{ {a@example.com = REJECT} }", "permit_mynetworks", "reject",
    "permit_sasl_authenticated", "reject_plaintext_session", "reject_unknown_client_hostname",
    "reject_rbl_client rbl.example", "check_policy_service unix:x", "sleep 1",
]  # fmt: skip
SAYING = st.lists(st.sampled_from(TELLING), max_size=6).map(", ".join)


@settings(deadline=None)
@given(SAYING, SAYING, SAYING)
def test_a_peer_is_tried_on_every_restriction_that_says_something_to_it(
    client: str, recipient: str, mine: str
) -> None:
    main = (
        BASE + "mynetworks = 10.0.2.0/25\nsmtpd_tls_security_level = may\n"
        "smtpd_tls_auth_only = yes\nsmtpd_sasl_auth_enable = yes\n"
        f"smtpd_restriction_classes = mine\nmine = {mine or 'permit'}\n"
        f"smtpd_client_restrictions = {client}\nsmtpd_recipient_restrictions = {recipient}\n"
    )
    expected = read(main, SMTP)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            f"{postfix.__name__}.restriction_lists.RestrictionList._numbers",
            lambda self, *_: range(len(self._restrictions)),
        )
        assert servers(read(main, SMTP)) == servers(expected)
