# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Files that Dovecot's packages bring, of which a repository holds those that it changes.

Source: doc/example-config of Dovecot 2.2.36, 2.3.21 and Pigeonhole 0.5.21; the packages of Debian
12 and 13 and of Fedora.
"""

from __future__ import annotations

from .includes import fitting, is_wild

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Sequence

# They hold passdb, userdb, mailboxes, plugins and logging, and a repository that changes one holds
# it: what is absent is as the package has it, which no endpoint shows.
QUIET = frozenset(
    (
        "auth-checkpassword.conf.ext", "auth-deny.conf.ext", "auth-dict.conf.ext",
        "auth-ldap.conf.ext", "auth-master.conf.ext", "auth-oauth2.conf.ext",
        "auth-passwdfile.conf.ext", "auth-sql.conf.ext", "auth-static.conf.ext",
        "auth-system.conf.ext", "auth-vpopmail.conf.ext",
        "dovecot-dict-auth.conf.ext", "dovecot-dict-sql.conf.ext", "dovecot-ldap.conf.ext",
        "dovecot-oauth2.conf.ext", "dovecot-sql.conf.ext",
        "10-logging.conf", "10-mail.conf", "10-metrics.conf", "10-tcpwrapper.conf",
        "11-object-storage.conf", "15-lda.conf", "15-mailboxes.conf", "30-dict-server.conf",
        "90-acl.conf", "90-fts.conf", "90-plugin.conf", "90-quota.conf",
        "90-sieve-extprograms.conf", "90-sieve.conf",
    )
)  # fmt: skip
# Debian's packages put one file here for each protocol that is installed.
PROTOCOL_FILES = "/usr/share/dovecot/protocols.d"
# The one file that sets what an endpoint shows: a certificate, and Fedora's also ssl = required.
FOLDER, TLS_FILE = "conf.d", "10-ssl.conf"
MODE = "ssl"
CERTIFICATE = ("ssl_cert", "ssl_key", "ssl_server_cert_file", "ssl_server_key_file")

# What every server needs somebody to say: where nobody does, a file that is not here does.
NEEDED = frozenset((*CERTIFICATE, "protocols", "haproxy_trusted_networks", "submission_relay_host"))


def could_set(wanted: str) -> frozenset[str]:
    """The settings whose default is in doubt where an include is not here.

    Any other that nobody names is as Dovecot has it: an absent ``extra.conf`` is no reason to
    think that TLS is required, the absent ``10-ssl.conf`` of a package is one.
    """
    folder = wanted.rpartition("/")[0].rpartition("/")[2]
    return NEEDED | {MODE} if folder == FOLDER else NEEDED


def is_quiet(wanted: str) -> bool:
    """Whether an include means a package's file that changes no endpoint."""
    return wanted.rpartition("/")[2] in QUIET


def names_protocols(wanted: str) -> bool:
    """Whether an include means the files by which packages enable their protocols."""
    return wanted.rpartition("/")[0] == PROTOCOL_FILES


def left_out(wanted: str, found: Sequence[str]) -> str:
    """The package's file about TLS that a pattern means, beside the files ``found`` for it.

    Empty where it is among them, where the pattern means something else, and on a host, which has
    all files.
    """
    folder, _slash, pattern = wanted.rpartition("/")
    if not found or found[0].startswith("/") or folder.rpartition("/")[2] != FOLDER:
        return ""
    if not is_wild(pattern) or not fitting(TLS_FILE, pattern):
        return ""
    names = [path.rpartition("/")[2] for path in found]
    return "" if TLS_FILE in names else f"{folder}/{TLS_FILE}"
