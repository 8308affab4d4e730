# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a file of another name is a main.cf or a master.cf: by how it begins.

What docker-mailserver calls ``postfix-master.cf`` holds lines for ``postconf -P``
(``service/type/name=value``) and is none; its ``postfix-main.cf`` is added to a main.cf that is
elsewhere, as are the pieces of which installers put one together.
"""

from __future__ import annotations

from ...patterns import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# As it is called there: with settings that every whole main.cf may lack, and overrides may have.
ADDED = "postfix-main.cf"
_SETTING = lazy(r"([A-Za-z0-9_-]+)[ \t]*=")
# How the names of Postfix's parameters begin: those of other programs' files, and of the files that
# Postfix asks databases by (mysql_table(5)), do not.
_PARAMETERS = (
    "address_verify_", "alias_", "always_bcc", "append_", "biff", "bounce_", "broken_sasl_",
    "canonical_", "command_directory", "compatibility_level", "content_filter", "daemon_directory",
    "data_directory", "debug_peer_", "default_", "disable_vrfy_", "empty_address_", "enable_",
    "header_checks", "home_mailbox", "inet_", "lmtp_", "local_", "mail_owner", "mailbox_",
    "mailq_path", "manpage_directory", "masquerade_", "max_idle", "maximal_", "message_size_",
    "milter_", "mime_header_", "minimal_backoff_", "mydestination", "mydomain", "myhostname",
    "mynetworks", "myorigin", "newaliases_path", "non_smtpd_milters", "postscreen_",
    "proxy_interfaces", "qmgr_", "queue_", "readme_directory", "recipient_", "relay",
    "sample_directory", "sender_", "sendmail_path", "setgid_group", "smtp_", "smtpd_", "smtputf8_",
    "soft_bounce", "strict_", "tls_", "transport_", "unknown_", "virtual_",
)  # fmt: skip
# And how those end that are named after a transport.
_OF_A_TRANSPORT = ("_recipient_limit", "_concurrency_limit", "_rate_delay", "_time_limit")
# What a whole main.cf sets: it comes with the installation.
_INSTALLED = (
    "alias_database", "alias_maps", "command_directory", "compatibility_level", "daemon_directory",
    "data_directory", "mail_owner", "queue_directory", "setgid_group",
)  # fmt: skip
# And what makes it a host's.
_OF_A_HOST = (
    "inet_interfaces",
    "mydestination",
    "myhostname",
    "mynetworks",
    "myorigin",
    "relayhost",
)
_TYPES = ("inet", "unix", "fifo", "pass", "unix-dgram")
_FIELDS = 8


def claims(path: str, head: str, role: str) -> str:
    """``main``, ``override`` or ``master``; empty for neither.  ``head`` ends with a whole line."""
    lines = _lines(head)
    if role == "master":
        words = next(lines, "").split()
        return role if len(words) >= _FIELDS and words[1] in _TYPES else ""
    found = [_SETTING.match(line) for line in lines]
    names = [one.group(1) for one in found if one]
    if not names or len(names) < len(found) or not any(map(_is_postfix, names)):
        return ""
    return "main" if _is_whole(path, names) else "override"


def _lines(head: str) -> Iterator[str]:
    """The first line of each logical line, without comments."""
    for line in head.split("\n"):
        if line.strip() and line[0] not in "# \t":
            yield line


def _is_postfix(name: str) -> bool:
    return name.startswith(_PARAMETERS) or name.endswith(_OF_A_TRANSPORT)


def _is_whole(path: str, names: list[str]) -> bool:
    signs = _INSTALLED if path.rpartition("/")[2] == ADDED else _INSTALLED + _OF_A_HOST
    return any(name in signs for name in names)
