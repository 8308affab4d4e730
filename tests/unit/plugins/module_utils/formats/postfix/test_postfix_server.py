# ruff: noqa: E501  tables whose rows read better on one line
"""What Postfix listens on, field by field: listeners, TLS, AUTH, certificates, restrictions."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import engine
from ansible_collections.mailwarden.policy.plugins.module_utils.formats import postfix
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import load
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Hole

from tests.support.postfix import (
    BASE,
    MAY,
    SASL,
    SMTP,
    SUBMISSION,
    alternatives,
    fields,
    holed,
    options,
    read,
    server,
    servers,
    smtps,
    source,
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
        pytest.param(["smtpd_tls_auth_only=yes", "smtpd_sender_restrictions="
                      "check_sender_access static:REJECT"], "starttls-required",
                     id="refusing table"),
        pytest.param(["smtpd_tls_auth_only=yes", "smtpd_sender_restrictions="
                      "no_such_restriction"], "starttls-required", id="unknown word"),
        pytest.param(["smtpd_tls_auth_only=yes", "smtpd_client_restrictions="
                      "reject_rbl_client rbl.example, reject_unknown_client_hostname"],
                     "starttls-optional", id="block lists let others through"),
    ],
)  # fmt: skip
def test_restrictions_decide_the_mode(more: list[str], expected: str | None) -> None:
    assert server(BASE + MAY + SASL, submission(*more)).tls == expected


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


@pytest.mark.parametrize(
    ("line", "blamed"),
    [
        pytest.param("smtpd_tls_security_level = required", "main.cf", id="level"),
        pytest.param("smtpd_tls_security_level = may # offered", "main.cf", id="comment"),
        pytest.param('smtpd_tls_security_level = "may"', "main.cf", id="quotes"),
        pytest.param("smtpd_tls_auth_only = true", "main.cf", id="boolean"),
        pytest.param("smtpd_upstream_proxy_protocol = haproxy2", "main.cf", id="proxy protocol"),
        pytest.param("smtpd_relay_restrictions =", "main.cf", id="nothing refuses"),
        pytest.param("smtpd_restriction_classes = mua", "main.cf", id="class without definition"),
        pytest.param("smtpd_client_restrictions = check_client_access pcre:{{/a$/ REJECT}}",
                     "main.cf", id="expression"),
    ],
)  # fmt: skip
def test_what_kills_the_service(line: str, blamed: str) -> None:
    found = server(BASE + line + "\n")
    assert fields(found, ("protocol", "tls", "auth", "usable", "requires")) == {
        "usable": False, "requires": (),
    }  # fmt: skip
    last = [one.place for one in found.causes["usable"] if one.place is not None][-1]
    assert (last.path, last.line) == (blamed, 6)


def test_options_kill_their_own_service_alone() -> None:
    found = servers(read(BASE + MAY, SMTP + SUBMISSION + "  -o a = b\n"))
    assert (found["smtp/inet"].usable, found["submission/inet"].usable) == (True, False)
    said, blamed = found["submission/inet"].causes["usable"]
    assert (said.place, blamed.text) == (None, "-o a")
    assert said.text == """smtpd dies: invalid "-o" value "a": missing '=' after the name"""


@pytest.mark.parametrize(
    ("main", "master", "expected"),
    [
        pytest.param(MAY, SMTP, "smtp", id="25"),
        pytest.param(MAY + SASL, SMTP, "smtp", id="25 with AUTH"),
        pytest.param("", submission(), "submission", id="587"),
        pytest.param("", "2525 inet n - n - - smtpd\n", "submission", id="2525"),
        pytest.param(MAY + SASL, "10587 inet n - n - - smtpd\n", "smtp", id="open to all"),
        pytest.param(MAY + SASL, "10587 inet n - n - - smtpd\n  -o smtpd_relay_restrictions="
                     "permit_sasl_authenticated,reject\n", "submission", id="asks for a login"),
    ],
)  # fmt: skip
def test_protocol(main: str, master: str, expected: str) -> None:
    assert server(BASE + main, master).protocol == expected


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


SCREEN = "smtp inet n - n - 1 postscreen\nsmtpd pass - - n - - smtpd\n"


@pytest.mark.parametrize(
    ("main", "master", "expected"),
    [
        pytest.param(MAY + SASL, SCREEN, ("starttls-optional", True, True), id="as smtpd behind"),
        pytest.param(MAY, SCREEN + "  -o smtpd_sasl_auth_enable=yes\n",
                     ("starttls-optional", True, True), id="options of the pass service"),
        pytest.param(MAY, SCREEN.replace("postscreen\n", "postscreen\n  -o smtpd_tls_wrappermode=yes\n"),
                     ("starttls-optional", False, True), id="wrappermode is ignored"),
        pytest.param(MAY, "smtp inet n - n - 1 postscreen\n", (None, None, False),
                     id="nothing behind"),
        pytest.param(MAY + "postscreen_tls_security_level = on\n", SCREEN, (None, None, False),
                     id="level that kills"),
    ],
)  # fmt: skip
def test_postscreen(main: str, master: str, expected: tuple[str | None, bool | None, bool]) -> None:
    found = server(BASE + main, master)
    assert (found.tls, found.auth, found.usable) == expected


def test_postscreen_without_main_cf_is_open() -> None:
    (found,) = servers(read(None, SCREEN)).values()
    assert {"usable", "tls", "auth", "cleartext_auth"} <= set(found.undecided)


def test_postscreen_behind_a_proxy() -> None:
    main = BASE + MAY + "postscreen_upstream_proxy_protocol = haproxy\n"
    assert server(main, SCREEN).requires == ("proxy-protocol",)


def test_main_cf_alone_has_the_shipped_listener_or_another() -> None:
    found = alternatives(BASE + MAY, None)
    assert [sorted(servers(one)) for _taken, one in found] == [["smtp/inet"], []]
    assert found[0][1].endpoints[0].place.path == "main.cf"
    assert [bool(one.opaque) for _taken, one in found] == [False, True]


def test_master_cf_alone_is_open_but_for_its_options() -> None:
    found = server(None, smtps("smtpd_tls_wrappermode=yes"))
    shown = fields(found, ("tls", "port", "protocol", "address", "tls_works"))
    missing = ("main.cf beside main.cf",)
    assert shown == {"tls": "implicit", "port": 465, "protocol": "submission", "address": missing,
                     "tls_works": missing}  # fmt: skip


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


@pytest.mark.parametrize(
    ("main", "master", "field", "expected"),
    [
        pytest.param(MAY, submission("smtpd_tls_security_level=encrypt"), "tls", ["master.cf:2"],
                     id="option"),
        pytest.param(MAY, SUBMISSION, "tls", ["main.cf:6"], id="main.cf"),
        pytest.param("level = may\n", submission("smtpd_tls_security_level=$level"), "tls",
                     ["master.cf:2", "main.cf:6"], id="reference"),
        pytest.param(MAY + SASL + "smtpd_tls_auth_only = no\n", SMTP, "cleartext_auth",
                     ["main.cf:6", "main.cf:7", "main.cf:4", "main.cf:8"], id="clear"),
        pytest.param("inet_interfaces = loopback-only\ninet_protocols = ipv4\n", SMTP, "address",
                     ["main.cf:6", "main.cf:7"], id="address"),
    ],
)  # fmt: skip
def test_causes(main: str, master: str, field: str, expected: list[str]) -> None:
    places = [one.place for one in server(BASE + main, master).causes[field]]
    assert [f"{one.path}:{one.line}" for one in places if one is not None] == expected


def test_two_branches_that_differ_in_port_and_mode() -> None:
    master = holed(
        "master.cf",
        SMTP,
        options(
            "tls",
            implicit="465 inet n - n - - smtpd\n  -o smtpd_tls_wrappermode=yes\n",
            starttls="587 inet n - n - - smtpd\n  -o smtpd_tls_security_level=encrypt\n",
        ),
    )
    found = [
        [(one.port, one.tls) for one in servers(reading).values()]
        for _taken, reading in alternatives(BASE, master)
    ]
    assert found == [[(25, "none"), (465, "implicit")], [(25, "none"), (587, "starttls-required")]]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param([Hole("x"), " inet n - n - - smtpd\n"], ("x",), id="name"),
        pytest.param(["4", Hole("x"), "5 inet n - n - - smtpd\n"], ("x",), id="half a number"),
    ],
)
def test_an_unknown_port_is_open(parts: list[str | Hole], expected: tuple[str, ...]) -> None:
    found = server(BASE + MAY, holed("master.cf", *parts))
    assert found.undecided["port"] == expected
    assert found.tls == "starttls-optional"


def test_half_a_number_with_known_branches() -> None:
    master = holed("master.cf", "4", options("x", six="6", four="4"), "5 inet n - n - - smtpd\n")
    found = alternatives(BASE, master)
    assert [one.port for _taken, reading in found for one in servers(reading).values()] == [
        465,
        445,
    ]


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param([SMTP, Hole("x"), "\n"], id="whole line"),
        pytest.param([SMTP, "submission ", Hole("x"), "\n"], id="most of a line"),
        pytest.param([SMTP, "587 ", Hole("x"), " n - n - - smtpd\n"], id="type"),
        pytest.param([SMTP, "587 inet n - n - - ", Hole("x"), "\n"], id="command"),
    ],
)
def test_what_may_be_a_service_is_opaque(parts: list[str | Hole]) -> None:
    reading = read(BASE, holed("master.cf", *parts))
    assert [name for name, _place in reading.opaque] == ["x"]
    assert list(servers(reading)) == ["smtp/inet"]


def test_options_of_a_hole_leave_their_service_open_and_no_other() -> None:
    master = holed("master.cf", SMTP, SUBMISSION, "  ", Hole("x"), "\n")
    found = servers(read(BASE + MAY, master))
    assert found["smtp/inet"].tls == "starttls-optional"
    assert found["submission/inet"].undecided["tls"] == ("x",)


@pytest.mark.parametrize(
    ("main", "master", "kind", "line"),
    [
        pytest.param(MAY + "smtpd_tls_security_level = none\n", SMTP, "setting-ineffective",
                     "main.cf:6", id="set twice"),
        pytest.param("", SUBMISSION + "  -o smtpd_tls_auth_only=yes -o smtpd_tls_auth_only=no\n",
                     "setting-ineffective", "master.cf:2", id="option twice"),
        pytest.param("", SMTP + "#submission inet n - n - - smtpd\n  -o smtpd_tls_auth_only=yes\n",
                     "setting-ineffective", "master.cf:3", id="left behind"),
        pytest.param("", SCREEN.replace("postscreen\n", "postscreen\n  -o smtpd_tls_wrappermode=yes\n"),
                     "setting-ineffective", "master.cf:2", id="postscreen"),
        pytest.param("smtpd_use_tls = yes\n", SMTP, "setting-deprecated", "main.cf:6", id="legacy"),
        pytest.param(MAY + "smtpd_use_tls = yes\n", SMTP, "setting-deprecated", "main.cf:7",
                     id="legacy as the level"),
        pytest.param(MAY + "smtpd_enforce_tls = yes\n", SMTP, "setting-ineffective", "main.cf:7",
                     id="legacy that asks for more"),
        pytest.param("smtpd_enforce_tls = yes\n" + MAY, SMTP + "  -o smtpd_tls_security_level=\n",
                     "setting-deprecated", "main.cf:6", id="legacy, the level taken away"),
        pytest.param(MAY, SUBMISSION + "  -o smtpd_enforce_tls=yes\n", "setting-ineffective",
                     "master.cf:2", id="legacy option"),
        pytest.param(MAY, SUBMISSION + "  -o smtpd_enforce_tls=yes -o smtpd_tls_security_level=\n",
                     "setting-deprecated", "master.cf:2", id="legacy option that counts"),
    ],
)  # fmt: skip
def test_remarks(main: str, master: str, kind: str, line: str) -> None:
    (remark,) = read(BASE + main, master, version="3.9").remarks
    place = remark.setting.place
    assert place is not None
    assert (remark.kind, f"{place.path}:{place.line}") == (kind, line)


@pytest.mark.parametrize("main", [MAY + MAY, "myhostname = a\nmyhostname = b\n"])
def test_what_is_no_remark(main: str) -> None:
    assert read(BASE + main).remarks == []


def test_legacy_parameters_are_given_up_from_3_9_on() -> None:
    assert read(BASE + "smtpd_use_tls = yes\n", version="3.8").remarks == []


@pytest.mark.parametrize(
    ("unread", "names"),
    [
        pytest.param("main", {"etc/main.cf, which is not read"}, id="main.cf"),
        pytest.param("master", {"etc/master.cf, which is not read"}, id="master.cf"),
    ],
)
def test_a_file_that_is_there_and_not_read_decides(unread: str, names: set[str]) -> None:
    files = {"etc/main.cf": BASE, "etc/master.cf": SMTP}
    files[f"etc/{unread}.cf"] = "{% if x %}\n"
    report = engine.check(source(files), load({}), list(files))
    assert [one.path for one in report.unread] == [f"etc/{unread}.cf"]
    assert {one.decider for one in report.findings if one.rule == "undecided"} == names


def test_additions_for_a_master_cf_elsewhere_are_no_errors() -> None:
    reading = read(BASE, "submission/inet/smtpd_tls_security_level=encrypt\nsmtp/inet/x = y\n")
    assert (reading.problems, servers(reading)) == ([], {})
    assert [name for name, _place in reading.opaque] == ["the master.cf that this is added to"]


@pytest.mark.parametrize(
    ("found", "beside", "expected"),
    [
        pytest.param({"a/main.cf": "main", "a/master.cf": "master"}, {},
                     [("a/main.cf", {"main": "a/main.cf", "master": "a/master.cf"})], id="pair"),
        pytest.param({"master.cf": "master"}, {}, [("master.cf", {"master": "master.cf"})], id="one"),
        pytest.param({"main.cf": "main"}, {"master.cf": SMTP},
                     [("main.cf", {"main": "main.cf", "master": "master.cf"})], id="one beside"),
        pytest.param({"x-main.cf": "main", "x-master.cf": "master", "main.cf": "main"}, {},
                     [("x-main.cf", {"main": "x-main.cf", "master": "x-master.cf"}),
                      ("main.cf", {"main": "main.cf"})], id="named"),
        pytest.param({"a/main.cf": "main", "b/master.cf": "master"}, {},
                     [("a/main.cf", {"main": "a/main.cf"}), ("b/master.cf", {"master": "b/master.cf"})],
                     id="folders"),
    ],
)  # fmt: skip
def test_units(
    found: dict[str, str], beside: dict[str, str], expected: list[tuple[str, dict[str, str]]]
) -> None:
    assert sorted(postfix.units(found, source(beside))) == sorted(expected)
