# ruff: noqa: E501  tables whose rows read better on one line
"""What Postfix serves: what kills a service, postscreen, one file alone, causes, holes, units."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import engine
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.options import Options
from ansible_collections.mailwarden.policy.plugins.module_utils.formats import postfix
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.policy.given import load
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Hole
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import Assumptions

from tests.support.holed import either, holed
from tests.support.postfix import (
    BASE,
    MAY,
    SASL,
    SMTP,
    SUBMISSION,
    alternatives,
    fields,
    read,
    server,
    servers,
    smtps,
    source,
    submission,
    unit,
)


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
    assert shown == {"tls": "implicit", "port": 465, "protocol": "submission", "address": "",
                     "tls_works": missing}  # fmt: skip
    untaken = postfix.read(unit(None, SMTP), source(), Assumptions({}, taking=False))
    assert servers(untaken)["smtp/inet"].undecided["address"] == missing


LOGIN = "  -o smtpd_sasl_auth_enable=yes\n  -o smtpd_client_restrictions=permit_sasl_authenticated,reject\n"


def said_of_master_alone(master: str) -> dict[str, str]:
    """The errors that count by rule and line, with their confidence."""
    source = MemorySource({"postfix/master.cf": master.encode()})
    found = engine.check(source, Policy.default(), ["postfix/master.cf"], Options())
    return {f"{one.rule}:{one.place.line}": one.confidence for one in found.findings
            if one.severity == "error" and one.confidence != "possible"}  # fmt: skip


@pytest.mark.parametrize(
    ("master", "expected"),
    [
        pytest.param(smtps("smtpd_tls_wrappermode=no"), "implicit-tls-missing:2", id="wrappermode=no"),
        pytest.param(smtps(), "implicit-tls-missing:1", id="no wrappermode"),
        pytest.param(SUBMISSION + "  -o smtpd_tls_security_level=may\n  -o smtpd_tls_auth_only=no\n" + LOGIN,
                     "cleartext-auth:3", id="passwords in clear"),
        pytest.param(SUBMISSION + "  -o smtpd_tls_security_level=may\n  -o smtpd_tls_auth_only=no\n",
                     "starttls-optional:2", id="optional"),
        pytest.param(SUBMISSION + "  -o smtpd_tls_security_level=none\n", "starttls-missing:2", id="none"),
    ],
)  # fmt: skip
def test_what_the_options_of_a_master_cf_alone_say_is_likely(master: str, expected: str) -> None:
    assert said_of_master_alone(master) == {expected: "likely"}


@pytest.mark.parametrize(
    "master",
    [
        pytest.param(SMTP, id="25 alone"),
        pytest.param(SUBMISSION, id="587 without options"),
        pytest.param(SUBMISSION + "  -o smtpd_tls_security_level=encrypt\n" + LOGIN, id="587"),
        pytest.param(smtps("smtpd_tls_wrappermode=yes") + LOGIN, id="465"),
        pytest.param("127.0.0.1:10025 inet n - n - - smtpd\n  -o smtpd_tls_security_level=none\n",
                     id="reinjection"),
        pytest.param(SCREEN, id="postscreen"),
    ],
)  # fmt: skip
def test_what_no_option_says_is_open(master: str) -> None:
    assert said_of_master_alone(master) == {}


def test_what_hangs_on_the_options_alone_is_certain() -> None:
    master = SUBMISSION + "  -o smtpd_tls_wrappermode=yes\n"
    assert said_of_master_alone(master) == {"implicit-tls-unexpected:2": "certain"}


def test_what_a_finding_about_a_master_cf_alone_rests_on() -> None:
    files = MemorySource({"postfix/master.cf": smtps("smtpd_tls_wrappermode=no").encode()})
    found = engine.check(files, Policy.default(), ["postfix/master.cf"], Options())
    (finding,) = (one for one in found.findings if one.rule == "implicit-tls-missing")
    assert [words.startswith("main.cf leaves inet_interfaces") for words in finding.rests_on] == [
        True
    ]


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
        pytest.param(MAY + SASL, submission("smtpd_tls_security_level=may"), "cleartext_auth",
                     ["main.cf:7", "main.cf:4", "master.cf:2"], id="clear, by an option"),
        pytest.param(MAY + SASL, submission("smtpd_tls_wrappermode=no"), "cleartext_auth",
                     ["master.cf:2", "main.cf:6", "main.cf:7", "main.cf:4"],
                     id="clear, beside an option that takes nothing away"),
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
        either(
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


@pytest.mark.parametrize(
    ("parts", "decided", "field"),
    [
        pytest.param(["10.0.0.1:", Hole("x")], ("10.0.0.1", None), "port", id="port"),
        pytest.param(["[::1]:", Hole("x")], ("::1", None), "port", id="port behind a bracket"),
        pytest.param([Hole("x"), ":587"], (None, 587), "address", id="address"),
    ],
)
def test_the_other_half_of_a_service_is_known(
    parts: list[str | Hole], decided: tuple[object, object], field: str
) -> None:
    found = server(BASE + MAY, holed("master.cf", *parts, " inet n - n - - smtpd\n"))
    assert (found.address, found.port) == decided
    assert found.undecided[field] == ("x",)


def test_half_a_number_with_known_branches() -> None:
    master = holed("master.cf", "4", either("x", six="6", four="4"), "5 inet n - n - - smtpd\n")
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
        pytest.param("smtpd_banner = x\n \n# y\n\tsmtpd_tls_security_level = may\n", SMTP,
                     "setting-ineffective", "main.cf:9", id="swallowed"),
        pytest.param("smtpd_banner =\n  mynetworks=0.0.0.0/0\n", SMTP,
                     "setting-ineffective", "main.cf:7", id="swallowed by an empty value"),
        pytest.param("smtpd_upstream_proxy_protocol = haproxy\n",
                     SMTP + "127.0.0.1:10025 inet n - n - - smtpd\n  -o content_filter=\n",
                     "setting-ineffective", "main.cf:6", id="proxy protocol of a filter's port"),
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


@pytest.mark.parametrize(
    "main",
    [
        MAY + MAY,
        "myhostname = a\nmyhostname = b\n",
        "smtpd_milters = { inet:127.0.0.1:1,\n  connect_timeout = 10s }\n",
        "import_environment = MAIL_CONFIG\n  TZ=UTC\n  LANG = C\n",
        "debugger_command =\n  PATH=/bin:/usr/bin; export PATH; gdb\n",
        "smtpd_client_restrictions =\n  check_client_access inline:{ {a = b} },\n"
        "# smtpd_helo_required = yes\n  permit\n",
    ],
)
def test_what_is_no_remark(main: str) -> None:
    assert read(BASE + main).remarks == []


REINJECTION = "127.0.0.1:10025 inet n - n - - smtpd\n"


@pytest.mark.parametrize(
    ("main", "master"),
    [
        pytest.param("smtpd_upstream_proxy_protocol = haproxy\n", SMTP + REINJECTION,
                     id="a port of the host that no filter is known to use"),
        pytest.param("smtpd_upstream_proxy_protocol = haproxy\n",
                     SMTP + REINJECTION + "  -o content_filter=\n  -o smtpd_upstream_proxy_protocol=\n",
                     id="taken back"),
        pytest.param("", SMTP + "  -o smtpd_upstream_proxy_protocol=haproxy\n" + REINJECTION
                     + "  -o content_filter=\n", id="of one service"),
    ],
)  # fmt: skip
def test_who_sends_a_proxy_line(main: str, master: str) -> None:
    assert read(BASE + main, master).remarks == []


LEFT = SMTP + "#submission inet n - n - - smtpd\n"


@pytest.mark.parametrize(
    ("master", "severity", "words"),
    [
        pytest.param(LEFT + "  -o syslog_name=x\n", "", ("its option acts on smtp/inet",), id="a name"),
        pytest.param(LEFT + "  -o syslog_name=x\n  -o smtpd_tls_security_level=encrypt\n", "error",
                     ("its 2 options act", "port 25 demands TLS, which other servers lack",
                      "nothing listens on port 587"), id="TLS"),
        pytest.param(LEFT + "  -o smtpd_tls_security_level=encrypt\n  -o smtpd_sasl_auth_enable=yes\n"
                     "  -o smtpd_client_restrictions=permit_sasl_authenticated,reject\n", "error",
                     ("port 25 demands TLS and a login", "nothing listens on port 587"), id="login"),
        pytest.param(LEFT.replace("submission", "smtps") + "  -o smtpd_tls_wrappermode=yes\n", "error",
                     ("TLS from the first byte", "nothing listens on port 465"), id="wrappermode"),
        pytest.param("dnsblog unix - - n - 0 dnsblog\n#submission inet n - n - - smtpd\n"
                     "  -o smtpd_tls_security_level=encrypt\n" + SMTP, "error",
                     ("acts on dnsblog/unix", "nothing listens on port 587"), id="no port above"),
        pytest.param(LEFT + "  -o smtpd_sasl_auth_enable=yes\n" + SUBMISSION, "error",
                     ("its option acts on smtp/inet above it",), id="served all the same"),
    ],
)  # fmt: skip
def test_what_a_commented_head_leads_to(master: str, severity: str, words: tuple[str, ...]) -> None:
    remarks = read(BASE + MAY, master).remarks
    (remark,) = (one for one in remarks if "commented out" in one.message)
    assert remark.severity == severity
    assert [word for word in words if word not in remark.message] == []


REFUSED = [
    pytest.param("", SMTP + "-o smtpd_tls_security_level=encrypt\n" + SUBMISSION, id="option"),
    pytest.param("", SMTP + SUBMISSION + "smtpd_use_tls = yes\n", id="setting in master.cf"),
    pytest.param("smtpd_tls_auth_only\n", SMTP + SUBMISSION, id="no value in main.cf"),
]


@pytest.mark.parametrize(("main", "master"), REFUSED)
def test_no_port_is_served_where_the_master_does_not_start(main: str, master: str) -> None:
    reading = read(BASE + MAY + main, master + "smtp unix - - n - - smtp\n")
    assert [one.usable for one in reading.endpoints] == [False] * 3


@pytest.mark.parametrize(("main", "master"), REFUSED)
def test_one_line_speaks_for_all_that_it_takes_along(main: str, master: str) -> None:
    files = {"main.cf": (BASE + MAY + main).encode(), "master.cf": master.encode()}
    found = engine.check(MemorySource(files), Policy.default(), list(files), Options())
    (finding,) = (one for one in found.findings if one.severity == "error")
    assert (finding.rule, finding.also) == ("syntax-error", ("endpoint-unusable",))
    assert {"postfix:smtp/inet", "postfix:submission/inet"} <= set(finding.endpoints)


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
