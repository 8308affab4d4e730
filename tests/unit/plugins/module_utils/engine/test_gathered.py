"""One cause, one finding: what is joined, what is said of it, who speaks, in which order."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import engine
from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import CLIENT, SERVER
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import (
    CONFIDENCES,
    Finding,
    Report,
    Suppression,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.gathered import (
    NAMED,
    chained,
    joined,
    ordered,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.options import Options
from ansible_collections.mailwarden.policy.plugins.module_utils.policy.given import load
from ansible_collections.mailwarden.policy.plugins.module_utils.report import as_data
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource
from ansible_collections.mailwarden.policy.plugins.module_utils.text.place import Place

TAKES = " takes passwords before TLS"


def at(line: int, path: str = "main.cf") -> Place:
    return Place(path, line, 1, line, 9, line * 10, line * 10 + 8)


def about(subject: str, rest: str = TAKES, line: int = 1, **differs: Any) -> Finding:
    """A finding about one endpoint, whose id is its subject."""
    values = {"rule": "cleartext-auth", "severity": "error", "confidence": "certain", **differs}
    finding = Finding(
        values["rule"], values["severity"], values["confidence"], subject + rest, at(line),
        endpoints=(subject,), unit=values.get("unit", "u"), when=values.get("when", ()),
        rests_on=values.get("rests_on", ()),
    )  # fmt: skip
    finding.subject, finding.side = subject, values.get("side", SERVER)
    finding.suppressed = values.get("suppressed")
    if "wants" in values:
        finding.wants = {subject: values["wants"]}
    return finding


def remark(message: str) -> Finding:
    """A finding about a setting, which no endpoint has."""
    return Finding("setting-ineffective", "warning", "certain", message, at(1), unit="u")


# What keeps two findings apart.
APART: dict[str, dict[str, Any]] = {
    "another rule": {"rule": "tls-broken"},
    "another severity": {"severity": "warning"},
    "less sure": {"confidence": "likely"},
    "it rests on something": {"rests_on": ("x is not here",)},
    "elsewhere": {"line": 2},
    "another unit": {"unit": "v"},
    "suppressed": {"suppressed": Suppression("why", "main.cf", 1)},
    "only under a condition": {"when": ("x = yes",)},
}


@pytest.mark.parametrize(
    ("found", "messages"),
    [
        pytest.param([about("port 25")], ["port 25" + TAKES], id="one"),
        pytest.param(
            [about("port 25"), about("port 587")],
            ["each of ports 25 and 587" + TAKES],
            id="two ports",
        ),
        pytest.param(
            [about("port 25"), about("port 465"), about("port 587")],
            ["each of ports 25, 465 and 587" + TAKES],
            id="three ports",
        ),
        pytest.param(
            [about("port 25"), about("port 25")], ["port 25" + TAKES], id="two addresses of a port"
        ),
        pytest.param(
            [about("a.example:587"), about("port 25")],
            ["each of a.example:587 and port 25" + TAKES],
            id="a client and a server",
        ),
        pytest.param(
            [about(f"port {number}") for number in range(NAMED)],
            ["each of ports 0, 1, 2, 3, 4 and 5" + TAKES],
            id="as many as are named",
        ),
        pytest.param(
            [about(f"port {number}") for number in range(100)],
            ["each of ports 0, 1, 2, 3, 4 and 95 more" + TAKES],
            id="more",
        ),
        pytest.param(
            [about("port 465", " is in plaintext"), about("port 993", " uses STARTTLS")],
            ["port 465 is in plaintext; port 993 uses STARTTLS"],
            id="each has its own sentence",
        ),
        pytest.param(
            [about("port 25", " is dead: x: y"), about("mail:25", " is not dialled: x: y")],
            ["port 25 is dead and mail:25 is not dialled: x: y"],
            id="two sentences for one reason",
        ),
        pytest.param(
            [about("port 25", " is dead: x"), about("mail:25", " is not dialled: y")],
            ["port 25 is dead: x; mail:25 is not dialled: y"],
            id="each has its own reason",
        ),
        pytest.param([remark("x"), remark("x")], ["x"], id="a setting of two alternatives"),
        pytest.param([remark("x"), remark("y")], ["x", "y"], id="two things of one setting"),
        *(
            pytest.param([about("port 25"), about("port 587", **other)], 2, id=name)
            for name, other in APART.items()
        ),
    ],
)
def test_what_is_one(found: list[Finding], messages: list[str] | int) -> None:
    endpoints = {name for one in found for name in one.endpoints}
    made = joined(found)
    if isinstance(messages, int):
        assert len(made) == messages
    else:
        assert [one.message for one in made] == messages
    assert {name for one in made for name in one.endpoints} == endpoints


def test_a_joined_finding_wants_for_each_endpoint_what_is_right_there() -> None:
    implicit, required = ("tls", "implicit"), ("tls", "starttls-required")
    (one,) = joined([about("port 465", wants=implicit), about("port 587", wants=required)])
    assert one.wants == {"port 465": implicit, "port 587": required}


@pytest.mark.parametrize(
    ("one", "other", "speaks"),
    [
        pytest.param({}, {}, True, id="both certain"),
        *(
            pytest.param(
                {"confidence": mine},
                {"confidence": yours},
                CONFIDENCES.index(mine) >= CONFIDENCES.index(yours),
                id=f"{mine} for {yours}",
            )
            for mine in CONFIDENCES
            for yours in CONFIDENCES
        ),
        pytest.param(
            {"confidence": "possible", "when": ("x = yes",)},
            {"confidence": "possible", "when": ("x = no",)},
            False,
            id="under another condition",
        ),
        pytest.param(
            {"confidence": "likely", "rests_on": ("a",)},
            {"confidence": "likely", "rests_on": ("a", "b")},
            True,
            id="rests on less",
        ),
        pytest.param(
            {"confidence": "likely", "rests_on": ("a", "b")},
            {"confidence": "likely", "rests_on": ("a",)},
            False,
            id="rests on more",
        ),
        pytest.param({"severity": "warning"}, {}, False, id="milder"),
        pytest.param({"unit": "v"}, {}, False, id="of another unit"),
    ],
)
def test_who_speaks(one: dict[str, Any], other: dict[str, Any], speaks: bool) -> None:
    first = about("port 25", rule="tls-broken", **one)
    second = about("port 25", rule="cleartext-auth", **other)
    kept = chained([second, first])
    assert [finding.rule for finding in kept] == (
        ["tls-broken"] if speaks else ["cleartext-auth", "tls-broken"]
    )
    assert first.also == (("cleartext-auth",) if speaks else ())


def test_what_one_endpoint_breaks_besides_is_listed_for_all() -> None:
    found = [
        about("port 25", rule="tls-broken"),
        about("port 587", rule="tls-broken"),
        about("port 587", rule="cleartext-auth", line=2),
    ]
    (one,) = joined(chained(found))
    assert (one.endpoints, one.also) == (("port 25", "port 587"), ("cleartext-auth",))


LESSER: dict[str, Any] = {"rule": "certificate-unverified", "severity": "warning"}
ERROR: dict[str, Any] = {"rule": "implicit-tls-missing"}


@pytest.mark.parametrize(
    ("found", "lines"),
    [
        pytest.param([about("a", line=3), about("b", line=1)], [1, 3], id="by lines"),
        pytest.param(
            [
                about("a", side=CLIENT, line=1, **LESSER),
                about("b", line=2),
                about("a", side=CLIENT, line=3, **ERROR),
                about("b", line=4),
            ],
            [2, 3, 1, 4],
            id="a client that gets no connection",
        ),
        pytest.param(
            [about("a", line=1, **LESSER), about("a", line=3, **ERROR)], [1, 3], id="a server"
        ),
        pytest.param(
            [about("a", side=CLIENT, line=1, **LESSER), about("a", side=CLIENT, line=3)],
            [1, 3],
            id="a client that gets one, and sends its password",
        ),
        pytest.param(
            [
                about("a", side=CLIENT, line=1, **LESSER),
                about("b", side=CLIENT, line=3, **ERROR),
                about("a", side=CLIENT, line=3, unit="v", **ERROR),
            ],
            [1, 3, 3],
            id="of another client",
        ),
        pytest.param(
            [
                about("a", side=CLIENT, line=5, **LESSER),
                about("a", side=CLIENT, line=3, **ERROR),
            ],
            [3, 5],
            id="it stands behind it anyway",
        ),
    ],
)
def test_order(found: list[Finding], lines: list[int]) -> None:
    assert [one.place.line for one in ordered(found)] == lines


DOVECOT = """\
protocols = imap pop3
ssl = yes
ssl_cert = </etc/ssl/a.crt
ssl_key = </etc/ssl/a.key
ssl_min_protocol = TLSv1.2
disable_plaintext_auth = no
"""


def judged(text: str, policy: dict[str, Any] | None = None) -> Report:
    options = Options(programs={"dovecot": "2.3.21"})
    source = MemorySource({"dovecot.conf": text.encode()})
    return engine.check(source, load(policy or {}), ["dovecot.conf"], options)


def endpoints(report: Report) -> list[tuple[str, ...]]:
    """The names of the endpoints of each finding about logins that is not suppressed."""
    return [
        tuple(name.rpartition("/")[2] for name in one.endpoints)
        for one in report.findings
        if one.rule == "cleartext-auth" and one.suppressed is None
    ]


def test_one_line_that_opens_two_ports_is_one_finding() -> None:
    report = judged(DOVECOT)
    (finding,) = report.findings
    assert endpoints(report) == [("imap", "pop3")]
    assert finding.message.startswith("each of ports 143 and 110 takes passwords before TLS")
    assert finding.fix is not None


@pytest.mark.parametrize(
    ("name", "left"),
    [("imap", [("pop3",)]), ("pop3", [("imap",)]), ("*", [])],
    ids=["one", "the other", "all"],
)
def test_an_ignore_of_one_endpoint_splits_it_off(name: str, left: list[tuple[str, ...]]) -> None:
    entry = {
        "path": "dovecot.conf",
        "rule": ["cleartext-auth", "starttls-optional"],
        "endpoint": f"dovecot:{name}-login/*",
        "reason": "old phones",
    }
    assert endpoints(judged(DOVECOT, {"ignore": [entry]})) == left


def test_a_fingerprint_does_not_hang_on_the_order_of_endpoints() -> None:
    def fingerprint(text: str) -> str:
        (finding,) = as_data(judged(text), "0")["findings"]
        return str(finding["fingerprint"])

    turned = DOVECOT.replace("imap pop3", "pop3 imap")
    assert fingerprint(DOVECOT) == fingerprint(turned)
    assert fingerprint(DOVECOT) != fingerprint(DOVECOT.replace("imap pop3", "imap"))
