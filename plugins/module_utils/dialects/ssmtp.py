# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ssmtp, which hands a host's mail to a mail hub: ``/etc/ssmtp/ssmtp.conf``.

``UseTLS`` alone speaks TLS from the first byte, ``UseSTARTTLS`` insists on STARTTLS, and a later
``UseTLS=NO`` takes both back; everything but ``YES`` is no.  The port is 25 whatever the mode.  No
certificate is ever checked.  With ``AuthUser`` it logs in, in cleartext without TLS, unless
``AuthMethod`` is ``cram-md5``.

Wrong::

    mailhub=mail.example.com:587
    UseTLS=YES

Right::

    mailhub=mail.example.com:587
    UseSTARTTLS=YES
"""

from ..endpoint import IMPLICIT, NONE, STARTTLS_REQUIRED
from .row import BEHIND, FOLDED, WITH_PORT, Client, Dialect, Truth, given

CLIENT = Client(
    host="mailhub",
    written=WITH_PORT,
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
    "ssmtp", "sSMTP", (CLIENT,), "source: ssmtp.c of 2.64, read_config, smtp_open; run: 2.64-11",
    Truth(("YES",)), "keywords", "SSMTP", files=("ssmtp.conf",), keys=FOLDED,
    paths=("/etc/ssmtp/ssmtp.conf",),
)  # fmt: skip
