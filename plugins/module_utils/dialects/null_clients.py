# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Null clients, which hand a host's mail to a hub: dma, ssmtp."""

from ..endpoint import IMPLICIT, NONE, STARTTLS_OPTIONAL, STARTTLS_REQUIRED
from .row import BEFORE, BEHIND, BY_ORDER, FOLDED, SET, SINCE, Client, Dialect, Truth, given, true

_TLS, _STARTTLS, _OPPORTUNISTIC = "SECURETRANSFER", "STARTTLS", "OPPORTUNISTIC_TLS"
_REFUSED = "dma refuses the file"
_SMARTHOST = Client(
    host="SMARTHOST", port="PORT",
    modes=(
        (STARTTLS_OPTIONAL, {_TLS: True, _STARTTLS: True, _OPPORTUNISTIC: True}),
        (STARTTLS_REQUIRED, {_TLS: True, _STARTTLS: True}),
        (IMPLICIT, {_TLS: True}),
        (NONE, {}),
    ),
    login=given("AUTHPATH"),
    plaintext=((True, {_TLS: True}), *true("INSECURE")),
    verified=(
        ("full", {"VERIFYCERT": True, SINCE: "0.14"}),
        ("pinned", {"FINGERPRINT": SET}),
        ("none", {}),
    ),
    unusable=(
        *((_REFUSED, {word: False}) for word in (_TLS, _STARTTLS, _OPPORTUNISTIC)),
        *((_REFUSED, {word: ""}) for word in ("SMARTHOST", "PORT")),
        (_REFUSED, {"SECURE": SET}),
        (_REFUSED, {"VERIFYCERT": SET, BEFORE: "0.14"}),
    ),
)  # fmt: skip
DMA = Dialect(
    "dma", "DragonFly Mail Agent", (_SMARTHOST,),
    Truth(("",), null=()), "keywords", "DMA", files=("dma/dma.conf",),
    maybe=("dma.conf",), content=("SMARTHOST",), paths=("/etc/dma/dma.conf",),
    program="dma", versions=("0.13", "0.14"), alive="0.14",
)  # fmt: skip

_MAILHUB = Client(
    host="mailhub",
    written=BY_ORDER,
    default_host="mailhub",
    port="RemotePort",
    modes=(
        (NONE, {"UseTLS": False, BEHIND: ("UseTLS", "UseSTARTTLS")}),
        (STARTTLS_REQUIRED, {"UseSTARTTLS": True}),
        (IMPLICIT, {"UseTLS": True}),
        (NONE, {}),
    ),
    login=given("AuthUser"),
    plaintext=((False, {"AuthMethod": "cram-md5"}), (True, {})),
    verified=(("none", {}),),
)
SSMTP = Dialect(
    "ssmtp", "sSMTP", (_MAILHUB,),
    Truth(("YES",)), "keywords", "SSMTP", files=("ssmtp.conf",), keys=FOLDED,
    paths=("/etc/ssmtp/ssmtp.conf",),
)  # fmt: skip
