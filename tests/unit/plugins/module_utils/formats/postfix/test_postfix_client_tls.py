"""How Postfix dials: the levels of TLS, and what ends a connection."""

from __future__ import annotations

import pytest

from tests.support.postfix_client import (
    ANY,
    CA,
    DNSSEC,
    LEVEL,
    LOGIN,
    RELAY,
    endpoints,
)

PIN = "smtp_tls_fingerprint_cert_match = 00:11\n"
REQUIRED = "starttls-required"


@pytest.mark.parametrize(
    ("main", "tls", "verified", "tls_min"),
    [
        pytest.param("", "none", None, None, id="unset"),
        pytest.param(LEVEL + "none\n", "none", None, None, id="none"),
        pytest.param(LEVEL + "may\n", "starttls-optional", "none", "1.0", id="may"),
        pytest.param(LEVEL + "encrypt\n", "starttls-required", "none", "1.0", id="encrypt"),
        pytest.param(LEVEL + "Encrypt\n", "starttls-required", "none", "1.0", id="capitals"),
        pytest.param(LEVEL + "verify\n" + CA, "starttls-required", "full", "1.2", id="verify"),
        pytest.param(LEVEL + "secure\n" + CA, "starttls-required", "full", "1.2", id="secure"),
        pytest.param(LEVEL + "fingerprint\n" + PIN, "starttls-required", "pinned", "1.2", id="pin"),
        pytest.param(LEVEL + "dane\n", "starttls-optional", "none", "1.0", id="dane, no DNSSEC"),
        pytest.param(LEVEL + "dane\n" + DNSSEC, "starttls-optional", "none", "1.0", id="dane"),
        pytest.param(
            LEVEL + "dane-only\n" + DNSSEC, "starttls-required", "full", "1.2", id="dane-only"
        ),
        pytest.param("smtp_use_tls = yes\n", "starttls-optional", "none", "1.0", id="use_tls"),
        pytest.param(
            "smtp_enforce_tls = yes\n" + CA, "starttls-required", "full", "1.2", id="enforce_tls"
        ),
        pytest.param(
            "smtp_enforce_tls = yes\nsmtp_tls_enforce_peername = no\n", "starttls-required", "none",
            "1.0", id="enforce_tls without names",
        ),
        pytest.param(
            "smtp_enforce_tls = yes\n" + LEVEL + "may\n", "starttls-optional", "none", "1.0",
            id="the level beats what is older",
        ),
        pytest.param(
            "smtp_use_tls = yes\n" + LEVEL + "\n", "starttls-optional", "none", "1.0",
            id="an empty level lets the older ones count",
        ),
        pytest.param(
            LEVEL + "encrypt\nsmtp_tls_wrappermode = yes\n", "implicit", "none", "1.0", id="wrapper"
        ),
        pytest.param(
            LEVEL + "may\nsmtp_tls_protocols = !SSLv2,!SSLv3,!TLSv1\n", "starttls-optional", "none",
            "1.1", id="protocols with may",
        ),
        pytest.param(
            LEVEL + "encrypt\nsmtp_tls_mandatory_protocols = >=TLSv1.2\n", "starttls-required",
            "none", "1.2", id="mandatory protocols with encrypt",
        ),
        pytest.param(
            LEVEL + "may\nsmtp_tls_mandatory_protocols = >=TLSv1.2\n", "starttls-optional", "none",
            "1.0", id="mandatory protocols do not count with may",
        ),
        pytest.param(
            LEVEL + "may\nsmtp_discard_ehlo_keywords = starttls\n", "none", None, None,
            id="an offer that is ignored",
        ),
    ],
)  # fmt: skip
def test_levels(main: str, tls: str, verified: str | None, tls_min: str | None) -> None:
    one = endpoints(RELAY + main)["relayhost"]
    assert (one.tls, one.certificate_verified, one.tls_min) == (tls, verified, tls_min)
    assert (one.usable, one.undecided) == (True, {})


@pytest.mark.parametrize(
    ("main", "version", "tls"),
    [
        ("compatibility_level = 3.11\n", "3.11", "starttls-optional"),
        ("compatibility_level = 3.11\n", "3.10", "none"),
        ("compatibility_level = 3.10\n", "3.11", "none"),
        ("", "3.11", "none"),
        ("compatibility_level = 3.11\nsmtp_tls_security_level =\n", "3.11", "none"),
    ],
)
def test_the_default_of_3_11(main: str, version: str, tls: str) -> None:
    assert endpoints(RELAY + main, version=version)["relayhost"].tls == tls


@pytest.mark.parametrize(
    ("main", "cause"),
    [
        pytest.param(LEVEL + "required\n", "required", id="a level that there is not"),
        pytest.param("smtp_tls_wrappermode = yes\n", "wrappermode", id="wrapper without level"),
        pytest.param(
            LEVEL + "may\nsmtp_tls_wrappermode = yes\n", "wrappermode", id="wrapper with may"
        ),
        pytest.param(LEVEL + "fingerprint\n", "fingerprint", id="no fingerprint"),
        pytest.param(LEVEL + "dane-only\n", "dns_support", id="dane-only without DNSSEC"),
        pytest.param("smtp_tls_wrappermode = true\n", "true", id="no boolean"),
        pytest.param("smtp_sasl_auth_enable = yes\n", "auth_enable", id="no passwords"),
        pytest.param(
            "smtp_tls_policy_maps = inline:{ {[h.example]:587 = strong} }\n", "policy_maps",
            id="no such level in a policy",
        ),
        pytest.param(
            "smtp_tls_policy_maps = inline:{ {[h.example]:587 = encrypt match=x} }\n",
            "policy_maps", id="an attribute that does not fit",
        ),
        pytest.param("smtp_tls_policy_maps = static:may$/\n", "policy_maps", id="expression"),
    ],
)  # fmt: skip
def test_no_connection(main: str, cause: str) -> None:
    one = endpoints(RELAY + main)["relayhost"]
    assert one.usable is False
    assert {"tls", "auth", "cleartext_auth", "protocol"} <= one.not_applicable
    assert (one.host, one.port) == ("h.example", 587)
    assert any(cause in setting.text for setting in one.causes["usable"])


@pytest.mark.parametrize(
    ("main", "tls"),
    [
        pytest.param(LEVEL + "secure\n", REQUIRED, id="no authority"),
        pytest.param(LEVEL + "verify\ntls_append_default_CA = yes\n", REQUIRED, id="no own one"),
        pytest.param(
            LEVEL + "encrypt\nsmtp_discard_ehlo_keywords = starttls\n", None, id="ignored"
        ),
        pytest.param(LEVEL + "encrypt\nsmtp_never_send_ehlo = yes\n", REQUIRED, id="no EHLO"),
        pytest.param(
            LEVEL + "encrypt\nsmtp_tls_mandatory_protocols = TLSv2\n", REQUIRED, id="no protocol"
        ),
    ],
)
def test_connects_and_never_delivers(main: str, tls: str | None) -> None:
    one = endpoints(LOGIN + ANY + main)["relayhost"]
    assert (one.usable, one.tls, one.host) == (False, tls, "h.example")
    assert one.cleartext_auth is False
    assert {"auth", "certificate_verified", "tls_min", "tls_works"} <= one.not_applicable
