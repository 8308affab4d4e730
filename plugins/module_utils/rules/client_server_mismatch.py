# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A client and the server that it names, both in the run, do not fit.

The client's host is a name that a server of the same run has (Postfix: `myhostname`), and on the
port that it dials every such server speaks another TLS mode: the two never get a message across,
or only in plaintext.  A port that no server of the run serves says nothing, since the files may
not be all.

RFC 8314 section 3 (mode and port belong together on both sides).

Wrong, main.cf:

    compatibility_level = 3.6
    myhostname = mail.example.com
    smtpd_tls_chain_files = /etc/ssl/private/mail.pem

Wrong, master.cf:

    2525 inet n - n - - smtpd
      -o smtpd_tls_security_level=encrypt
      -o smtpd_sasl_auth_enable=yes

Wrong, msmtprc:

    account work
    host mail.example.com
    port 2525
    tls on
    tls_starttls off

Right, main.cf:

    compatibility_level = 3.6
    myhostname = mail.example.com
    smtpd_tls_chain_files = /etc/ssl/private/mail.pem
    smtpd_tls_mandatory_protocols = >=TLSv1.2

Right, master.cf:

    2525 inet n - n - - smtpd
      -o smtpd_tls_security_level=encrypt
      -o smtpd_sasl_auth_enable=yes
      -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject

Right, msmtprc:

    account work
    host mail.example.com
    port 2525
    tls on
"""

from __future__ import annotations

from ..addresses import bare
from ..engine.finding import Violation
from ..ports import family
from .common import crosses, started, subject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, Sequence

    from ..endpoint import Endpoint
    from ..policy import Policy

SEVERITY = "error"
SCOPE = "run"
SIDES = ("client",)
OPTIONS: dict[str, tuple[object, ...]] = {}
# What a client may want of a server's mode so that the two get through to each other.
ANY = ("none", "starttls-optional", "starttls-required", "implicit")
FITTING = {
    "implicit": ("implicit",),
    "starttls-required": ("starttls-required", "starttls-optional"),
    "starttls-optional": ("none", "starttls-optional", "starttls-required"),
    "none": ("none", "starttls-optional"),
    "dual": ("implicit", "starttls-required", "starttls-optional"),
}


def check(endpoints: Sequence[Endpoint], policy: Policy) -> Iterator[Violation]:
    """Yields one violation for each client that none of its servers fits."""
    servers: dict[str, list[Endpoint]] = {}
    for one in endpoints:
        if one.side == "server" and one.usable is not False:
            for tag in one.tags:
                servers.setdefault(tag, []).append(one)
    for client in endpoints:
        if client.side != "client" or not client.host or client.usable is False:
            continue
        name = "host:" + bare(client.host)
        meant = [one for one in servers.get(name, ()) if _is_dialled(client, one)]
        if meant and not any(_fits(client, one) for one in meant):
            server = meant[0]
            yield Violation(
                f"{subject(client)} is dialled with {client.tls}, "
                f"but {server.id} there {started(server)}",
                field="tls",
                endpoints=(client, *meant),
            )


def _is_dialled(client: Endpoint, server: Endpoint) -> bool:
    same = client.port == server.port and family(client.protocol) == family(server.protocol)
    return same and server.tls is not None and crosses(server)


def _fits(client: Endpoint, server: Endpoint) -> bool:
    return client.tls in (None, "auto") or client.tls in FITTING.get(server.tls or "", ANY)
