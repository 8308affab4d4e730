"""TLS of smtpd: its mode, certificates, what happens without one, the oldest version."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import engine
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.source.host import HostSource

from tests.support.postfix import (
    BASE,
    CERT,
    MAY,
    SMTP,
    alternatives,
    fields,
    server,
    servers,
    smtps,
    submission,
)


@pytest.mark.parametrize(
    ("main", "master", "tls"),
    [
        pytest.param("", SMTP, "none", id="unset"),
        pytest.param("smtpd_tls_security_level =\n", SMTP, "none", id="empty"),
        pytest.param("smtpd_tls_security_level = none\n", SMTP, "none", id="none"),
        pytest.param(MAY, SMTP, "starttls-optional", id="may"),
        pytest.param("smtpd_tls_security_level = May\n", SMTP, "starttls-optional", id="capitals"),
        pytest.param("smtpd_tls_security_level = encrypt\n", SMTP, "starttls-required",
                     id="encrypt"),
        pytest.param("smtpd_tls_security_level = verify\n", SMTP, "starttls-required", id="verify"),
        pytest.param("smtpd_use_tls = yes\n", SMTP, "starttls-optional", id="legacy use"),
        pytest.param("smtpd_enforce_tls = yes\n", SMTP, "starttls-required", id="legacy enforce"),
        pytest.param("smtpd_enforce_tls = yes\n" + MAY, SMTP, "starttls-optional", id="level wins"),
        pytest.param(MAY, smtps(), "starttls-optional", id="465 without wrappermode"),
        pytest.param(MAY, smtps("smtpd_tls_wrappermode=yes"), "implicit", id="wrappermode"),
        pytest.param("smtpd_tls_security_level = none\n", smtps("smtpd_tls_wrappermode=yes"),
                     "implicit", id="wrappermode ignores the level"),
        pytest.param("smtpd_tls_wrappermode = yes\n", SMTP, "implicit", id="wrappermode for all"),
        pytest.param("smtpd_tls_wrappermode = yes\n" + MAY, smtps("smtpd_tls_wrappermode=no"),
                     "starttls-optional", id="wrappermode taken back"),
        pytest.param(MAY, submission("smtpd_tls_security_level=encrypt"), "starttls-required",
                     id="option"),
        pytest.param("level = encrypt\n", submission("smtpd_tls_security_level=$level"),
                     "starttls-required", id="option by reference"),
        pytest.param(MAY + "smtpd_discard_ehlo_keywords = STARTTLS\n", SMTP, "none",
                     id="discarded"),
    ],
)  # fmt: skip
def test_tls(main: str, master: str, tls: str) -> None:
    assert server(BASE + main, master).tls == tls


@pytest.mark.parametrize(
    ("main", "works"),
    [
        pytest.param("", False, id="none named"),
        pytest.param("smtpd_tls_chain_files = /a.pem\n", True, id="chain"),
        pytest.param("smtpd_tls_chain_files = /a.pem, /no.pem\n", False, id="half a chain"),
        pytest.param("smtpd_tls_cert_file = /a.pem\nsmtpd_tls_key_file = /a.key\n", True,
                     id="pair"),
        pytest.param("smtpd_tls_cert_file = /no.pem\nsmtpd_tls_key_file = /a.key\n", False,
                     id="no certificate"),
        pytest.param("smtpd_tls_cert_file = /a.pem\nsmtpd_tls_key_file = /no.key\n", False,
                     id="no key"),
        pytest.param("smtpd_tls_eccert_file = /a.pem\nsmtpd_tls_eckey_file = /a.key\n", True,
                     id="elliptic curves alone"),
        pytest.param("smtpd_tls_cert_file = none\n", True, id="certificate-less"),
        pytest.param("smtpd_tls_cert_file = none\nsmtpd_tls_ask_ccert = yes\n", False,
                     id="certificate-less and asking"),
        pytest.param("smtpd_tls_chain_files = /$myhostname.pem\n", True, id="name of the host"),
        pytest.param("smtpd_tls_chain_files = /a.pem\nsmtpd_tls_CAfile = /no.pem\n", False,
                     id="no authority"),
        pytest.param("smtpd_tls_chain_files = /a.pem\nsmtpd_tls_protocols = TLSv2\n", False,
                     id="protocols that do not exist"),
    ],
)  # fmt: skip
def test_certificates(main: str, works: bool) -> None:
    files = {"/a.pem": "", "/a.key": ""}
    assert server(CERT + main, files=files, outside=False).tls_works is works


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/etc/ssl/mail.pem", id="absolute"),
        pytest.param("mail.pem", id="relative"),
        pytest.param("$config_directory/mail.pem", id="beside main.cf"),
        pytest.param("/etc/ssl/$myhostname.pem", id="with a name"),
    ],
)
def test_a_file_outside_counts_as_present_and_the_cause_says_so(path: str) -> None:
    found = server(CERT + f"myhostname = mx.example\nsmtpd_tls_chain_files = {path}\n")
    assert found.tls_works is True
    marked = [one.name for one in found.causes["tls_works"] if "taken as present" in one.text]
    assert marked == ["smtpd_tls_chain_files"]


def test_config_directory_is_where_main_cf_lies(tmp_path: Path) -> None:
    files = {
        "main.cf": CERT + "compatibility_level = 3.6\n"
        "smtpd_relay_restrictions = permit_mynetworks, reject\n"
        "mynetworks = $config_directory/networks\n"
        "smtpd_tls_chain_files = $config_directory/mail.pem\n",
        "master.cf": SMTP,
        "networks": "0.0.0.0/0\n",
        "mail.pem": "",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    paths = [str(tmp_path / name) for name in ("main.cf", "master.cf")]
    ((_unit, shown),) = engine.check(HostSource(), Policy.default(), paths).endpoints
    assert (shown.endpoint.tls_works, shown.endpoint.requires) == (True, ())


def test_whether_a_file_holds_its_key_is_open() -> None:
    main = CERT + "smtpd_tls_cert_file = /both.pem\n"
    assert server(main).tls_works is True
    found = alternatives(main, files={"/both.pem": ""})
    assert [servers(one)["smtp/inet"].tls_works for _taken, one in found] == [True, False]


@pytest.mark.parametrize(
    ("main", "expected"),
    [
        pytest.param("smtpd_tls_security_level = encrypt\n",
                     {"tls": "starttls-required", "tls_works": False, "cleartext_auth": False,
                      "usable": False}, id="encrypt"),
        pytest.param(MAY, {"tls": "starttls-optional", "tls_works": False, "auth": False,
                           "cleartext_auth": False, "usable": True}, id="may"),
        pytest.param("smtpd_tls_wrappermode = yes\n", {"usable": False}, id="wrappermode"),
    ],
)  # fmt: skip
def test_without_a_certificate(main: str, expected: dict[str, Any]) -> None:
    names = ("tls", "tls_works", "auth", "cleartext_auth", "usable", "tls_min")
    assert fields(server("compatibility_level = 3.6\n" + main), names) == expected


@pytest.mark.parametrize(
    ("main", "master", "expected"),
    [
        pytest.param(MAY, SMTP, "1.0", id="default"),
        pytest.param(MAY + "smtpd_tls_protocols = >=TLSv1.2\n", SMTP, "1.2", id="range"),
        pytest.param(MAY + "smtpd_tls_mandatory_protocols = >=TLSv1.2\n", SMTP, "1.0", id="other"),
        pytest.param("smtpd_tls_mandatory_protocols = !SSLv2,!SSLv3,!TLSv1,!TLSv1.1\n",
                     smtps("smtpd_tls_wrappermode=yes"), "1.2", id="wrappermode"),
        pytest.param(MAY + "smtpd_tls_mandatory_protocols = TLSv1.3\n",
                     submission("smtpd_tls_security_level=encrypt"), "1.3", id="encrypt"),
        pytest.param(MAY + "smtpd_tls_protocols = >=0303\n", SMTP, "1.2", id="hexadecimal"),
        pytest.param(MAY + "smtpd_tls_req_ccert = yes\n", SMTP, "1.0", id="no use of req_ccert"),
        pytest.param("smtpd_tls_security_level = encrypt\nsmtpd_tls_req_ccert = yes\n", SMTP, "1.2",
                     id="client certificate"),
        pytest.param("", SMTP, None, id="no TLS"),
    ],
)  # fmt: skip
def test_tls_min(main: str, master: str, expected: str | None) -> None:
    assert server(BASE + main, master).tls_min == expected


def test_ranges_are_new_in_3_6() -> None:
    main = BASE + MAY + "smtpd_tls_protocols = >=TLSv1.2\n"
    assert server(main, version="3.5").tls_works is False
    assert server(main, version="3.6").tls_works is True


def test_a_range_that_is_not_known_is_to_blame() -> None:
    main = BASE + MAY.replace("may", "encrypt") + "smtpd_tls_mandatory_protocols = >=TLSv1.2\n"
    found = server(main, version="3.5")
    assert found.usable is False
    for field in ("usable", "tls_works"):
        assert found.causes[field][-1].name == "smtpd_tls_mandatory_protocols"
