"""Configurations with which people got stuck, each with the right answer.

The files are those of public reports, made small, with other names: ``tests/fixtures/cases/NN``. A
row says what has to be found there, rule, severity, place and words of the reason, and which rules
must not speak at all.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import engine
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import (
    Finding,
    Report,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.options import Options
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.source.folder import FolderSource

CASES = Path(__file__).resolve().parents[1] / "fixtures/cases"
# What no format reads; a folder's other files are named.
OF_NO_FORMAT = ("tls_policy", "compose.yaml", "postfix-master.cf")
MAIN, MASTER = "etc/postfix/main.cf", "etc/postfix/master.cf"


class Said(NamedTuple):
    """One finding: ``words`` stand in its message or in its cause, ``fixed`` in its fix's title."""

    rule: str
    severity: str
    place: str
    words: tuple[str, ...] = ()
    fixed: str = ""


class Case(NamedTuple):
    """What is said of a case; ``silent`` are rules that have nothing to say there."""

    number: str
    source: str
    said: tuple[Said, ...]
    silent: tuple[str, ...] = ()
    # How many lines have an error.
    errors: int = 1


ROWS = (
    Case(
        "03",
        "BigRedS/postfixadmin-installer #53, servisys/ispconfig_setup #337: a commented head",
        (
            Said(
                "setting-ineffective", "error", f"{MASTER}:3",
                ("submission is commented out", "port 25 demands TLS and a login",
                 "nothing listens on port 587"),
                "uncomment the line of the service submission",
            ),
        ),
        silent=("endpoint-unusable", "relay-starttls-required"),
    ),
    Case(
        "06",
        "docker-mailserver #2601, oblien/openship PR #423: a content filter inherits wrappermode",
        (
            Said(
                "endpoint-unusable", "error", f"{MASTER}:5",
                ("127.0.0.1:10024", "smtp_tls_wrappermode needs level encrypt", "level is none"),
                "content_filter: smtp_tls_wrappermode=no",
            ),
        ),
        silent=("starttls-missing", "implicit-tls-missing", "cleartext-auth"),
    ),
    Case(
        "07",
        "r-raymond/nixos-mailserver PR #14: a comment behind a value is part of the value",
        (
            Said(
                "endpoint-unusable", "error", f"{MAIN}:11",
                ("bad boolean value", "smtpd_tls_auth_only"),
                "the comment on a line of its own",
            ),
        ),
        silent=("cleartext-auth", "syntax-error"),
    ),
    Case(
        "10",
        "EFForg/starttls-everywhere #20, PR #23: a list within an attribute of a policy",
        (
            Said(
                "endpoint-unusable", "error", "etc/postfix/tls_policy:1",
                ("!SSLv3 is no attribute", "protocols=!SSLv2:!SSLv3"),
                "protocols=!SSLv2:!SSLv3",
            ),
        ),
        silent=("starttls-optional", "undecided"),
    ),
    Case(
        "11",
        "docker-mailserver #718, #3866, #4058: a PROXY line expected of every smtpd",
        (Said("setting-ineffective", "warning", f"{MAIN}:12", ("127.0.0.1:10025", "PROXY")),),
        silent=("endpoint-unusable", "starttls-missing", "cleartext-auth"),
        errors=0,
    ),
    Case(
        "13",
        "modoboa/modoboa #1777: settings of main.cf in master.cf",
        (
            Said(
                "syntax-error", "error", f"{MASTER}:26",
                ("bad transport type: =", "settings belong in main.cf"),
            ),
        ),
        silent=("endpoint-unusable", "tls-version-weak", "submission-auth-optional"),
        errors=2,
    ),
    Case(
        "26",
        "thunderbird/autoconfig PR #60: STARTSSL is no socketType, and the entry is passed over",
        (
            Said(
                "setting-ineffective", "warning", "ispdb/example.org.xml:17",
                ("passes over this entry", "socketType", "STARTSSL"), "STARTTLS",
            ),
        ),
        silent=("starttls-missing", "cleartext-auth", "undecided"),
        errors=0,
    ),
    Case(
        "33",
        "Oefenweb/ansible-postfix PR #80: the second equal sign is part of the value",
        (
            Said(
                "endpoint-unusable", "error", f"{MAIN}:11", ("invalid TLS level: = may",),
                # The second equal sign hides that a password would cross in clear.
                "smtp_tls_security_level=encrypt",
            ),
        ),
        silent=("starttls-optional", "syntax-error"),
    ),
    Case(
        "36",
        "linode/docs PR #279: Dovecot 2.3 wants < before a certificate's path",
        (
            Said(
                "endpoint-unusable", "error", "etc/dovecot/dovecot.conf:3",
                ("port 993", "ssl_cert without <"),
                "ssl_cert = </etc/ssl/certs/ssl-cert-snakeoil.pem",
            ),
        ),
        silent=("cleartext-auth", "undecided", "starttls-missing"),
    ),
    Case(
        "15",
        "docker-mailserver #1942, #4334: a relay on 465 is what postfix-main.cf makes of it",
        (
            Said("undecided", "note", "mailserver.env:3", ("config/postfix-main.cf decides tls",)),
            Said("cleartext-auth", "error", "config/dovecot.cf:1", ("disable_plaintext_auth",)),
        ),
        silent=("syntax-error", "implicit-tls-missing"),
    ),
    Case(
        "43",
        "prometheus/alertmanager #980, #4507: STARTTLS within TLS, and no STARTTLS at all",
        (
            Said(
                "endpoint-unusable", "error", "alertmanager/alertmanager.yml:6",
                ("before 0.31", "STARTTLS once more"),
            ),
            Said(
                "starttls-missing", "error", "alertmanager/alertmanager.yml:12",
                ("no TLS at all", "require_tls: false"), "insist on STARTTLS",
            ),
        ),
        silent=("implicit-tls-missing", "certificate-unverified"),
        errors=2,
    ),
    Case(
        "45",
        "go-gitea/gitea #28335, #17033: TLS from the first byte on 587",
        (
            Said(
                "implicit-tls-unexpected", "error", "gitea/app.ini:4", ("PROTOCOL = smtps",),
                "dial 465",
            ),
        ),
        silent=("starttls-optional", "cleartext-auth", "undecided"),
    ),
)  # fmt: skip
IDS = [row.number for row in ROWS]


def _report(number: str) -> Report:
    folder = CASES / number
    paths = sorted(str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file())
    known = [path for path in paths if not path.endswith(OF_NO_FORMAT)]
    return engine.check(FolderSource(str(folder)), Policy.default(), known, Options())


def _text(finding: Finding) -> str:
    return "\n".join((finding.message, *(one.text for one in finding.cause)))


def _title(finding: Finding) -> str:
    return finding.fix.title if finding.fix is not None else ""


def _fits(finding: Finding, said: Said) -> bool:
    place = f"{finding.place.path}:{finding.place.line}"
    return (
        (finding.rule, finding.severity, place) == said[:3]
        and all(word in _text(finding) for word in said.words)
        and said.fixed in _title(finding)
    )


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_what_is_said(row: Case) -> None:
    findings = _report(row.number).findings
    for said in row.said:
        assert any(_fits(one, said) for one in findings), (said, findings)


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_nothing_else_is_wrong(row: Case) -> None:
    findings = _report(row.number).findings
    assert not {one.rule for one in findings} & set(row.silent)
    wrong = {(one.place.path, one.place.line) for one in findings if one.severity == "error"}
    assert len(wrong) == row.errors


def test_every_case_has_a_row() -> None:
    assert {path.name for path in CASES.iterdir()} == {row.number for row in ROWS}
