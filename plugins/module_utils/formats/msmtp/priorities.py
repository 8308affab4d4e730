# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which TLS versions a GnuTLS priority string permits.

Source: the GnuTLS manual, "Priority Strings", and what ``gnutls-cli --list --priority`` prints.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    pass

ORDER = ("1.0", "1.1", "1.2", "1.3")
# What a string may begin with, and the versions that it brings.
_BEGIN = {
    "NONE": (),
    "SUITEB128": ("1.2",),
    "SUITEB192": ("1.2",),
    "NORMAL": ORDER,
    "PERFORMANCE": ORDER,
    "LEGACY": ORDER,
    "PFS": ORDER,
    "SECURE": ORDER,
    "SECURE128": ORDER,
    "SECURE192": ORDER,
    "SECURE256": ORDER,
}
# SSL 3.0 is compiled out of the libraries that msmtp can be built with, DTLS is for datagrams.
_IGNORED = ("SSL3.0", "DTLS0.9", "DTLS1.0", "DTLS1.2", "DTLS-ALL")
DEFAULT = "NORMAL"


def lowest(priorities: str) -> str | None:
    """The lowest TLS version that the string permits.

    In: the string as the file has it.  Out: ``1.0`` to ``1.3``; empty where it permits none;
    ``None`` where the string alone does not tell (a name that the system defines, a word that
    is not known).
    """
    first, *words = priorities.upper().split(":")
    if first not in _BEGIN:
        return None
    versions: set[str] = set(_BEGIN[first])
    for word in words:
        if word[1:].startswith("VERS-"):
            meant = _meant(word[6:])
            if meant is None or word[0] not in "+-!":
                return None
            versions = versions | meant if word[0] == "+" else versions - meant
    return next((version for version in ORDER if version in versions), "")


def _meant(name: str) -> set[str] | None:
    if name in ("ALL", "TLS-ALL"):
        return set(ORDER)
    if name in _IGNORED:
        return set()
    version = name[3:] if name.startswith("TLS") else ""
    return {version} if version in ORDER else None
