"""What a file is, by its path alone."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import catalogue


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        pytest.param("main.cf", ("postfix", "main"), id="a name"),
        pytest.param("etc/postfix/main.cf", ("postfix", "main"), id="below a folder"),
        pytest.param("mx-main.cf", None, id="part of a name"),
        pytest.param("a/work.msmtprc", ("msmtp", "config"), id="the end of a name"),
        pytest.param(".config/msmtp/config", ("msmtp", "config"), id="folder and name"),
        pytest.param("config", None, id="the name without its folder"),
        pytest.param("www/mail/config-v1.1.xml", ("autoconfig", "config"), id="autoconfig"),
        pytest.param(
            ".well-known/autoconfig/mail/config-v1.1.xml", ("autoconfig", "config"), id="well-known"
        ),
        pytest.param("ispdb/example.com.xml", ("autoconfig", "config"), id="a folder's files"),
        pytest.param("a/ispdb/example.com.xml", ("autoconfig", "config"), id="a folder below"),
        pytest.param("my-ispdb/example.com.xml", None, id="part of a folder's name"),
        pytest.param("ispdb/old/example.com.xml", None, id="further down"),
        pytest.param("ispdb/README", None, id="another ending"),
        pytest.param("example.com.xml", None, id="any other XML"),
        pytest.param("etc/dovecot.conf", ("dovecot", "main"), id="a program's name"),
        pytest.param("fail2ban/filter.d/dovecot.conf", None, id="what another program knows of it"),
        pytest.param("logwatch/conf/services/dovecot.conf", None, id="and without a .d"),
        pytest.param("dovecot/conf.d/dovecot.conf", ("dovecot", "part"), id="in a .d of its own"),
        pytest.param("roles/dovecot/files/10-ssl.conf", ("dovecot", "part"), id="a role's part"),
        pytest.param("mail/Dovecot24/20-imap.conf", ("dovecot", "part"), id="a part in a folder"),
        pytest.param("roles/lighttpd/files/10-ssl.conf", None, id="a part of something else"),
        pytest.param("dovecot/files/20-dovecot.conf", None, id="not a part's name"),
        pytest.param("dovecot-10-ssl.conf", None, id="a folder is wanted"),
    ],
)
def test_recognise(path: str, kind: tuple[str, str] | None) -> None:
    assert catalogue.recognise(path) == kind
