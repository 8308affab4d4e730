"""Files that bear a configuration's name with something before or behind it."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import catalogue, engine
from ansible_collections.mailwarden.policy.plugins.module_utils.catalogue import endings
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.options import Options
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.policy.given import load
from ansible_collections.mailwarden.policy.plugins.module_utils.source import HEAD
from ansible_collections.mailwarden.policy.plugins.module_utils.source.folder import FolderSource
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource

MAIN = "# web1\nmyhostname = web1.example.org\nsmtpd_tls_security_level = may\n"
ADDED = "smtpd_sasl_type = dovecot\nslow_destination_recipient_limit = 1\n"
MASTER = "# web1\nsmtp inet n - n - - smtpd\n  -o smtpd_tls_security_level=may\n"
POSTCONF_P = "submission/inet/smtpd_upstream_proxy_protocol=haproxy\n"
DOVECOT = "protocols = imap\nservice imap-login {\n  inet_listener imap {\n    port = 0\n  }\n}\n"
LOGROTATE = "/var/log/dovecot.log {\n  weekly\n}\n"
FAIL2BAN = "[Definition]\nfailregex = ^auth$\n"
LIGHTTPD = '$SERVER["socket"] == ":443" {\n  ssl.engine = "enable"\n}\n'
MSMTP = "# mine\naccount a\nhost h\n"
AUTOCONFIG = '<?xml version="1.0"?>\n<clientConfig version="1.1"/>\n'
JINJA = MAIN + "relayhost = {{ relay }}\n"
TABLE = "user = mail\npassword = x\nhosts = db\nquery = SELECT 1\n"


@pytest.mark.parametrize(
    ("path", "content", "kind"),
    [
        pytest.param("main.cf.web1", MAIN, ("postfix", "main"), id="a host behind"),
        pytest.param("main.cf.a.example.org", MAIN, ("postfix", "main"), id="its whole name"),
        pytest.param("main.cf.mail.company.in", MAIN, ("postfix", "main"), id="in India"),
        pytest.param("main.cf.example.com", MAIN, ("postfix", "main"), id="of an example"),
        pytest.param("main.cf/main.cf.web1", MAIN, ("postfix", "main"), id="in a folder so called"),
        pytest.param("web1-main.cf", MAIN, ("postfix", "main"), id="a host before"),
        pytest.param("web1.example.org_main.cf", MAIN, ("postfix", "main"), id="with a line"),
        pytest.param("etc_postfix_main.cf", MAIN, ("postfix", "main"), id="a path as a name"),
        pytest.param("postfix-main.cf", MAIN, ("postfix", "override"), id="docker-mailserver's"),
        pytest.param(
            "postfix-main.cf", "alias_maps =\n" + MAIN, ("postfix", "main"), id="a whole one"
        ),
        pytest.param("main.cf.dovecot", ADDED, ("postfix", "override"), id="a piece"),
        pytest.param("files/master.cf.web1", MASTER, ("postfix", "master"), id="a master.cf"),
        pytest.param("web1-master.cf", MASTER, ("postfix", "master"), id="a host's master.cf"),
        pytest.param("etc_postfix_master.cf", MASTER, ("postfix", "master"), id="its path"),
        pytest.param("postfix-master.cf", MASTER, ("postfix", "master"), id="a program's"),
        pytest.param("web1-dovecot.conf", DOVECOT, ("dovecot", "main"), id="Dovecot's"),
        pytest.param("dovecot.conf.web1", DOVECOT, ("dovecot", "main"), id="Dovecot's, behind"),
        pytest.param("dovecot.cf", "ssl = no\n", ("dovecot", "part"), id="its part"),
        pytest.param(
            "etc_dovecot_conf.d_10-ssl.conf", "ssl = no\n", ("dovecot", "part"), id="a part's path"
        ),
        pytest.param("mail/10-ssl.conf", "ssl = no\n", ("dovecot", "part"), id="a part anywhere"),
        pytest.param("conf/x-autoconfig.xml", AUTOCONFIG, ("autoconfig", "config"), id="served as"),
        pytest.param("msmtprc.work", MSMTP, ("msmtp", "config"), id="msmtp's"),
        pytest.param("config-v1.1.xml.a", AUTOCONFIG, ("autoconfig", "config"), id="autoconfig"),
    ],
)  # fmt: skip
def test_what_begins_as_a_configuration_does_is_read(
    path: str, content: str, kind: tuple[str, str]
) -> None:
    assert looked_at(path, content) == (kind, "")


OTHER = "does not begin as a "


@pytest.mark.parametrize(
    ("path", "content", "why"),
    [
        pytest.param("main.cf.j2", MAIN, endings.A_TEMPLATE, id="Jinja"),
        pytest.param("master.cf.erb", MASTER, endings.A_TEMPLATE, id="ERB"),
        pytest.param("main.cf.in", MAIN, endings.A_TEMPLATE, id="autoconf"),
        pytest.param("etc_postfix_main.cf.j2", MAIN, endings.A_TEMPLATE, id="of a path"),
        pytest.param("dovecot/10-ssl.conf.tmpl", "ssl = no\n", endings.A_TEMPLATE, id="a part"),
        pytest.param("dovecot/conf.d/99-x.conf.j2", "", endings.A_TEMPLATE, id="any part"),
        pytest.param("roles/dovecot-10-ssl.conf.j2", "", endings.A_TEMPLATE, id="part, flat"),
        pytest.param("autoconfig_config-v1.1.j2", "", endings.A_TEMPLATE, id="without .xml"),
        pytest.param("main.cf.web1.j2", MAIN, endings.A_TEMPLATE, id="a host's template"),
        pytest.param("main.cf.web1", JINJA, endings.A_TEMPLATE, id="by what it holds"),
        pytest.param("main.cf.bak", MAIN, endings.ASIDE, id="a backup"),
        pytest.param("main.cf.bak2", MAIN, endings.ASIDE, id="the second"),
        pytest.param("main.cf.bak.2024", MAIN, endings.ASIDE, id="of a year"),
        pytest.param("main.cf.2024-01-31", MAIN, endings.ASIDE, id="of a day"),
        pytest.param("main.cf~", MAIN, endings.ASIDE, id="an editor's"),
        pytest.param(".main.cf.swp", MAIN, endings.ASIDE, id="vim's"),
        pytest.param("#main.cf#", MAIN, endings.ASIDE, id="Emacs's"),
        pytest.param("main.cf.dpkg-dist", MAIN, endings.ASIDE, id="dpkg's"),
        pytest.param("main.cf.ucf-old", MAIN, endings.ASIDE, id="ucf's"),
        pytest.param("main.cf.rpmsave", MAIN, endings.ASIDE, id="rpm's"),
        pytest.param("main.cf-old", MAIN, endings.ASIDE, id="with a dash"),
        pytest.param("old-master.cf", MASTER, endings.ASIDE, id="said before"),
        pytest.param("main.cf.proto", MAIN, endings.A_SAMPLE, id="Postfix's own"),
        pytest.param("main.cf.sample", MAIN, endings.A_SAMPLE, id="a sample"),
        pytest.param("main.cf.default", MAIN, endings.A_SAMPLE, id="a default"),
        pytest.param("main.cf.dist", MAIN, endings.A_SAMPLE, id="a distribution's"),
        pytest.param("example-main.cf", MAIN, endings.A_SAMPLE, id="an example"),
        pytest.param("main.cf.patch", "--- a\n", endings.A_PATCH, id="a patch"),
        pytest.param("postfix-master.cf", POSTCONF_P, OTHER + "master.cf", id="docker-mailserver"),
        pytest.param("master.cf.noc", MAIN, OTHER + "master.cf", id="the other's content"),
        pytest.param("web1-main.cf", MASTER, OTHER + "main.cf", id="the other way round"),
        pytest.param("main.cf.mysql", TABLE, OTHER + "main.cf", id="a table's source"),
        pytest.param("main.cf.web1", "", OTHER + "main.cf", id="empty"),
        pytest.param("main.cf.web1", "a = b\n", OTHER + "main.cf", id="none of its parameters"),
        pytest.param("main.cf.web1", "\0", OTHER + "main.cf", id="no text"),
        pytest.param("dovecot.conf.web1", LOGROTATE, OTHER + "dovecot.conf", id="not Dovecot's"),
    ],
)  # fmt: skip
def test_what_is_passed_over_has_its_reason(path: str, content: str, why: str) -> None:
    kind, said = looked_at(path, content)
    assert kind is None
    assert said.startswith(why)
    assert engine_says(path, content) == [said]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        pytest.param("domain.cf", MAIN, id="part of a word"),
        pytest.param("main.cfg", MAIN, id="a longer ending"),
        pytest.param("main.cf.md", MAIN, id="what is written about it"),
        pytest.param("main.cf.yml", MAIN, id="what writes it"),
        pytest.param("logrotate-dovecot.conf", LOGROTATE, id="another program's"),
        pytest.param("etc_fail2ban_filter.d_dovecot.conf", FAIL2BAN, id="its path"),
        pytest.param("fail2ban-dovecot.conf.j2", FAIL2BAN, id="its template"),
        pytest.param("dovecot.cf", "a|{SHA512-CRYPT}b\n", id="a list of users"),
        pytest.param("roles/lighttpd/10-ssl.conf.j2", LIGHTTPD, id="a part of something else"),
        pytest.param("roles/lighttpd/10-ssl.conf", LIGHTTPD, id="and without an ending"),
        pytest.param("web/autoconfig.xml", "<configuration/>\n", id="an autoconfig of another"),
        pytest.param("fail2ban/filter.d/dovecot.conf.j2", FAIL2BAN, id="in another's folder"),
    ],
)
def test_what_is_none_of_ours_is_not_spoken_of(path: str, content: str) -> None:
    assert looked_at(path, content) == (None, "")
    assert engine_says(path, content) == []


def test_a_policy_disowns_a_file() -> None:
    policy = load({"files": {"*.j2": {"format": "none", "reason": "checked on the host"}}})
    source = MemorySource({"main.cf.j2": MAIN.encode()})
    assert catalogue.look("main.cf.j2", policy, "", source) == catalogue.NONE_OF_OURS
    for skip in (False, True):
        options = Options(skip_unknown=skip)
        report = engine.check(source, policy, ["main.cf.j2"], options)
        assert (report.unread, report.findings, report.endpoints) == ([], [], [])


@pytest.mark.parametrize(
    ("files", "together"),
    [
        pytest.param({"main.cf.w": MAIN, "master.cf.w": MASTER}, True, id="the same behind"),
        pytest.param({"w-main.cf": MAIN, "w-master.cf": MASTER}, True, id="the same before"),
        pytest.param(
            {"etc_postfix_main.cf": MAIN, "etc_postfix_master.cf": MASTER}, True, id="paths"
        ),
        pytest.param(
            {"postfix-main.cf": ADDED, "postfix-master.cf": MASTER}, True, id="a whole one"
        ),
        pytest.param(
            {"main.cf/main.cf.w": MAIN, "master.cf/master.cf.w": MASTER}, True, id="folders"
        ),
        pytest.param({"main.cf.w": MAIN, "master.cf.v": MASTER}, False, id="different hosts"),
        pytest.param({"main.cf.w": MAIN, "master.cf": MASTER}, False, id="one without"),
        pytest.param(
            {"postfix-main.cf": ADDED, "postfix-master.cf": POSTCONF_P}, False, id="no master.cf"
        ),
    ],
)  # fmt: skip
def test_pairs_are_found_by_the_rest_of_the_name(files: dict[str, str], together: bool) -> None:
    source = MemorySource({path: content.encode() for path, content in files.items()})
    for named in (list(files), list(files)[:1]):
        report = engine.check(source, Policy.default(), named)
        assert [set(one.unit.texts) == {"main", "master"} for one in report.units][:1] == [together]
        assert not report.failures


def test_only_the_beginning_of_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "main.cf.a").write_text(MAIN + "# filler\n" * HEAD)
    (tmp_path / "main.cf.b").write_text("# filler\n" * HEAD + MAIN)
    source = FolderSource(str(tmp_path))
    assert len(source.head("main.cf.a")) <= HEAD
    assert source.head("main.cf.a").endswith("\n")
    looks = [catalogue.look(f"main.cf.{one}", Policy.default(), "", source) for one in "ab"]
    assert [look.claims for look in looks] == [(("postfix", "main"),), ()]


def looked_at(path: str, content: str) -> tuple[tuple[str, str] | None, str]:
    source = MemorySource({path: content.encode()})
    claims, why, _by_content = catalogue.look(path, Policy.default(), "", source)
    return (claims[0] if claims else None), why


def engine_says(path: str, content: str) -> list[str]:
    """Why a file that is named is unread, though the unknown are skipped."""
    source = MemorySource({path: content.encode()})
    options = Options(skip_unknown=True)
    return [one.reason for one in engine.check(source, Policy.default(), [path], options).unread]
