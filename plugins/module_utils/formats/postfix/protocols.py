# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lists of TLS versions: ``>=TLSv1.2``, ``!SSLv2, !SSLv3``, ``TLSv1.2 TLSv1.3``, ``>=0303``.

A name alone leaves out all others.  ``SSLv2`` alone leaves out nothing: OpenSSL has had no such
protocol since 1.1.0, and Postfix then takes the name for none (``TLS_PROTOCOL_SSLv2`` is 0 in
tls.h).  The code is the same from 3.4 (``tls_protocol_mask``) to 3.11.  Built with OpenSSL 1.0.2,
which 3.4 to 3.6 still allow, the name would leave no version; no supported distribution does that.

Source: postconf(5), smtpd_tls_mandatory_protocols; tls_proto_mask_lims of Postfix's TLS library.
"""

from __future__ import annotations

from ...patterns import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    pass

# From the weakest to the strongest, with the numbers that the protocol itself has for them.
NUMBERS = {
    "ssl2": 0x0002,
    "ssl3": 0x0300,
    "1.0": 0x0301,
    "1.1": 0x0302,
    "1.2": 0x0303,
    "1.3": 0x0304,
}
# A name that Postfix knows and that stands for no protocol.
NOTHING = "ssl2"
# Where the peer must show a certificate, Postfix raises OpenSSL's security level to 1: no SHA-1,
# and with OpenSSL 3 no TLS before 1.2.
DEMANDING_FLOOR = "1.2"
_NAMES = {
    "sslv2": "ssl2",
    "sslv3": "ssl3",
    "tlsv1": "1.0",
    "tlsv1.1": "1.1",
    "tlsv1.2": "1.2",
    "tlsv1.3": "1.3",
}
_HEXADECIMAL = lazy(r"(0[xX])?[0-9a-fA-F]{1,7}\Z")
# What stands between protocols, as blanks.
_SEPARATORS = str.maketrans(",:\t\r\n", " " * 5)


def lowest(text: str, limits: bool = True, floor: str = "1.0") -> str | None:
    """The lowest version that the list permits.

    In: the parameter's value; ``limits`` says whether ``>=`` and ``<=`` are known (3.6 and newer);
    ``floor`` is what the library speaks at the least.
    Out: ``1.0`` to ``1.3``; empty where the list permits none; ``None`` where Postfix refuses it.
    """
    included: set[str] = set()
    excluded: set[str] = set()
    least, most = 0, 0xFFFF
    for word in filter(None, text.translate(_SEPARATORS).split(" ")):
        if word[:2] in (">=", "<="):
            number = _number(word[2:]) if limits else None
            if number is None:
                return None
            if word[0] == ">":
                least = number
            elif number:
                most = number
            continue
        name = _NAMES.get(word.lstrip("!").lower()) if word[:2] != "!!" else None
        if name is None:
            return None
        if name != NOTHING:
            (excluded if word[0] == "!" else included).add(name)
    for name, number in NUMBERS.items():
        wanted = not included or name in included
        spoken = number >= NUMBERS[floor] and least <= number <= most
        if spoken and wanted and name not in excluded:
            return name
    return ""


def _number(word: str) -> int | None:
    name = _NAMES.get(word.lower())
    if name == NOTHING:
        return None
    if name is not None:
        return NUMBERS[name]
    return int(word, 16) if _HEXADECIMAL.match(word) else None
