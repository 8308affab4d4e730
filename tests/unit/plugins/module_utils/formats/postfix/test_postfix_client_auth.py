"""Where Postfix logs in, and whether a password may cross in clear."""

from __future__ import annotations

import pytest

from tests.support.postfix_client import (
    ANY,
    LEVEL,
    LOGIN,
    MASTER,
    RELAY,
    endpoints,
    reading,
)


@pytest.mark.parametrize(
    ("main", "auth", "cleartext"),
    [
        pytest.param(RELAY, False, False, id="no login"),
        pytest.param(LOGIN, True, False, id="noplaintext by default"),
        pytest.param(LOGIN + ANY, True, True, id="noanonymous, no TLS"),
        pytest.param(LOGIN + ANY + LEVEL + "may\n", True, True, id="noanonymous, may"),
        pytest.param(LOGIN + ANY + LEVEL + "encrypt\n", True, False, id="encrypt"),
        pytest.param(LOGIN + "smtp_sasl_security_options =\n", True, True, id="empty options"),
        pytest.param(
            LOGIN + "smtp_sasl_tls_security_options = noanonymous\n" + LEVEL + "may\n", True, False,
            id="plaintext under TLS only",
        ),
        pytest.param(
            LOGIN + ANY + "smtp_sasl_mechanism_filter = cram-md5\n", True, False, id="filter"
        ),
        pytest.param(
            LOGIN + ANY + "smtp_sasl_mechanism_filter = !gssapi, static:all\n", True, True,
            id="filter that leaves plain",
        ),
        pytest.param(
            LOGIN + ANY + "smtp_sasl_mechanism_filter = !plain !login !xoauth2 !oauthbearer,"
            " static:all\n", True, False, id="filter that takes plain away",
        ),
        pytest.param(
            LOGIN + ANY + "smtp_discard_ehlo_keywords = auth\n", False, False, id="ignored"
        ),
        pytest.param(
            RELAY + "smtp_sasl_auth_enable = yes\n" + ANY
            + "smtp_sasl_password_maps = inline:{ {[x.example]:587 = a:b} }\n", False, False,
            id="a password for somebody else",
        ),
        pytest.param(
            RELAY + "smtp_sasl_auth_enable = yes\n" + ANY
            + "smtp_sasl_password_maps = inline:{ {h.example = a:b} }\n", True, True,
            id="a password by the host's name",
        ),
    ],
)  # fmt: skip
def test_logins(main: str, auth: bool, cleartext: bool) -> None:
    one = endpoints(main)["relayhost"]
    assert (one.auth, one.cleartext_auth, one.usable) == (auth, cleartext, True)
    assert one.protocol == "submission"


def test_a_login_that_nothing_allows() -> None:
    main = LOGIN + "smtp_sasl_mechanism_filter = plain, login\n" + LEVEL + "encrypt\n"
    assert endpoints(main)["relayhost"].usable is False


@pytest.mark.parametrize(
    ("main", "auth"),
    [
        pytest.param("", False, id="passwords are for relays"),
        pytest.param("smtp_sender_dependent_authentication = yes\n", None, id="by sender"),
    ],
)
def test_login_at_the_servers_of_others(main: str, auth: bool | None) -> None:
    one = endpoints(LOGIN.replace(RELAY, "") + main)["mx-delivery"]
    assert one.auth is auth
    assert one.undecided.get("auth", ()) == (("smtp_sasl_password_maps",) if auth is None else ())


FILTER = "content_filter = filter:[{}]:10024\n"
FILTERS = MASTER + "filter unix - - n - - smtp\n  -o smtp_tls_security_level=none\n"
BESIDE = "transport_maps = inline:{{ {{{} = {}}} }}\n"


@pytest.mark.parametrize(
    ("main", "name", "auth"),
    [
        pytest.param(LOGIN + FILTER.format("amavis"), "content_filter", None, id="a filter"),
        pytest.param(LOGIN + FILTER.format("::1"), "content_filter", False, id="on the host"),
        pytest.param(LOGIN.replace("hash:/etc/postfix/sasl", "static:a:b")
                     + FILTER.format("127.0.0.1"), "content_filter", True, id="for all"),
        pytest.param(LOGIN + BESIDE.format("x.example", "smtp:[other]"), "transport/x.example",
                     None, id="beside the relayhost"),
        pytest.param(LOGIN + BESIDE.format("x.example", "tlsonly:[h.example]:587"),
                     "transport/x.example", True, id="the relayhost itself"),
        pytest.param(LOGIN + BESIDE.format("*", "smtp:[other]"), "transport/*", True, id="for *"),
        pytest.param(LOGIN.replace(RELAY, "") + BESIDE.format("x.example", "smtp:[other]"),
                     "transport/x.example", True, id="without a relayhost"),
    ],
)  # fmt: skip
def test_logins_that_may_be_meant_for_others(main: str, name: str, auth: bool | None) -> None:
    one = endpoints(main + ANY, FILTERS)[name]
    assert one.auth is auth
    assert one.undecided.get("auth", ()) == (("smtp_sasl_password_maps",) if auth is None else ())


@pytest.mark.parametrize("host", ["amavis", "127.0.0.1"])
def test_a_service_that_is_told_itself_to_log_in(host: str) -> None:
    master = FILTERS + "  -o smtp_sasl_auth_enable=yes\n"
    one = endpoints(LOGIN + ANY + FILTER.format(host), master)["content_filter"]
    assert (one.auth, one.cleartext_auth) == (True, True)


def test_no_password_is_shown() -> None:
    main = RELAY + (
        "smtp_sasl_auth_enable = yes\nsmtp_sender_dependent_authentication = yes\n"
        "smtp_sasl_password_maps = inline:{ {[h.example]:587 = bob:hunter2} }, static:b:hunter2\n"
    )
    found = reading(main + "transport_maps = inline:{ {x.example = smtp:} }\n")
    assert "hunter2" not in repr([(one, one.causes, one.undecided) for one in found.endpoints])
    assert len(found.endpoints) == 2
