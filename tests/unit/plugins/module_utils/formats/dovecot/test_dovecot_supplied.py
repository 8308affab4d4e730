"""Files that are not here: what is open of them, and what is said all the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import engine
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import Report
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.options import Options
from ansible_collections.mailwarden.policy.plugins.module_utils.formats.dovecot import packaged
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource

from mailwarden import cli

TLS = "ssl = yes\nssl_cert = </etc/ssl/a.crt\nssl_key = </etc/ssl/a.key\n"
CLEAR = "disable_plaintext_auth = no\n"
PROVEN = f"protocols = imap\nauth_mechanisms = plain\n{TLS}{CLEAR}"
PROTOCOLS = "!include_try /usr/share/dovecot/protocols.d/*.protocol\n"
EVERY_PACKAGE = "the package of every protocol is installed"
LEFT_OUT = "conf.d/10-ssl.conf is not here"
# What Debian installs, without its comments.
DEBIAN = f"{PROTOCOLS}dict {{\n}}\n!include conf.d/*.conf\n!include_try local.conf\n"


def report(files: dict[str, str]) -> Report:
    """The report on a repository with one Dovecot 2.3."""
    source = MemorySource({path: text.encode() for path, text in files.items()})
    options = Options(programs={"dovecot": "2.3.21"}, fixes=False)
    return engine.check(source, Policy.default(), sorted(files), options)


def cleartext(files: dict[str, str]) -> set[tuple[str, tuple[str, ...]]]:
    """How sure it is that passwords cross in clear, and on what that rests."""
    return {
        (one.confidence, tuple(sorted(one.rests_on)))
        for one in report(files).findings
        if one.rule == "cleartext-auth"
    }


@pytest.mark.parametrize("name", sorted(packaged.QUIET))
def test_a_file_of_a_package_that_changes_no_endpoint_leaves_nothing_open(name: str) -> None:
    for path in (name, f"conf.d/{name}", f"/etc/dovecot/conf.d/{name}"):
        files = {"dovecot.conf": f"{PROVEN}!include {path}\n"}
        assert cleartext(files) == {("certain", ())}
        assert not [one for one in report(files).findings if one.rule == "undecided"]


LIKELY = [
    pytest.param(
        {"dovecot.conf": f"{PROVEN}!include /srv/mail.conf\n"},
        ("/srv/mail.conf is not here",),
        id="an include",
    ),
    pytest.param(
        {"dovecot.conf": f"{PROVEN}!include_try /srv/mail.d/*.conf\n"},
        ("/srv/mail.d/*.conf matches no file here",),
        id="a glob without files",
    ),
    pytest.param(
        {"dovecot.conf": f"{PROVEN}!include conf.d/*.conf\n"},
        ("conf.d/*.conf matches no file here",),
        id="the whole conf.d",
    ),
    pytest.param(
        {"dovecot.conf": f"{PROVEN}!include auth-custom.conf.ext\n"},
        ("auth-custom.conf.ext is not here",),
        id="a file of no package",
    ),
    pytest.param(
        {"dovecot.conf": PROVEN.replace("protocols = imap\n", "")},
        ("the build of Dovecot is upstream's",),
        id="the build",
    ),
    pytest.param(
        {"dovecot.conf": PROTOCOLS + PROVEN.replace("protocols = imap\n", "")},
        (EVERY_PACKAGE,),
        id="the packages of Debian that are installed",
    ),
    pytest.param(
        {"dovecot.conf": DEBIAN, "conf.d/10-auth.conf": CLEAR},
        (EVERY_PACKAGE,),
        id="Debian's files but the one that is changed",
    ),
    pytest.param(
        {"dovecot.conf": DEBIAN, "conf.d/10-auth.conf": CLEAR, "conf.d/10-ssl.conf": TLS},
        (EVERY_PACKAGE,),
        id="and the one about TLS",
    ),
]


@pytest.mark.parametrize(("files", "rests_on"), LIKELY)
def test_a_proven_cleartext_login_is_likely(
    files: dict[str, str], rests_on: tuple[str, ...]
) -> None:
    assert cleartext(files) == {("likely", rests_on)}


@pytest.mark.parametrize(("files", "rests_on"), LIKELY)
def test_a_proven_cleartext_login_counts(
    files: dict[str, str], rests_on: tuple[str, ...], tmp_path: Path
) -> None:
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    assert cli.main(["lint", "--program", "dovecot=2.3", str(tmp_path)]) == 1


def test_whether_tls_is_required_may_stand_in_a_file_that_is_not_here() -> None:
    """Fedora's 10-ssl.conf says ssl = required."""
    upstream = {"dovecot.conf": "!include conf.d/*.conf\nprotocols = imap\n"}
    assert cleartext({**upstream, "conf.d/10-auth.conf": CLEAR}) == {("possible", (LEFT_OUT,))}
    said = {**upstream, "conf.d/10-auth.conf": CLEAR, "conf.d/99-local.conf": TLS}
    assert cleartext(said) == {("certain", ())}


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"dovecot.conf": DEBIAN}, id="without conf.d"),
        pytest.param(
            {"dovecot.conf": DEBIAN, "conf.d/10-auth.conf": "auth_mechanisms = plain login\n"},
            id="with a part of it",
        ),
        pytest.param(
            {
                "dovecot.conf": "!include conf.d/*.conf\nprotocols = imap\n",
                "conf.d/99-local.conf": "mail_location = maildir:~/Maildir\n",
            },
            id="beside files of its own",
        ),
    ],
)
def test_it_is_not_said_that_a_certificate_is_missing(files: dict[str, str]) -> None:
    found = report(files).findings
    assert {one.rule for one in found} == {"undecided"}
    deciders = {one.decider for one in found}
    assert deciders & {"conf.d/*.conf", "conf.d/10-ssl.conf"}


def test_on_a_host_nothing_is_left_out() -> None:
    """There every file can be read: what is not there is not there."""
    files = {
        "/etc/dovecot/dovecot.conf": "protocols = imap\n!include conf.d/*.conf\n",
        "/etc/dovecot/conf.d/10-auth.conf": CLEAR,
    }
    assert "tls-broken" in {one.rule for one in report(files).findings}


@pytest.mark.parametrize("path", ["config/dovecot.cf", "dovecot/conf.d/99-local.conf"])
def test_an_override_leaves_open_what_its_base_decides(path: str) -> None:
    """Nothing tells what stands in the base, nor whether the base reads it at all."""
    assert {confidence for confidence, _rests_on in cleartext({path: TLS + CLEAR})} == {"possible"}
    deciders = {one.decider for one in report({path: TLS + CLEAR}).findings}
    assert f"dovecot.conf that includes {path}" in deciders


def test_an_override_that_says_little_is_no_reason_for_a_finding() -> None:
    """What an override does not say, its base does: a certificate, the protocols, the listeners."""
    found = report({"config/dovecot.cf": "mail_max_userip_connections = 50\n"}).findings
    assert {one.rule for one in found} == {"undecided"}
