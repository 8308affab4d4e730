# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a file of another name is Dovecot's: by how it begins.

Other programs call what they know of Dovecot ``dovecot.conf`` as well: logrotate, rsyslog, monit,
fail2ban.
"""

from __future__ import annotations

from ...patterns import lazy

_LINE = lazy(r"[ \t]*(?:([A-Za-z0-9_:/-]+)[ \t]*[={]|([a-z_]+)[ \t]+[^ \t={]+[ \t]*\{|(!include))")
_CLOSING = "}"
_KNOWN = (
    "auth_", "base_dir", "default_", "dict", "disable_plaintext_auth", "doveadm_", "dovecot_",
    "first_valid_", "hostname", "imap_", "import_environment", "info_log_path", "last_valid_",
    "lda_", "listen", "lmtp_", "local", "log_path", "log_timestamp", "login_", "mail_",
    "managesieve_", "maildir_", "mbox_", "namespace", "passdb", "plugin", "pop3_",
    "postmaster_address", "protocol",
    "quota_", "recipient_delimiter", "remote", "service", "shutdown_clients", "sieve_", "ssl",
    "submission_", "syslog_facility", "userdb", "verbose_", "!include",
)  # fmt: skip


def claims(path: str, head: str, role: str) -> str:
    """The role, where every line is one of Dovecot's language and a name is one of Dovecot's."""
    found = [_LINE.match(line) for line in head.split("\n") if _speaks(line)]
    names = [next(filter(None, one.groups())) for one in found if one]
    if not names or len(names) < len(found):
        return ""
    return role if any(name.startswith(_KNOWN) for name in names) else ""


def _speaks(line: str) -> bool:
    """Whether it is more than blanks, a comment or the end of a section."""
    word = line.strip()
    return bool(word) and not word.startswith(("#", _CLOSING))
