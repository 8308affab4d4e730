"""What packages of Dovecot 2.3 and 2.4 install below ``/etc/dovecot``: settings alone.

A file without a setting is there all the same: an edit finds it.  Left out are the files for a
dictionary or a database, which no ``.conf`` names as it is shipped.

Sources: the packages of Debian and Ubuntu (``tests/fixtures/distributions``), and
``doc/example-config`` of Dovecot 2.3.16 and 2.3.21.
"""

from __future__ import annotations

# The same in 2.3.21, in 2.4 and at Debian.
SHARED: dict[str, str] = {
    "conf.d/10-master.conf": """\
service imap-login {
  inet_listener imap {
  }
  inet_listener imaps {
  }
}
service pop3-login {
  inet_listener pop3 {
  }
  inet_listener pop3s {
  }
}
service submission-login {
  inet_listener submission {
  }
  inet_listener submissions {
  }
}
service lmtp {
  unix_listener lmtp {
  }
}
service imap {
}
service pop3 {
}
service submission {
}
service auth {
  unix_listener auth-userdb {
  }
}
service auth-worker {
}
service dict {
  unix_listener dict {
  }
}
""",
    "conf.d/15-lda.conf": """\
protocol lda {
}
""",
    "conf.d/15-mailboxes.conf": """\
namespace inbox {
  mailbox Drafts {
    special_use = \\Drafts
  }
  mailbox Junk {
    special_use = \\Junk
  }
  mailbox Trash {
    special_use = \\Trash
  }
  mailbox Sent {
    special_use = \\Sent
  }
  mailbox "Sent Messages" {
    special_use = \\Sent
  }
}
""",
    "conf.d/20-imap.conf": """\
protocol imap {
}
""",
    "conf.d/20-pop3.conf": """\
protocol pop3 {
}
""",
    "conf.d/20-submission.conf": """\
protocol submission {
}
""",
    "conf.d/auth-static.conf.ext": "",
}
# What the example says in 2.3.21.
UPSTREAM_23: dict[str, str] = {
    "conf.d/10-auth.conf": """\
auth_mechanisms = plain
!include auth-system.conf.ext
""",
    "conf.d/10-director.conf": """\
service director {
  unix_listener login/director {
  }
  fifo_listener login/proxy-notify {
  }
  unix_listener director-userdb {
  }
  inet_listener {
  }
}
service imap-login {
}
service pop3-login {
}
service submission-login {
}
protocol lmtp {
}
""",
    "conf.d/10-logging.conf": """\
plugin {
}
""",
    "conf.d/10-mail.conf": """\
namespace inbox {
  inbox = yes
}
protocol !indexer-worker {
}
""",
    "conf.d/10-metrics.conf": "",
    "conf.d/10-ssl.conf": """\
ssl_cert = </etc/ssl/certs/dovecot.pem
ssl_key = </etc/ssl/private/dovecot.pem
""",
    "conf.d/20-lmtp.conf": """\
protocol lmtp {
}
""",
    "conf.d/90-acl.conf": """\
plugin {
}
plugin {
}
""",
    "conf.d/90-plugin.conf": """\
plugin {
}
""",
    "conf.d/90-quota.conf": """\
plugin {
}
plugin {
}
plugin {
}
plugin {
}
""",
    "conf.d/auth-checkpassword.conf.ext": """\
passdb {
  driver = checkpassword
  args = /usr/bin/checkpassword
}
userdb {
  driver = prefetch
}
""",
    "conf.d/auth-deny.conf.ext": """\
passdb {
  driver = passwd-file
  deny = yes
  args = /etc/dovecot/deny-users
}
""",
    "conf.d/auth-dict.conf.ext": """\
passdb {
  driver = dict
  args = /etc/dovecot/dovecot-dict-auth.conf.ext
}
userdb {
  driver = dict
  args = /etc/dovecot/dovecot-dict-auth.conf.ext
}
""",
    "conf.d/auth-ldap.conf.ext": """\
passdb {
  driver = ldap
  args = /etc/dovecot/dovecot-ldap.conf.ext
}
userdb {
  driver = ldap
  args = /etc/dovecot/dovecot-ldap.conf.ext
}
""",
    "conf.d/auth-master.conf.ext": """\
passdb {
  driver = passwd-file
  master = yes
  args = /etc/dovecot/master-users
  pass = yes
}
""",
    "conf.d/auth-passwdfile.conf.ext": """\
passdb {
  driver = passwd-file
  args = scheme=CRYPT username_format=%u /etc/dovecot/users
}
userdb {
  driver = passwd-file
  args = username_format=%u /etc/dovecot/users
}
""",
    "conf.d/auth-sql.conf.ext": """\
passdb {
  driver = sql
  args = /etc/dovecot/dovecot-sql.conf.ext
}
userdb {
  driver = sql
  args = /etc/dovecot/dovecot-sql.conf.ext
}
""",
    "conf.d/auth-system.conf.ext": """\
passdb {
  driver = pam
}
userdb {
  driver = passwd
}
""",
    "dovecot.conf": """\
dict {
}
!include conf.d/*.conf
!include_try local.conf
""",
}
# Where Debian differs from it.
DEBIAN_23: dict[str, str] = {
    "conf.d/10-mail.conf": """\
mail_location = mbox:~/mail:INBOX=/var/mail/%u
namespace inbox {
  inbox = yes
}
mail_privileged_group = mail
protocol !indexer-worker {
}
""",
    "conf.d/10-ssl.conf": """\
ssl = yes
ssl_cert = </etc/dovecot/private/dovecot.pem
ssl_key = </etc/dovecot/private/dovecot.key
ssl_client_ca_dir = /etc/ssl/certs
ssl_dh = </usr/share/dovecot/dh.pem
""",
    "conf.d/10-tcpwrapper.conf": "",
    "conf.d/20-managesieve.conf": """\
protocol sieve {
}
""",
    "dovecot.conf": """\
!include_try /usr/share/dovecot/protocols.d/*.protocol
dict {
}
!include conf.d/*.conf
!include_try local.conf
""",
}
# What Debian does not take of it: auth-ldap is in a package of its own.
NOT_DEBIAN_23 = ("conf.d/10-metrics.conf", "conf.d/auth-ldap.conf.ext")
DEBIAN_24: dict[str, str] = {
    "conf.d/10-auth.conf": "!include auth-system.conf.ext\n",
    "conf.d/10-logging.conf": "",
    "conf.d/10-mail.conf": """\
mail_driver = mbox
mail_home = /home/%{user | username}
mail_path = %{home}/mail
mail_inbox_path = /var/mail/%{user}
namespace inbox {
  inbox = yes
}
mail_privileged_group = mail
protocol !indexer-worker {
}
""",
    "conf.d/10-metrics.conf": "",
    "conf.d/10-ssl.conf": """\
ssl = yes
ssl_server_cert_file = /etc/dovecot/private/dovecot.pem
ssl_server_key_file = /etc/dovecot/private/dovecot.key
ssl_min_protocol = TLSv1.2
""",
    "conf.d/20-lmtp.conf": """\
protocol lmtp {
  auth_username_format = %{user | username | lower}
}
""",
    "conf.d/20-managesieve.conf": """\
protocols {
  sieve = yes
}
service managesieve-login {
  inet_listener sieve {
    port = 4190
  }
  inet_listener sieve_deprecated {
    port = 2000
  }
}
service managesieve {
}
protocol sieve {
}
""",
    "conf.d/30-dict-server.conf": """\
dict_server {
}
""",
    "conf.d/90-acl.conf": "",
    "conf.d/90-fts.conf": """\
fts_autoindex = yes
fts_autoindex_max_recent_msgs = 999
fts_search_add_missing = yes
""",
    "conf.d/90-quota.conf": "",
    "conf.d/auth-deny.conf.ext": "",
    "conf.d/auth-master.conf.ext": "",
    "conf.d/auth-oauth2.conf.ext": "",
    "conf.d/auth-passwdfile.conf.ext": "",
    "conf.d/auth-sql.conf.ext": "",
    "conf.d/auth-system.conf.ext": """\
passdb pam {
}
userdb passwd {
}
""",
    "dovecot.conf": """\
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
!include_try /usr/share/dovecot/protocols.d/*.protocol
!include conf.d/*.conf
!include_try local.conf
""",
}
# A part that Ubuntu 20.04 has beside Debian's.
VPOPMAIL = """\
passdb {
  driver = vpopmail
  args =
}
userdb {
  driver = vpopmail
  args = quota_template=quota_rule=*:backend=%q
}
"""


def without_submissions(files: dict[str, str]) -> dict[str, str]:
    """The files as before 2.3.21, which added a listener ``submissions``."""
    name = "conf.d/10-master.conf"
    return {**files, name: files[name].replace("  inet_listener submissions {\n  }\n", "")}
