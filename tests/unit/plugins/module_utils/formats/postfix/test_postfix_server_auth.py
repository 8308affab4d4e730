# ruff: noqa: E501  tables whose rows read better on one line
"""AUTH of smtpd: whether it is there, in clear, and with which mechanisms."""

from __future__ import annotations

import pytest

from tests.support.postfix import (
    BASE,
    MAY,
    SASL,
    SMTP,
    alternatives,
    server,
    servers,
    smtps,
    submission,
)


@pytest.mark.parametrize(
    ("main", "master", "expected"),
    [
        pytest.param(MAY, SMTP, (False, False), id="off"),
        pytest.param(SASL, SMTP, (True, True), id="without TLS"),
        pytest.param(MAY + SASL, SMTP, (True, True), id="may"),
        pytest.param(MAY + SASL + "smtpd_tls_auth_only = yes\n", SMTP, (True, False),
                     id="auth only"),
        pytest.param(SASL + "smtpd_tls_auth_only = yes\n", SMTP, (False, False), id="never"),
        pytest.param(SASL, submission("smtpd_tls_security_level=encrypt"), (True, False),
                     id="encrypt"),
        pytest.param(SASL, smtps("smtpd_tls_wrappermode=yes"), (True, False), id="wrappermode"),
        pytest.param(MAY, submission("smtpd_sasl_auth_enable=yes"), (True, True), id="option"),
        pytest.param(MAY + SASL + "smtpd_discard_ehlo_keywords = silent-discard, auth\n", SMTP,
                     (False, False), id="discarded"),
        pytest.param(MAY + SASL + "smtpd_sasl_exceptions_networks = static:all\n", SMTP,
                     (True, True), id="hidden and accepted"),
    ],
)  # fmt: skip
def test_auth(main: str, master: str, expected: tuple[bool, bool]) -> None:
    found = server(BASE + main, master)
    assert (found.auth, found.cleartext_auth) == expected


NOPLAIN = "smtpd_sasl_security_options = noanonymous, noplaintext\n"


@pytest.mark.parametrize(
    ("main", "mechanisms", "expected"),
    [
        pytest.param("", "PLAIN LOGIN", (True, True, True), id="passwords"),
        pytest.param("", "CRAM-MD5", (True, True, False), id="challenge"),
        pytest.param("", "XOAUTH2", (True, True, True), id="token"),
        pytest.param("", None, (True, True, True), id="nobody knows, no options"),
        pytest.param("", "", (False, None, None), id="no backend"),
        pytest.param(NOPLAIN, "PLAIN LOGIN", (False, None, None), id="nothing is left"),
        pytest.param(NOPLAIN, "PLAIN CRAM-MD5", (True, True, False), id="the challenge is left"),
        pytest.param(NOPLAIN + "smtpd_tls_auth_only = yes\n"
                     "smtpd_sasl_tls_security_options = noanonymous\n", "PLAIN", (True, True, False),
                     id="passwords behind TLS"),
        pytest.param("smtpd_sasl_mechanism_filter = !plain, static:rest\n", "PLAIN CRAM-MD5",
                     (True, True, True), id="filtered mechanisms are accepted"),
        pytest.param("smtpd_sasl_mechanism_filter = cram-md5\n", "PLAIN", (False, None, None),
                     id="the filter leaves nothing"),
        pytest.param("smtpd_sasl_type = dovcot\n", "PLAIN", (False, None, None),
                     id="misspelt type"),
        pytest.param("smtpd_sasl_security_options = noplain\n", "PLAIN", (False, None, None),
                     id="misspelt option"),
    ],
)  # fmt: skip
def test_mechanisms(
    main: str, mechanisms: str | None, expected: tuple[bool, bool | None, bool | None]
) -> None:
    found = server(BASE + MAY + SASL + main, mechanisms=mechanisms)
    assert (found.usable, found.auth, found.cleartext_auth) == expected


def test_the_filter_is_new_in_3_6() -> None:
    main = BASE + MAY + SASL + "smtpd_sasl_mechanism_filter = cram-md5\n"
    assert server(main, version="3.5").usable is True
    assert server(main, version="3.6").usable is False


def test_noplaintext_depends_on_a_backend_that_nobody_knows() -> None:
    found = alternatives(BASE + MAY + SASL + NOPLAIN)
    assert {tuple(taken.values()): servers(one)["smtp/inet"].usable for taken, one in found} == {
        ("PLAIN and LOGIN alone",): False,
        ("others as well",): True,
    }


def test_cyrus_mechanisms_stand_in_its_own_file() -> None:
    main = BASE + MAY + SASL + "smtpd_sasl_type = cyrus\nsmtpd_sasl_path = smtpd\n"
    files = {"/etc/postfix/sasl/smtpd.conf": "pwcheck_method: saslauthd\nmech_list: CRAM-MD5\n"}
    assert server(main, files=files).cleartext_auth is False
