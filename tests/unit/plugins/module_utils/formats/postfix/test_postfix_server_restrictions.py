# ruff: noqa: E501  tables whose rows read better on one line
"""Whom smtpd serves: restrictions, trusted networks, and what they make of the mode."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.holed import template
from tests.support.postfix import (
    BASE,
    MAY,
    SASL,
    SMTP,
    SUBMISSION,
    read,
    server,
    servers,
    submission,
)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        pytest.param(
            ["smtpd_tls_auth_only=yes",
             "smtpd_recipient_restrictions=permit_sasl_authenticated, reject"],
            "starttls-required", id="nobody before",
        ),
        pytest.param(["smtpd_recipient_restrictions=permit_sasl_authenticated, reject"],
                     "starttls-optional", id="a login is taken before"),
        pytest.param(["smtpd_tls_auth_only=yes", "smtpd_recipient_restrictions="
                      "permit_mynetworks, permit_sasl_authenticated, reject"], "starttls-required",
                     id="trusted networks are not ordinary"),
        pytest.param(["smtpd_tls_auth_only=yes", "mynetworks=0.0.0.0/0", "smtpd_client_restrictions="
                      "permit_mynetworks, permit_sasl_authenticated, reject"], "starttls-optional",
                     id="a trusted network of everybody"),
        pytest.param(["smtpd_tls_auth_only=yes", "mynetworks=198.51.100.9", "smtpd_client_restrictions="
                      "permit_mynetworks, permit_sasl_authenticated, reject"], "starttls-required",
                     id="one public address"),
        pytest.param(["smtpd_tls_auth_only=yes", "smtpd_relay_restrictions="
                      "permit_sasl_authenticated, reject_unauth_destination"], "starttls-optional",
                     id="mail for the server itself"),
        pytest.param(["smtpd_tls_auth_only=yes", "smtpd_relay_restrictions="
                      "permit_sasl_authenticated, reject"], "starttls-required", id="relay list"),
        pytest.param(["smtpd_tls_auth_only=yes", "smtpd_sender_restrictions=reject_plaintext_session"],
                     "starttls-required", id="plaintext session"),
        pytest.param(["smtpd_tls_auth_only=yes", "smtpd_data_restrictions=reject_plaintext_session"],
                     "starttls-required", id="plaintext session at DATA"),
        pytest.param(["smtpd_tls_auth_only=yes", "smtpd_sender_restrictions="
                      "warn_if_reject reject_plaintext_session"], "starttls-optional",
                     id="warning"),
        pytest.param(["smtpd_tls_auth_only=yes", "smtpd_sender_restrictions="
                      "permit, reject_plaintext_session"], "starttls-optional",
                     id="behind a permit"),
        pytest.param(["smtpd_tls_auth_only=yes", "smtpd_restriction_classes=mua", "mua="
                      "permit_sasl_authenticated, reject", "smtpd_client_restrictions=mua"],
                     "starttls-required", id="class"),
        pytest.param(["smtpd_tls_auth_only=yes", "smtpd_client_restrictions="
                      "check_client_access inline:{ {198.51.100 = OK} }, reject"],
                     "starttls-optional", id="table of a public network"),
        pytest.param(["smtpd_tls_auth_only=yes", "smtpd_client_restrictions="
                      "check_client_access inline:{ {10.9 = OK} }, permit_sasl_authenticated, reject"],
                     "starttls-required", id="table of a private network"),
        pytest.param(["smtpd_tls_auth_only=yes", "smtpd_sender_restrictions="
                      "check_sender_access inline:{ {a@example.com = OK} }, reject"],
                     "starttls-optional", id="a sender that anybody can claim"),
        pytest.param(["smtpd_tls_auth_only=yes", "smtpd_client_restrictions="
                      "reject_rbl_client rbl.example, reject_unknown_client_hostname"],
                     "starttls-optional", id="block lists let others through"),
    ],
)  # fmt: skip
def test_restrictions_decide_the_mode(more: list[str], expected: str | None) -> None:
    assert server(BASE + MAY + SASL, submission(*more)).tls == expected


LISTS = ("client", "helo", "sender", "relay", "recipient")


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize(
    "refusal", ["reject", "check_sender_access static:REJECT", "no_such_restriction"]
)
def test_a_login_does_not_help_where_every_recipient_is_refused(kind: str, refusal: str) -> None:
    name = f"smtpd_{kind}_restrictions"
    if kind in ("relay", "recipient"):
        # smtpd dies where neither of these lists could refuse to relay.
        refusal = f"{refusal}, reject_unauth_destination"
    found = server(BASE + MAY + SASL + f"{name} = {refusal}\n", SMTP)
    first, *_between, last = found.causes["usable"]
    assert (found.usable, last.name) == (False, name)
    assert first.text == "every recipient is refused, after a login too"


def test_the_list_is_blamed_that_a_login_does_not_get_past() -> None:
    lists = ["smtpd_client_restrictions=reject",
             "smtpd_relay_restrictions=permit_sasl_authenticated, reject"]  # fmt: skip
    found = server(BASE + SASL + "smtpd_tls_security_level = encrypt\n", submission(*lists))
    assert found.usable is False
    assert found.causes["usable"][-1].name == "smtpd_client_restrictions"


@pytest.mark.parametrize("kind", LISTS)
def test_a_login_does_not_help_who_comes_from_elsewhere(kind: str) -> None:
    name = f"smtpd_{kind}_restrictions"
    found = server(BASE + MAY + SASL + f"{name} = permit_mynetworks, reject\n", SMTP)
    assert (found.usable, found.requires) == (True, ("trusted-network",))


@pytest.mark.parametrize("kind", LISTS)
def test_a_login_helps_where_a_list_permits_it(kind: str) -> None:
    name = f"smtpd_{kind}_restrictions"
    found = server(BASE + MAY + SASL + f"{name} = permit_sasl_authenticated, reject\n", SMTP)
    assert (found.usable, found.requires) == (True, ())


@pytest.mark.parametrize(
    ("main", "reason"),
    [
        pytest.param("smtpd_client_restrictions = reject\n", "every recipient is refused",
                     id="refused"),
        pytest.param(SASL + "smtpd_tls_auth_only = yes\nsmtpd_relay_restrictions = "
                     "permit_sasl_authenticated, reject\n",
                     "no login is possible, and without one every recipient is refused",
                     id="no login"),
        pytest.param("smtpd_tls_security_level = encrypt\nsmtpd_tls_chain_files =\n",
                     "there is no certificate", id="no certificate"),
        pytest.param("smtpd_tls_security_level = encrypt\nsmtpd_discard_ehlo_keywords = starttls\n",
                     "STARTTLS is demanded and not offered", id="no STARTTLS"),
        pytest.param("smtpd_tls_security_level = encrypt\nsmtpd_tls_mandatory_protocols = SSLv3\n",
                     "no TLS version is left", id="no version"),
        pytest.param(SASL + "smtpd_sasl_security_options = noanonymous, noplaintext\n",
                     "smtpd dies: no SASL mechanism is left", id="no mechanism"),
        pytest.param("smtpd_client_restrictions = reject\nsmtpd_delay_reject = no\n",
                     "every connection is refused", id="no connection"),
        pytest.param("smtpd_tls_auth_only = true\n",
                     "smtpd dies: bad boolean value: smtpd_tls_auth_only = true", id="boolean"),
    ],
)  # fmt: skip
def test_what_serves_nobody_says_why(main: str, reason: str) -> None:
    found = server(BASE + main, SMTP)
    assert found.usable is False
    assert found.causes["usable"][0].text == reason


def test_who_cannot_see_starttls_gets_nothing_done_where_tls_is_demanded() -> None:
    table = "smtpd_discard_ehlo_keyword_address_maps = cidr:/etc/postfix/discard\n"
    found = read(BASE + "smtpd_tls_security_level = encrypt\n" + table, SMTP,
                 files={"/etc/postfix/discard": "10.9.8.0/24 starttls\n"})  # fmt: skip
    (endpoint,) = servers(found).values()
    assert endpoint.exceptions == (("10.9.8.0/24", "usable", False),)
    assert endpoint.causes["exceptions"][-1].name == "smtpd_discard_ehlo_keyword_address_maps"


UNKNOWN = [
    ("check_client_access hash:/elsewhere/clients", "check_client_access hash:/elsewhere/clients"),
    ("check_client_access ldap:/etc/clients.cf", "check_client_access ldap:/etc/clients.cf"),
    ("check_policy_service inet:127.0.0.1:10031", "check_policy_service inet:127.0.0.1:10031"),
]


@pytest.mark.parametrize(("spec", "decides"), UNKNOWN)
def test_an_unknown_check_in_a_class_that_refuses_the_rest(spec: str, decides: str) -> None:
    main = f"smtpd_restriction_classes = ours\nours = {spec}, reject\n"
    listed = ["smtpd_client_restrictions=ours", "smtpd_tls_auth_only=yes"]
    assert server(BASE.replace(", 10.9.8.0/24", "") + main, submission(*listed)).undecided[
        "usable"
    ] == (decides,)


@pytest.mark.parametrize(("spec", "decides"), UNKNOWN)
def test_an_unknown_check_matters_only_where_it_would_let_in(spec: str, decides: str) -> None:
    before = [f"smtpd_client_restrictions={spec}, permit_sasl_authenticated, reject",
              "smtpd_tls_auth_only=yes"]  # fmt: skip
    assert server(BASE + MAY + SASL, submission(*before)).undecided["tls"] == (decides,)
    assert server(BASE + MAY, f"{SMTP}  -o {{ smtpd_client_restrictions={spec} }}\n").tls == (
        "starttls-optional"
    )


@pytest.mark.parametrize(
    ("main", "master", "expected"),
    [
        pytest.param(MAY, SMTP, (), id="nothing"),
        pytest.param("smtpd_upstream_proxy_protocol = haproxy\n", SMTP, ("proxy-protocol",),
                     id="proxy"),
        pytest.param("smtpd_tls_req_ccert = yes\nsmtpd_tls_security_level = encrypt\n", SMTP,
                     ("client-certificate",), id="certificate"),
        pytest.param("smtpd_tls_req_ccert = yes\n" + MAY, SMTP, (), id="certificate with may"),
        pytest.param(MAY + "smtpd_tls_ask_ccert = yes\nrelay_clientcerts = hash:/certs\n",
                     submission("smtpd_client_restrictions=permit_tls_clientcerts, reject"),
                     ("client-certificate",), id="certificate by restriction"),
        pytest.param("smtpd_client_restrictions = permit_mynetworks, reject\n", SMTP,
                     ("trusted-network",), id="network"),
    ],
)  # fmt: skip
def test_requires(main: str, master: str, expected: tuple[str, ...]) -> None:
    found = server(BASE + main, master)
    assert (found.requires, found.usable) == (expected, True)


def test_trusted_networks_become_exceptions() -> None:
    master = submission("smtpd_tls_auth_only=yes",
                        "smtpd_client_restrictions=permit_mynetworks, permit_sasl_authenticated, reject",
                        )  # fmt: skip
    assert server(BASE + MAY + SASL, master).exceptions == (
        ("10.9.8.0/24", "tls", "starttls-optional"),
        ("127.0.0.0/8", "tls", "starttls-optional"),
        ("::1/128", "tls", "starttls-optional"),
    )


@pytest.mark.parametrize(
    ("clients", "expected"),
    [
        pytest.param("10.0.0.0/8 REJECT", [], id="refused"),
        pytest.param("10.9.0.0/16 OK, 10.0.0.0/8 REJECT", [], id="one within them is not"),
        pytest.param("10.9.0.0/16 REJECT, 10.0.0.0/8 OK", [], id="one within is refused alone"),
    ],
)
def test_networks_that_get_nothing_see_nothing_else(clients: str, expected: list[Any]) -> None:
    rules = "".join(f" {{ {one} }}" for one in clients.split(", "))
    main = f"smtpd_client_restrictions = check_client_access cidr:{{{rules} }}\n"
    assert list(server(BASE + MAY + main).exceptions or ()) == expected


def test_networks_within_those_that_get_nothing_are_compared_with_the_others() -> None:
    main = """\
smtpd_client_restrictions = check_client_access cidr:{ {10.9.0.0/16 OK} {10.0.0.0/8 REJECT} }
smtpd_discard_ehlo_keyword_address_maps = cidr:{ {10.9.0.0/16 starttls} }
"""
    assert server(BASE + MAY + main).exceptions == (
        ("10.9.0.0/16", "tls", "none"), ("10.9.0.0/16", "tls_works", None),
    )  # fmt: skip


def test_a_dead_listener_for_loopback_shows_the_host_nothing() -> None:
    master = (
        submission("smtpd_tls_security_level=may") + "127.0.0.1:587 inet n - n - - smtpd -o x\n"
    )
    found = servers(read(BASE, master))
    assert found["127.0.0.1:587/inet"].usable is False
    assert found["submission/inet"].exceptions == ()


def test_a_listener_for_loopback_is_what_the_host_meets() -> None:
    master = submission("smtpd_tls_security_level=encrypt") + "127.0.0.1:587 inet n - n - - smtpd\n"
    found = servers(read(BASE, master))["submission/inet"]
    assert ("127.0.0.1/32", "tls", "none") in (found.exceptions or ())


@pytest.mark.parametrize(
    ("main", "tags"),
    [
        pytest.param(MAY + SASL, {"auth-optional"}, id="open"),
        pytest.param(MAY + SASL + "smtpd_client_restrictions = permit_sasl_authenticated, reject\n",
                     set(), id="login"),
        pytest.param(MAY + SASL + "smtpd_client_restrictions = permit_mynetworks, reject\n", set(),
                     id="networks"),
        pytest.param(MAY + SASL + "smtpd_client_restrictions = permit_mynetworks, reject\n"
                     "mynetworks = 127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128\n", set(),
                     id="networks as Debian has them"),
    ],
)  # fmt: skip
def test_mail_without_a_login(main: str, tags: set[str]) -> None:
    assert server(BASE + main, SUBMISSION).tags == tags


EVERYBODY = "mynetworks = 0.0.0.0/0\n"


@pytest.mark.parametrize(
    ("main", "blamed"),
    [
        pytest.param(EVERYBODY, "mynetworks", id="everybody"),
        pytest.param("mynetworks = 10.0.0.0/8, ::/0\n", "mynetworks", id="everybody by IPv6"),
        pytest.param("mynetworks = 0.0.0.0/1, 128.0.0.0/1\n", "mynetworks", id="two halves"),
        pytest.param("mynetworks = !192.0.2.0/24, 0.0.0.0/0\n", "mynetworks", id="but for some"),
        pytest.param("all = 0.0.0.0/0\nmynetworks = 127.0.0.0/8 $all\n", "all", id="by reference"),
        pytest.param(EVERYBODY + "smtpd_tls_security_level = encrypt\n", "mynetworks", id="with TLS"),
        pytest.param("smtpd_relay_restrictions = check_client_access static:OK, reject\n",
                     "smtpd_relay_restrictions", id="a list"),
        pytest.param("smtpd_relay_restrictions = check_sender_access inline:{{example.com=OK}}, reject\n",
                     "smtpd_relay_restrictions", id="whoever claims a sender"),
        pytest.param(EVERYBODY + "smtpd_recipient_restrictions = check_policy_service "
                     "unix:private/p, reject_unknown_recipient_domain\n", "mynetworks", id="checks"),
    ],
)  # fmt: skip
def test_an_open_relay(main: str, blamed: str) -> None:
    found = server(BASE.replace("mynetworks", "none") + main, SMTP)
    assert "open-relay" in found.tags
    assert [one.name for one in found.causes["open-relay"] if one.place is not None][-1] == blamed


@pytest.mark.parametrize(
    ("main", "master"),
    [
        pytest.param("", SMTP, id="usual"),
        pytest.param("mynetworks = 203.0.113.0/24, 9.0.0.0/8, 2001:db8::/32\n", SMTP, id="public"),
        pytest.param(EVERYBODY + "smtpd_relay_restrictions = reject_unauth_destination\n", SMTP,
                     id="refused before"),
        pytest.param(EVERYBODY + "smtpd_recipient_restrictions = reject_unauth_destination\n", SMTP,
                     id="refused by the other list"),
        pytest.param(EVERYBODY + "smtpd_client_restrictions = reject\n", SMTP, id="unusable"),
        pytest.param(EVERYBODY, "127.0.0.1:25 inet n - n - - smtpd\n", id="loopback"),
        pytest.param(EVERYBODY, SMTP + "  -o mynetworks=127.0.0.0/8\n", id="taken back"),
        pytest.param(EVERYBODY + "default_transport = error:no mail leaves\n", SMTP, id="no delivery"),
        pytest.param("smtpd_relay_restrictions = check_recipient_access "
                     "inline:{{example.net = OK}}, reject_unauth_destination\n", SMTP, id="a domain"),
        pytest.param("smtpd_relay_restrictions = check_client_access "
                     "cidr:{{198.51.100.0/24 OK}}, reject_unauth_destination\n", SMTP, id="a client"),
        pytest.param(EVERYBODY + "smtpd_tls_security_level = encrypt\nsmtpd_tls_req_ccert = yes\n",
                     SMTP, id="with a certificate"),
    ],
)  # fmt: skip
def test_no_open_relay(main: str, master: str) -> None:
    found = server(BASE.replace("mynetworks", "none" if "mynetworks" in main else "mynetworks")
                   + main, master)  # fmt: skip
    assert "open-relay" not in found.tags


@pytest.mark.parametrize(
    "main",
    [
        pytest.param(EVERYBODY + "smtpd_relay_restrictions = <list>\n", id="a list"),
        pytest.param(EVERYBODY + "smtpd_relay_restrictions = <list>, permit\n", id="its beginning"),
        pytest.param("mynetworks =\ncompatibility_level = <level>\n", id="what decides a default"),
    ],
)
def test_what_is_not_known_may_refuse_mail_to_others(main: str) -> None:
    found = server(template("main.cf", main + MAY), SMTP)
    assert "open-relay" not in found.tags
    assert found.usable is True
