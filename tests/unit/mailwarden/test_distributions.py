"""Distributions as data: against the packages, and by what a peer of a fresh host sees."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import engine
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import Report
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.options import Options
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy

from mailwarden import distributions
from mailwarden.distributions import Distribution, Shipped, Signs, debian
from tests.support.checkout import ROOT

RECORDS = ROOT / "tests/fixtures/distributions"
ANY, LOOPBACK = ("",), ("127.0.0.1", "::1")
MAY, NONE, REQUIRED, IMPLICIT = (
    "starttls-optional",
    "none",
    "starttls-required",
    "implicit",
)
Seen = set[tuple[str, str | None, int | None, str | None]]
Listeners = set[tuple[str, int | None, str | None]]

# Where port 25 listens, its TLS, and that of the client for the mail exchangers of others. Sources:
# installations of Debian's Postfix 3.5, 3.7 and 3.10 and the recipes that the data names; the
# client's default is opportunistic TLS from compatibility level 3.11 on (postconf(5)).
POSTFIX: dict[str, tuple[tuple[str, ...], str, str]] = {
    "debian": (ANY, MAY, MAY),
    "ubuntu": (ANY, MAY, MAY),
    "rhel": (LOOPBACK, MAY, MAY),
    "fedora": (LOOPBACK, MAY, MAY),
    "alpine-3.22": (ANY, NONE, NONE),
    "alpine-3.23": (ANY, NONE, NONE),
    "alpine-3.24": (ANY, NONE, MAY),
    "arch": (ANY, NONE, MAY),
    "opensuse": (ANY, NONE, NONE),
    "freebsd": (ANY, NONE, MAY),
}
IMAP: Listeners = {("imap-login/imap", 143, REQUIRED), ("imap-login/imaps", 993, IMPLICIT)}
POP3: Listeners = {("pop3-login/pop3", 110, REQUIRED), ("pop3-login/pop3s", 995, IMPLICIT)}
SIEVE: Listeners = {("managesieve-login/sieve", 4190, REQUIRED)}
DEPRECATED: Listeners = {("managesieve-login/sieve_deprecated", 2000, REQUIRED)}
# Without a relay host it serves nobody, so that nothing shows its mode before TLS.
SUBMISSION: Listeners = {("submission-login/submission", 587, None)}
SUBMISSIONS: Listeners = {("submission-login/submissions", 465, IMPLICIT)}
# The packages of Dovecot, and what listens then: all of them, or some.
DOVECOT: list[tuple[str, tuple[str, ...], Listeners]] = [
    ("debian-12", ("dovecot-core",), set()),
    ("debian-12", ("dovecot-core", "dovecot-imapd"), IMAP),
    ("debian-12", ("dovecot-core", "dovecot-imapd", "dovecot-lmtpd"), IMAP),
    ("debian-12", ("dovecot-core", "dovecot-pop3d"), POP3),
    ("debian-12", ("dovecot-core", "dovecot-managesieved"), SIEVE),
    ("debian-13", ("dovecot-core",), set()),
    ("debian-13", ("dovecot-core", "dovecot-imapd"), IMAP),
    ("debian-13", ("dovecot-core", "dovecot-submissiond"), SUBMISSION | SUBMISSIONS),
    ("debian-13", ("dovecot-core", "dovecot-managesieved"), SIEVE | DEPRECATED),
    ("rhel-8", (), IMAP | POP3),
    ("rhel-9", (), IMAP | POP3),
    ("rhel-10", (), IMAP | POP3),
    ("fedora-42", (), IMAP | POP3),
    *(
        (name, (), IMAP | POP3 | SIEVE | SUBMISSION)
        for name in ("debian-11", "debian-12", "ubuntu-20.04", "ubuntu-22.04", "ubuntu-24.04")
    ),
    *(
        (name, (), IMAP | POP3 | SIEVE | DEPRECATED | SUBMISSION | SUBMISSIONS)
        for name in ("debian-13", "ubuntu-26.04")
    ),
]
# What is right to say of a fresh host: TLS 1.0 is the default of Dovecot before 2.3.16, an SMTP
# server without TLS, and submission without a relay host.
DOCUMENTED = {
    "tls-version-weak": ("debian-11", "ubuntu-20.04"),
    "relay-starttls-missing": ("alpine", "arch", "opensuse", "freebsd"),
    "endpoint-unusable": ("debian", "ubuntu"),
}
BEGIN = ("main.cf", "master.cf", "dovecot.conf")


def checked(distribution: Distribution, *packages: str) -> Report:
    """What the engine makes of a fresh host."""
    files = distribution.installed(packages or distribution.packages)
    paths = [path for path in files if path.endswith(BEGIN)]
    options = Options(programs=distribution.versions, facts=distribution.facts, fixes=False)
    return engine.check(Shipped(distribution, *packages), Policy.default(), paths, options)


def of(name: str, table: dict[str, Any]) -> Any:
    """The row of a release, or of its distribution."""
    return table.get(name, table.get(name.partition("-")[0]))


@pytest.mark.parametrize("name", distributions.names())
def test_postfix_listens_on_port_25_alone(name: str) -> None:
    distribution = distributions.get(name)
    if "postfix" not in distribution.packages:
        assert "postfix" not in distribution.versions
        return
    report = checked(distribution, "postfix")
    addresses, server, client = of(name, POSTFIX)
    seen: Seen = {
        (shown.endpoint.side, shown.endpoint.address, shown.endpoint.port, shown.endpoint.tls)
        for _unit, shown in report.endpoints
    }
    expected: Seen = {("server", address, 25, server) for address in addresses}
    assert seen == expected | {("client", None, 25, client)}
    assert not any(shown.endpoint.auth for _unit, shown in report.endpoints)


@pytest.mark.parametrize(("name", "packages", "listens"), DOVECOT)
def test_dovecot_listens_on_what_its_packages_bring(
    name: str, packages: tuple[str, ...], listens: Listeners
) -> None:
    distribution = distributions.get(name)
    every = tuple(one for one in distribution.packages if one.startswith("dovecot"))
    report = checked(distribution, *(packages or every))
    endpoints = [shown.endpoint for _unit, shown in report.endpoints]
    assert {(one.name, one.port, one.tls) for one in endpoints} == listens
    assert {one.cleartext_auth for one in endpoints} <= {False}


def test_each_dovecot_with_files_has_a_row() -> None:
    whole = {name for name, packages, _listens in DOVECOT if not packages}
    assert whole == {
        name for name in distributions.names()
        if any(path.endswith("dovecot.conf") for path in distributions.get(name).files)
    }  # fmt: skip


@pytest.mark.parametrize("name", distributions.names())
def test_everything_is_read_and_nothing_undocumented_is_said(name: str) -> None:
    report = checked(distributions.get(name))
    assert not report.unread
    for finding in report.findings:
        assert name.startswith(DOCUMENTED[finding.rule]), finding.message
    # What a question of the package decides is no endpoint of the default.
    assert not [finding for finding in report.findings if "debconf" in finding.message]


@pytest.mark.parametrize("name", distributions.names())
def test_files_hold_settings_alone(name: str) -> None:
    distribution = distributions.get(name)
    assert distribution.evidence.keys() == distribution.versions.keys()
    assert distribution.unsure.keys() <= distribution.files.keys()
    for path, text in distribution.files.items():
        assert path.startswith("/")
        assert not text or text.endswith("\n")
        assert not [line for line in text.splitlines() if line.lstrip().startswith("#")]


def upstream(version: str) -> str:
    """``2.3.19.1`` of ``1:2.3.19.1+dfsg1-2.1+deb12u7``."""
    return version.rpartition(":")[2].partition("-")[0].partition("+")[0]


@pytest.mark.parametrize("path", sorted(RECORDS.glob("*.json")), ids=lambda path: path.stem)
def test_debian_and_ubuntu_are_as_their_packages(path: Any) -> None:
    record = json.loads(path.read_text())
    distribution = distributions.get(path.stem)
    settings = {
        package: {name: "".join(f"{line}\n" for line in lines) for name, lines in files.items()}
        for package, files in record["settings"].items()
    }
    postfix = settings.pop("postfix")
    release = debian.BY_NAME[path.stem]
    share = "/usr/share/postfix/"
    assert release.main_cf == postfix[f"{share}main.cf.debian"] + postfix[f"{share}main.cf.tls"]
    assert distribution.files["/etc/postfix/master.cf"] == postfix[f"{share}master.cf.dist"]
    commented = "".join(f"{line}\n" for line in record["commented"])
    assert distribution.commented == {debian.MASTER_CF: commented}
    # Files for a dictionary or a database are left out.
    for files in settings.values():
        for name in [name for name in files if name.startswith("/etc/dovecot/dovecot-")]:
            del files[name]
    assert {name: distribution.packages[name] for name in settings} == settings
    versions = {name: upstream(version) for name, version in record["versions"].items()}
    assert distribution.versions == {
        "postfix": versions["postfix"],
        "dovecot": versions["dovecot-core"],
        "msmtp": versions["msmtp"],
    }


def test_each_release_of_debian_and_ubuntu_has_a_record() -> None:
    assert {path.stem for path in RECORDS.glob("*.json")} == debian.BY_NAME.keys()


TYPE = "postfix/main_mailer_type"
# Source: installations of 3.5.25, 3.7.11 and 3.10.13 with each answer.
CHOICES: list[tuple[dict[str, str], dict[str, str | None]]] = [
    ({}, {"inet_interfaces": "all", "relayhost": "", "default_transport": None}),
    ({TYPE: "Internet Site"}, {"inet_interfaces": "all", "relayhost": ""}),
    (
        {TYPE: "Internet with smarthost", "postfix/relayhost": "[mx.example.net]:587"},
        {"inet_interfaces": "all", "relayhost": "[mx.example.net]:587"},
    ),
    ({TYPE: "Internet with smarthost"}, {"relayhost": "@RELAYHOST@"}),
    (
        {TYPE: "Satellite system"},
        {"inet_interfaces": "loopback-only", "relayhost": "@RELAYHOST@", "relay_transport": None},
    ),
    (
        {TYPE: "Local only"},
        {
            "inet_interfaces": "loopback-only",
            "relayhost": "",
            "default_transport": "error",
            "relay_transport": "error",
        },
    ),
    ({"postfix/mynetworks": "10.0.0.0/8"}, {"mynetworks": "10.0.0.0/8"}),
    ({"postfix/protocols": "ipv4"}, {"inet_protocols": "ipv4"}),
]


@pytest.mark.parametrize("name", debian.BY_NAME)
@pytest.mark.parametrize(("answers", "settings"), CHOICES)
def test_answers_decide_main_cf(
    name: str, answers: dict[str, str], settings: dict[str, str | None]
) -> None:
    lines = distributions.answered(name, answers).files[debian.MAIN_CF].splitlines()
    pairs = [(line.partition("=")[0].strip(), line.partition("=")[2].strip()) for line in lines]
    assert len(dict(pairs)) == len(pairs), "a setting stands there twice"
    assert {key: dict(pairs).get(key) for key in settings} == settings


@pytest.mark.parametrize("name", debian.BY_NAME)
def test_no_configuration_leaves_no_main_cf(name: str) -> None:
    files = distributions.answered(name, {TYPE: debian.NO_CONFIGURATION}).packages["postfix"]
    assert list(files) == ["/etc/postfix/master.cf"]


def test_what_an_answer_decides_is_open_by_its_name() -> None:
    report = checked(distributions.answered("debian-13", {TYPE: "Satellite system"}), "postfix")
    clients = [shown.endpoint for _unit, shown in report.endpoints if shown.endpoint.port is None]
    assert [one.undecided["host"] for one in clients] == [("debconf postfix/relayhost",)]


def test_only_ubuntu_leaves_open_whether_main_cf_is_there() -> None:
    unsure = {name for name in debian.BY_NAME if distributions.get(name).unsure}
    assert unsure == {name for name in debian.BY_NAME if name.startswith("ubuntu")}
    assert not distributions.answered("ubuntu-24.04", {TYPE: "Internet Site"}).unsure


def signs(**kinds: str) -> Signs:
    """Signs, each kind as words in a string."""
    return Signs(**{kind: frozenset(names.split()) for kind, names in kinds.items()})


DEBIAN = tuple(name for name in distributions.names() if name.startswith("debian"))
UBUNTU = tuple(name for name in distributions.names() if name.startswith("ubuntu"))
RHEL = tuple(name for name in distributions.names() if name.startswith("rhel"))
FEDORA = tuple(name for name in distributions.names() if name.startswith("fedora"))
ALPINE = tuple(name for name in distributions.names() if name.startswith("alpine"))


@pytest.mark.parametrize(
    ("shown", "fit"),
    [
        pytest.param({}, distributions.names(), id="nothing"),
        pytest.param({"packages": "postfix mailx", "managers": "package"}, distributions.names(),
                     id="what says nothing"),
        pytest.param({"packages": "postfix libsasl2-modules"}, DEBIAN + UBUNTU, id="a package"),
        pytest.param({"managers": "ansible.builtin.apt"}, DEBIAN + UBUNTU, id="a manager"),
        pytest.param({"services": "exim4"}, DEBIAN + UBUNTU, id="a service"),
        pytest.param({"paths": "/etc/pki/tls/certs/ca-bundle.crt"}, RHEL + FEDORA, id="a path"),
        pytest.param({"paths": "/etc/pki/tlsx"}, distributions.names(), id="a longer name"),
        pytest.param({"paths": "/usr/local/etc/postfix/main.cf"}, ("freebsd",), id="FreeBSD"),
        pytest.param({"families": "Suse"}, ("opensuse-tumbleweed",), id="a family"),
        pytest.param({"packages": "cyrus-sasl-plain"}, (*RHEL, *FEDORA, "opensuse-tumbleweed"),
                     id="a sign of two"),
        pytest.param({"packages": "cyrus-sasl-plain", "managers": "dnf"}, RHEL + FEDORA,
                     id="a sign of two, explained by another"),
        pytest.param({"managers": "apt dnf"}, DEBIAN + UBUNTU + RHEL + FEDORA, id="two families"),
        pytest.param({"releases": "debian:12"}, ("debian-12",), id="an image"),
        pytest.param({"releases": "noble", "managers": "apt"}, ("ubuntu-24.04",), id="a codename"),
        pytest.param({"releases": "rockylinux:9 trixie"}, ("debian-13", "rhel-9"), id="two images"),
        pytest.param({"releases": "bookworm", "managers": "apk"}, ("debian-12", *ALPINE),
                     id="an image of one family"),
    ],
)  # fmt: skip
def test_guess_gives_all_that_fit(shown: dict[str, str], fit: tuple[str, ...]) -> None:
    assert distributions.guess(signs(**shown)) == list(fit)


@pytest.mark.parametrize("name", distributions.names())
def test_its_own_signs_fit_each(name: str) -> None:
    own = distributions.get(name).signs
    assert name in distributions.guess(own)
    assert own.releases
    assert distributions.guess(Signs(releases=frozenset((name,)))) == [name]
