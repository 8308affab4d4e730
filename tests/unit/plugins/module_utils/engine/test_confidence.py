"""How sure a finding is, and on which supplied answers it rests."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import engine
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.confidence import sentence
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import Report
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.options import Options
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.policy.given import load
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource
from hypothesis import given, settings
from hypothesis import strategies as st

# Logins in clear on 143 that no setting but these decides.
CLEAR = """\
protocols = imap
ssl = yes
ssl_cert = </etc/ssl/a.crt
ssl_key = </etc/ssl/a.key
ssl_min_protocol = TLSv1.2
disable_plaintext_auth = no
"""
BUILD = "the build of Dovecot is upstream's"
INCLUDE = "!include_try /srv/{}\n"


def judged(text: str, path: str = "dovecot.conf") -> Report:
    """The report on one Dovecot 2.3 in a repository."""
    options = Options(programs={"dovecot": "2.3.21"}, fixes=False)
    source = MemorySource({path: text.encode()})
    return engine.check(source, Policy.default(), [path], options)


def without(name: str) -> str:
    """The settings but one."""
    return "".join(line for line in CLEAR.splitlines(True) if not line.startswith(name))


@pytest.mark.parametrize(
    ("text", "confidence", "rests_on"),
    [
        pytest.param(CLEAR, "certain", (), id="nothing is open"),
        pytest.param(
            CLEAR + INCLUDE.format("*.conf"),
            "likely",
            ("/srv/*.conf matches no file here",),
            id="a glob without files",
        ),
        pytest.param(
            INCLUDE.format("a.conf") + CLEAR + INCLUDE.format("b.conf"),
            "likely",
            ("/srv/a.conf is not here", "/srv/b.conf is not here"),
            id="two includes, before and behind",
        ),
        pytest.param(
            CLEAR + "protocol pop3 {\n" + INCLUDE.format("a.conf") + "}\n",
            "likely",
            ("/srv/a.conf is not here",),
            id="an include in a section: nobody knows that it closes it",
        ),
        pytest.param(without("protocols"), "likely", (BUILD,), id="the build"),
        pytest.param(
            without("protocols") + INCLUDE.format("a.conf"),
            "likely",
            (BUILD, "/srv/a.conf is not here"),
            id="both",
        ),
        pytest.param(
            without("ssl =") + "!include_try /etc/dovecot/conf.d/*.conf\n",
            "possible",
            ("/etc/dovecot/conf.d/*.conf matches no file here",),
            id="a default that what is not here could set",
        ),
        pytest.param(
            without("ssl =") + INCLUDE.format("a.conf"),
            "likely",
            ("/srv/a.conf is not here",),
            id="a default that nothing speaks against",
        ),
        pytest.param(
            CLEAR + "plugin {\n" + INCLUDE.format("a.conf") + "}\n",
            "certain",
            (),
            id="an include that sets nothing of this",
        ),
    ],
)
def test_how_sure(text: str, confidence: str, rests_on: tuple[str, ...]) -> None:
    found = [one for one in judged(text).findings if one.rule == "cleartext-auth"]
    at = {
        name: (one.confidence, set(one.rests_on), one.when)
        for one in found
        for name in one.endpoints
    }
    assert at["dovecot:imap-login/imap"] == (confidence, set(rests_on), ())


def test_what_stands_nowhere_is_not_said_of_what_is_elsewhere() -> None:
    """Debian's dovecot.conf with its conf.d elsewhere is not without a certificate."""
    report = judged("protocols = imap\n!include conf.d/*.conf\n")
    assert {one.rule for one in report.findings} == {"undecided"}


@pytest.mark.parametrize(
    ("include", "confidence", "rests_on"),
    [
        ("", "certain", ()),
        (INCLUDE.format("a.conf"), "likely", ("/srv/a.conf is not here",)),
    ],
    ids=["decided", "if nothing is included"],
)
def test_what_a_rule_says_that_sees_all_endpoints(
    include: str, confidence: str, rests_on: tuple[str, ...]
) -> None:
    alone = "service imap-login {\n  inet_listener imaps {\n    port = 0\n  }\n}\n"
    text = CLEAR.replace("auth = no", "auth = yes") + alone + include
    source = MemorySource({"dovecot.conf": text.encode()})
    policy = load({"profile": "strict", "programs": {"dovecot": "2.3.21"}})
    report = engine.check(source, policy, ["dovecot.conf"], Options(fixes=False))
    found = [one for one in report.findings if one.rule == "implicit-tls-preferred"]
    assert [(one.confidence, one.rests_on) for one in found] == [(confidence, rests_on)]


# What a file that is not here may hold, harmless and not.
WORDS = (
    "ssl = yes", "ssl = no", "ssl = required", "disable_plaintext_auth = no",
    "disable_plaintext_auth = yes", "protocols = imap", "protocols = pop3", "protocols =",
    "auth_mechanisms = plain", "auth_mechanisms = cram-md5", "ssl_min_protocol = TLSv1",
    "ssl_cert = </etc/ssl/a.crt", "ssl_key = </etc/ssl/a.key", "listen = 127.0.0.1",
    "login_trusted_networks = 0.0.0.0/0", "mail_location = maildir:~/Maildir",
    "service imap-login {\n  inet_listener imap {\n    port = 0\n  }\n}",
    "service imap-login {\n  inet_listener imaps {\n    ssl = no\n  }\n}",
    "protocol imap {\n  ssl = no\n}", "remote 10.0.0.0/8 {\n  disable_plaintext_auth = no\n}",
)  # fmt: skip
LINES = st.lists(st.sampled_from(WORDS), max_size=6)


def findings(lines: list[str], included: list[str] | None) -> dict[tuple[str, str], str]:
    """How sure each rule is about each endpoint; ``None``: the include is not here."""
    files = {"dovecot.conf": "\n".join([*lines, ""])}
    if included is not None:
        files["mail.conf"] = "\n".join([*included, ""])
    source = MemorySource({path: text.encode() for path, text in files.items()})
    policy = load({"programs": {"dovecot": "2.3.21"}})
    report = engine.check(source, policy, ["dovecot.conf"], Options(fixes=False))
    return {
        (rule, name): one.confidence
        for one in report.findings
        if one.severity != "note"
        for rule in (one.rule, *one.also)
        for name in one.endpoints
    }


@settings(deadline=None)
@given(LINES, LINES, st.integers(0, 6))
def test_certain_and_likely_keep_their_word(lines: list[str], included: list[str], at: int) -> None:
    """What is certain holds whatever is included; what is likely holds if nothing is."""
    # Without these nothing is said, for what every server needs is taken to be said elsewhere.
    needed = ["protocols = imap", "ssl_cert = </etc/ssl/a.crt", "ssl_key = </etc/ssl/a.key"]
    lines = [*needed, *lines]
    lines.insert(at + 1, "!include mail.conf")
    said = findings(lines, None)
    empty, full = findings(lines, []), findings(lines, included)
    for what, confidence in said.items():
        if confidence == "certain":
            assert full.get(what) == "certain"
        if confidence in ("certain", "likely"):
            assert empty.get(what) == "certain"


LOGIN_ONLY = (
    " -o smtpd_sasl_auth_enable=yes\n"
    " -o smtpd_client_restrictions=permit_sasl_authenticated,reject\n"
)


@pytest.mark.parametrize(
    ("service", "said"),
    [
        pytest.param("smtp", set(), id="the level of a main.cf elsewhere decides"),
        pytest.param(
            "smtp|smtpd_tls_security_level=none",
            {("relay-starttls-missing", "likely")},
            id="the level is here",
        ),
        pytest.param(
            "smtps|" + LOGIN_ONLY,
            {("implicit-tls-missing", "likely")},
            id="whatever it says of TLS and logins",
        ),
        pytest.param(
            "submission|smtpd_tls_security_level=none|" + LOGIN_ONLY,
            {("starttls-missing", "likely")},
            id="with auth_only = yes nobody could log in: no such main.cf is supposed",
        ),
        pytest.param(
            "submission|smtpd_tls_security_level=encrypt|" + LOGIN_ONLY, set(), id="right"
        ),
        pytest.param(
            "submission|smtpd_tls_security_level=may|" + LOGIN_ONLY, set(), id="auth_only"
        ),
    ],
)
def test_what_a_main_cf_elsewhere_is_only_supposed_to_say(
    service: str, said: set[tuple[str, str]]
) -> None:
    name, *options = service.split("|")
    lines = [one if one.endswith("\n") else f" -o {one}\n" for one in options]
    master = f"{name} inet n - n - - smtpd\n{''.join(lines)}"
    source = MemorySource({"master.cf": master.encode()})
    found = engine.check(source, Policy.default(), ["master.cf"], Options(fixes=False))
    loud = [one for one in found.findings if one.rule != "undecided"]
    assert {(one.rule, one.confidence) for one in loud} == said


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        (["port 465 is lost"], "port 465 is lost"),
        (["port 465 is lost", "port 465 is lost"], "port 465 is lost"),
        (["port 465 is lost", "port 587 is lost"], "port 465 or 587 is lost"),
        (["it insists: bad", "it leaves open: bad"], "it insists or leaves open: bad"),
        (["a b", "a b c"], "a b or b c"),
        (["a", ""], "a"),
        (["p 1", "p 2", "p 3", "p 4"], "p 1 or 2 or 3 or …"),
    ],
)
def test_a_message_holds_in_all_alternatives(messages: list[str], expected: str) -> None:
    assert sentence(messages) == expected
