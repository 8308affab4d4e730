"""Configurations with a password in every place where people leave one."""

from __future__ import annotations

import re
from pathlib import Path

# Every word that begins so is a secret; nothing else may.
WORD = re.compile(r"pl4nted-[a-z0-9-]+")

MAIN_CF = """\
# The relay's password is pl4nted-in-a-comment
compatibility_level = 3.6
#smtp_sasl_password_maps = static:user:pl4nted-in-a-setting-commented-out
relayhost = [relay.example.com]:587
smtp_sasl_auth_enable = yes
smtp_sasl_password_maps = inline:{ { [relay.example.com]:587 = user:pl4nted-inline } }
smtp_tls_security_level = may
relay_password = pl4nted-in-a-parameter-of-ones-own
ldap_bind_pw = pl4nted-in-a-table-of-old
accounts_dsn = mysql://mail:pl4nted-in-a-url@db.example.com/mail
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_tls_security_level = may
"""
MASTER_CF = """\
smtp       inet  n - y - - smtpd
smtps      inet  n - y - - smtpd
submission inet  n - y - - smtpd
  -o smtpd_tls_security_level=may
  -o smtpd_sasl_auth_enable=yes
  # password: pl4nted-in-a-comment-of-master
relay      unix  - - y - - smtp
  -o smtp_sasl_password_maps=static:user:pl4nted-static
  -o { smtp_sasl_password_maps = inline:{ { example.com = user:pl4nted-in-braces } } }
fetch      unix  - n n - - pipe
  user=mail argv=/usr/bin/fetch --password pl4nted-in-an-argument
"""
SASL_PASSWD = "[relay.example.com]:587 user:pl4nted-in-a-map\n"
MSMTPRC = """\
# password pl4nted-in-a-comment-of-msmtp
defaults
auth on
tls off
account one
host smtp.example.com
port 587
user one
password pl4nted-password
account two
host smtp.example.com
port 465
user two
tls on
tls_starttls on
passwordeval "echo pl4nted-in-a-command"
"""
AUTOCONFIG = """\
<clientConfig version="1.1">
  <!-- password: pl4nted-in-a-comment-of-xml -->
  <emailProvider id="example.com">
    <domain>example.com</domain>
    <incomingServer type="imap">
      <hostname>imap.example.com</hostname>
      <port>143</port>
      <password>pl4nted-in-an-element</password>
      <socketType>plain</socketType>
      <authentication>password-cleartext</authentication>
    </incomingServer>
    <outgoingServer type="smtp">
      <hostname>smtp.example.com</hostname>
      <port>587</port>
      <socketType>SSL</socketType>
      <authentication>password-cleartext</authentication>
      <password>
        pl4nted-on-a-line-of-its-own
      </password>
    </outgoingServer>
  </emailProvider>
</clientConfig>
"""
# The same files with lines that no program reads; a message about such a line must not quote it.
BROKEN_MAIN_CF = """\
password pl4nted-on-a-line-without-equals
 and pl4nted-on-its-continuation
"""
BROKEN_AUTOCONFIG = "<password>pl4nted-in-a-tag-left-open\n"
BROKEN_MASTER_CF = "password pl4nted-on-a-line-that-is-no-service\n"
BROKEN_MSMTPRC = """\
pasword pl4nted-under-a-wrong-name
password "pl4nted-behind-an-open-quote
"""
FILES = {
    "postfix/main.cf": MAIN_CF,
    "postfix/master.cf": MASTER_CF,
    "postfix/sasl_passwd": SASL_PASSWD,
    "msmtprc": MSMTPRC,
    "config-v1.1.xml": AUTOCONFIG,
    "broken/config-v1.1.xml": AUTOCONFIG.replace("pl4nted", "pl4nted-2") + BROKEN_AUTOCONFIG,
    "broken/main.cf": MAIN_CF.replace("pl4nted", "pl4nted-2") + BROKEN_MAIN_CF,
    "broken/master.cf": MASTER_CF.replace("pl4nted", "pl4nted-2") + BROKEN_MASTER_CF,
    "broken/msmtprc": MSMTPRC.replace("pl4nted", "pl4nted-2") + BROKEN_MSMTPRC,
}
# What only root may read on a host that is set up with care.
PRIVATE = ("postfix/sasl_passwd", "msmtprc", "broken/msmtprc")


def write(folder: Path) -> None:
    """Write the files below a folder that everybody may enter."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.parent.chmod(0o755)
        path.write_text(text)
        path.chmod(0o600 if name in PRIVATE else 0o644)


def secrets() -> set[str]:
    """Return every secret of the files."""
    return {word for text in FILES.values() for word in WORD.findall(text)}


def seen_in(text: str) -> set[str]:
    """Return the secrets that a text gives away."""
    return {secret for secret in secrets() if secret in text}
