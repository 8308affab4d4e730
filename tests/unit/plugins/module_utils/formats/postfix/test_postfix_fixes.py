# ruff: noqa: E501  tables whose rows read better on one line
"""Fixes: the edits, every other byte kept, and what the reader makes of the result."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import Endpoint
from ansible_collections.mailwarden.policy.plugins.module_utils.engine import edit
from ansible_collections.mailwarden.policy.plugins.module_utils.formats import postfix

from tests.support.postfix import BASE, MAY, SASL, SMTP, SUBMISSION, read, servers, unit

SMTPS = "smtps inet n - n - - smtpd\n"


def fixed(
    main: str, master: str | None, name: str, field: str, value: Any
) -> tuple[str, str | None, bool]:
    """Both files with the fix made, and whether it is safe."""
    endpoint = servers(read(main, master))[name]
    fix = postfix.edit(unit(main, master), [endpoint], field, value)
    assert fix is not None
    texts = {"main.cf": main, "master.cf": master}
    for path, text in texts.items():
        edits = [one for one in fix.edits if one.path == path]
        if text is not None and edits:
            texts[path] = edit.apply(text.encode(), edits).decode()
    return texts["main.cf"] or "", texts["master.cf"], fix.safe


def after(main: str, master: str | None, name: str) -> Endpoint:
    return servers(read(main, master))[name]


@pytest.mark.parametrize(
    ("main", "master", "name", "field", "value", "expected", "safe"),
    [
        pytest.param("", SMTPS, "smtps/inet", "tls", "implicit",
                     SMTPS + "  -o smtpd_tls_wrappermode=yes\n", True, id="wrappermode is added"),
        pytest.param(MAY, SMTPS + SMTP, "smtps/inet", "tls", "implicit",
                     SMTPS + "  -o smtpd_tls_wrappermode=yes\n" + SMTP, False,
                     id="in front of the next service"),
        pytest.param(MAY, SMTPS + "  -o smtpd_tls_wrappermode=no\n", "smtps/inet", "tls", "implicit",
                     SMTPS + "  -o smtpd_tls_wrappermode=yes\n", False, id="value is replaced"),
        pytest.param(MAY, SMTPS + "\t-o syslog_name=x\n# end\n", "smtps/inet", "tls", "implicit",
                     SMTPS + "\t-o syslog_name=x\n\t-o smtpd_tls_wrappermode=yes\n# end\n", False,
                     id="indented as its neighbours"),
        pytest.param(MAY, SMTP + "    -o a=b\n" + SMTPS, "smtps/inet", "tls", "implicit",
                     SMTP + "    -o a=b\n" + SMTPS + "    -o smtpd_tls_wrappermode=yes\n", False,
                     id="indented as the file"),
        pytest.param(MAY, SMTPS.replace("\n", "\r\n"), "smtps/inet", "tls", "implicit",
                     "smtps inet n - n - - smtpd\r\n  -o smtpd_tls_wrappermode=yes\r\n", False,
                     id="CRLF"),
        pytest.param(MAY, SMTPS.rstrip(), "smtps/inet", "tls", "implicit",
                     SMTPS + "  -o smtpd_tls_wrappermode=yes", False, id="no line end"),
        pytest.param(MAY, SMTP + SUBMISSION, "submission/inet", "tls", "starttls-required",
                     SMTP + SUBMISSION + "  -o smtpd_tls_security_level=encrypt\n", True, id="encrypt"),
        pytest.param(MAY, SUBMISSION + "  -o { smtpd_tls_security_level = may }\n", "submission/inet",
                     "tls", "starttls-required",
                     SUBMISSION + "  -o { smtpd_tls_security_level = encrypt }\n", True,
                     id="within braces"),
        pytest.param(MAY, SMTP + SUBMISSION + "  -o smtpd_tls_wrappermode=yes\n",
                     "submission/inet", "tls", "starttls-required",
                     SMTP + SUBMISSION + "  -o smtpd_tls_wrappermode=no\n"
                     "  -o smtpd_tls_security_level=encrypt\n", False, id="wrappermode off"),
        pytest.param(MAY + SASL, SUBMISSION, "submission/inet", "cleartext_auth", False,
                     SUBMISSION + "  -o smtpd_tls_auth_only=yes\n", True, id="auth only"),
        pytest.param(MAY, SMTP.replace("smtpd", "postscreen") + "smtpd pass - - n - - smtpd\n",
                     "smtp/inet", "tls", "starttls-required",
                     SMTP.replace("smtpd", "postscreen") + "smtpd pass - - n - - smtpd\n"
                     "  -o smtpd_tls_security_level=encrypt\n", True, id="behind postscreen"),
        pytest.param("smtpd_tls_security_level = encrypt\n", SUBMISSION, "submission/inet",
                     "tls_min", "1.2", SUBMISSION + "  -o smtpd_tls_mandatory_protocols="
                     "!SSLv2,!SSLv3,!TLSv1,!TLSv1.1\n", False, id="versions"),
    ],
)  # fmt: skip
def test_a_service_is_fixed(
    main: str, master: str, name: str, field: str, value: Any, expected: str, safe: bool
) -> None:
    new_main, new_master, is_safe = fixed(BASE + main, master, name, field, value)
    assert (new_main, new_master, is_safe) == (BASE + main, expected, safe)
    assert getattr(after(new_main, new_master, name), field) == value


@pytest.mark.parametrize(
    ("main", "field", "value", "expected"),
    [
        pytest.param("", "tls", "starttls-optional", MAY, id="added"),
        pytest.param("smtpd_tls_security_level = encrypt\n", "tls", "starttls-optional", MAY,
                     id="replaced"),
        pytest.param(MAY + "smtpd_sasl_auth_enable = yes", "cleartext_auth", False,
                     MAY + "smtpd_sasl_auth_enable = yes\nsmtpd_tls_auth_only = yes",
                     id="no line end"),
    ],
)  # fmt: skip
def test_main_cf_is_fixed_where_it_is_alone(
    main: str, field: str, value: Any, expected: str
) -> None:
    new_main, _master, _safe = fixed(BASE + main, None, "smtp/inet", field, value)
    assert new_main == BASE + expected
    assert getattr(after(new_main, None, "smtp/inet"), field) == value


OPEN = "smtpd_tls_auth_only = no\n"
STRICT = "smtpd_tls_auth_only = yes\n"
ENCRYPT = "  -o smtpd_tls_security_level=encrypt\n"
OLD = "smtpd_tls_mandatory_protocols = !SSLv2 !SSLv3\n"
NEW = "smtpd_tls_mandatory_protocols = !SSLv2,!SSLv3,!TLSv1,!TLSv1.1\n"


@pytest.mark.parametrize(
    ("main", "master", "names", "field", "value", "new_main", "new_master"),
    [
        pytest.param(MAY, SUBMISSION, ["submission"], "tls", "starttls-required",
                     "smtpd_tls_security_level = encrypt\n", SUBMISSION, id="it counts for one"),
        pytest.param(MAY + SASL + OPEN, SMTP + SUBMISSION, ["smtp", "submission"],
                     "cleartext_auth", False, MAY + SASL + STRICT, SMTP + SUBMISSION,
                     id="for all that the finding is about"),
        pytest.param(MAY + SASL + OPEN, SMTP + SUBMISSION, ["submission"], "cleartext_auth", False,
                     MAY + SASL + OPEN, SMTP + SUBMISSION + "  -o smtpd_tls_auth_only=yes\n",
                     id="for another too"),
        pytest.param(MAY + SASL + OPEN, SMTP + "  -o smtpd_tls_auth_only=yes\n" + SUBMISSION,
                     ["submission"], "cleartext_auth", False, MAY + SASL + STRICT,
                     SMTP + "  -o smtpd_tls_auth_only=yes\n" + SUBMISSION,
                     id="the other has its own"),
        pytest.param(MAY + "x = ${smtpd_tls_security_level}\n", SUBMISSION, ["submission"], "tls",
                     "starttls-required", MAY + "x = ${smtpd_tls_security_level}\n",
                     SUBMISSION + "  -o smtpd_tls_security_level=encrypt\n",
                     id="something refers to it"),
        pytest.param(MAY, SMTP + SUBMISSION + "  -o smtpd_tls_security_level=may\n", ["submission"],
                     "tls", "starttls-required", MAY,
                     SMTP + SUBMISSION + "  -o smtpd_tls_security_level=encrypt\n",
                     id="the option that is there"),
        pytest.param(MAY + OLD, SMTP + SUBMISSION + ENCRYPT, ["submission"], "tls_min", "1.2",
                     MAY + NEW, SMTP + SUBMISSION + ENCRYPT, id="the other's level reads no such list"),
        pytest.param("smtpd_tls_security_level = encrypt\n" + OLD, SMTP + SUBMISSION, ["submission"],
                     "tls_min", "1.2", "smtpd_tls_security_level = encrypt\n" + OLD,
                     SMTP + SUBMISSION + "  -o smtpd_tls_mandatory_protocols="
                     "!SSLv2,!SSLv3,!TLSv1,!TLSv1.1\n", id="the other's level reads it too"),
        pytest.param(MAY + OLD + "x = $smtpd_tls_mandatory_protocols\n", SMTP + SUBMISSION + ENCRYPT,
                     ["submission"], "tls_min", "1.2",
                     MAY + OLD + "x = $smtpd_tls_mandatory_protocols\n",
                     SMTP + SUBMISSION + ENCRYPT + "  -o smtpd_tls_mandatory_protocols="
                     "!SSLv2,!SSLv3,!TLSv1,!TLSv1.1\n", id="something refers to the list"),
    ],
)  # fmt: skip
def test_a_value_is_changed_where_it_stands(
    main: str, master: str, names: list[str], field: str, value: Any, new_main: str, new_master: str
) -> None:
    found = servers(read(BASE + main, master))
    endpoints = [found[f"{name}/inet"] for name in names]
    fix = postfix.edit(unit(BASE + main, master), endpoints, field, value)
    assert fix is not None
    edits = {
        path: [one for one in fix.edits if one.path == path] for path in ("main.cf", "master.cf")
    }
    assert edit.apply((BASE + main).encode(), edits["main.cf"]).decode() == BASE + new_main
    assert edit.apply(master.encode(), edits["master.cf"]).decode() == new_master


LEFT = SMTP + "#submission inet n - n - - smtpd\n  -o smtpd_tls_security_level=encrypt\n"


@pytest.mark.parametrize(
    ("main", "master", "field", "value"),
    [
        pytest.param("", SMTP, "tls_works", True, id="no certificate"),
        pytest.param(SASL, SMTP, "cleartext_auth", False, id="AUTH without any TLS"),
        pytest.param("", SMTP, "auth", False, id="another field"),
        pytest.param(MAY, LEFT, "tls", "starttls-optional", id="below a commented head"),
        pytest.param(MAY + SASL, LEFT, "cleartext_auth", False, id="no option beside those"),
        pytest.param("", SMTP + "  -o a = b\n", "tls", "starttls-optional", id="broken options"),
    ],
)
def test_nothing_is_guessed(main: str, master: str, field: str, value: Any) -> None:
    endpoint = servers(read(BASE + main, master))["smtp/inet"]
    assert postfix.edit(unit(BASE + main, master), [endpoint], field, value) is None
