# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The mechanisms of the Cyrus library, as its file for smtpd has them.

Source: SASL_README; xsasl_cyrus_server.c of Postfix.
"""

from __future__ import annotations

from ...text.values import Undecided
from . import tables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...source import Source
    from .parameters import Parameters

# Where it looks for <smtpd_sasl_path>.conf when nothing else is said.
FOLDERS = ("/etc/postfix/sasl", "/etc/sasl2", "/usr/lib/sasl2")


def mechanisms(parameters: Parameters, source: Source, beside: str) -> frozenset[str] | None:
    """``mech_list`` of the library's file for the service; ``None`` if it is not known."""
    path, _why = parameters.value("smtpd_sasl_path")
    folders, _why = parameters.value("cyrus_sasl_config_path")
    if isinstance(path, Undecided) or isinstance(folders, Undecided):
        return None
    for folder in folders.split(":") if folders else FOLDERS:
        text = tables.file_text("{}/{}.conf".format(folder.rstrip("/"), path), source, beside)
        if text is None:
            continue
        for line in text.string.split("\n"):
            name, colon, value = line.partition(":")
            if colon and name.strip().lower() == "mech_list":
                return frozenset(value.upper().replace(",", " ").split())
        return None
    return None
