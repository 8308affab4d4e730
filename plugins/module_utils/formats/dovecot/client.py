# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Dovecot dials: the server through which delivery and Sieve send mail, the relay of its own
submission server, and mailboxes on other servers.

STARTTLS is insisted on wherever it is asked for.  Certificates are checked against the system's
authorities where no others are named.

Source: smtp-submit.c, submission-backend-relay.c, smtp-client-connection.c, imapc-connection.c,
imapc-storage.c and pop3c-client.c of Dovecot 2.3.19 and 2.4.1; iostream-openssl-context.c.
"""

from __future__ import annotations

from ...endpoint import CLIENT, IMPLICIT, NONE, STARTTLS_REQUIRED, Endpoint
from ...ports import SUBMISSION_PORTS
from ...values import Setting, Undecided, Value, causes, of
from . import listeners
from .certificate import VERSIONS
from .effective import effective
from .filters import Connection
from .grammar import PROGRAM
from .login import PLAINTEXT
from .settings import port_number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, NamedTuple

    from ...endpoint import Reading
    from .configuration import Configuration
    from .effective import Effective
else:
    from ...tuples import NamedTuple

MODES = {
    "no": NONE, "starttls": STARTTLS_REQUIRED, "smtps": IMPLICIT, "imaps": IMPLICIT,
    "submissions": IMPLICIT, "pop3s": IMPLICIT,
}  # fmt: skip


# Where no port stands behind the host.
USUAL_PORT = 25


class Kind(NamedTuple):
    """Something that dials; its settings begin with ``prefix``, and ``user`` goes by them."""

    prefix: str
    protocol: str
    user: str
    # The setting that says whether the certificate is checked, before 2.4 and since.
    verify: tuple[str, str]
    mechanisms: str


KINDS = (
    Kind("submission", "smtp", "lmtp", ("ssl_client_require_valid_cert",) * 2, ""),
    Kind("submission_relay", "submission", "submission", ("submission_relay_ssl_verify",) * 2, ""),
    Kind("imapc", "imap", "imap", ("imapc_ssl_verify", "ssl_client_require_valid_cert"),
         "imapc_sasl_mechanisms"),
    Kind("pop3c", "pop3", "pop3", ("pop3c_ssl_verify",) * 2, ""),
)  # fmt: skip


def add(configuration: Configuration, reading: Reading) -> None:
    """Add the client endpoints."""
    for kind in KINDS:
        if kind.user == "submission" and not _submits(configuration):
            continue
        for connection, suffix in _connections(configuration, kind):
            endpoint = _endpoint(configuration, kind, connection, suffix)
            if endpoint is not None:
                reading.endpoints.append(endpoint)


def _connections(configuration: Configuration, kind: Kind) -> Iterator[tuple[Connection, str]]:
    """What the settings are looked up for: the usual process, and whoever has a host of its own."""
    uses = kind.user
    yield Connection(uses, uses), ""
    for one, said in configuration.filters.items():
        if f"{kind.prefix}_host" in said and (one.named or one.protocol not in ("", uses)):
            suffix = "@" + "+".join(filter(None, (one.protocol, one.named)))
            yield Connection(one.protocol, one.service or one.protocol, named=one.named), suffix


def _submits(configuration: Configuration) -> bool:
    """Whether Dovecot's own submission server may run."""
    words = effective(configuration, Connection("", "")).words("protocols").value
    return isinstance(words, Undecided) or listeners.is_enabled("submission", words)


def _endpoint(
    configuration: Configuration, kind: Kind, connection: Connection, suffix: str
) -> Endpoint | None:
    settings = effective(configuration, connection)
    host, host_why = settings.text(f"{kind.prefix}_host")
    place = next((one.place for one in host_why if one.place is not None), None)
    if host == "" or place is None:
        return None
    host, (number, port_why) = _dialled(settings, kind, host, host_why)
    ssl, ssl_why = settings.text(f"{kind.prefix}_ssl")
    tls = ssl if isinstance(ssl, Undecided) else MODES[ssl]
    auth, auth_why = _auth(settings, kind)
    fields = {
        "host": Value(host, host_why),
        "port": Value(number, causes(host_why, port_why)),
        "tls": Value(tls, ssl_why),
        "auth": Value(auth, auth_why),
        "cleartext_auth": _cleartext(settings, kind, tls, auth, causes(auth_why, ssl_why)),
        "usable": _usable(number, host_why),
        "protocol": _protocol(kind, number, auth, causes(host_why, port_why, auth_why)),
    }
    if tls != NONE:
        fields.update(_tls(configuration, settings, kind, connection, ssl_why))
    name = kind.prefix + suffix
    return Endpoint(f"{PROGRAM}:{name}", CLIENT, PROGRAM, name, place, fields)


def _dialled(
    settings: Effective, kind: Kind, host: str | Undecided, why: tuple[Setting, ...]
) -> tuple[str | Undecided, Value]:
    """The host and its port, which stands behind it or is a setting of its own."""
    if kind.protocol == "smtp":
        if isinstance(host, Undecided):
            from ... import parts

            host, port = parts.host_and_port(host)
            return host, Value(port if isinstance(port, Undecided) else _number(port), why)
        host, number = host_and_port(host)
        return host, Value(number, why)
    return host, of(_number, settings.text(f"{kind.prefix}_port"))


def host_and_port(value: str) -> tuple[str, int]:
    """``host``, ``host:port``, ``[address]:port``; the port is 0 if the text holds no number.

    Source: net_str2hostport of net.c.
    """
    port: str | None
    if value.startswith("["):
        host, closed, rest = value[1:].partition("]")
        if not closed or rest[:1] not in ("", ":"):
            return value, 0
        port = rest[1:] if rest else None
    elif value.count(":") == 1:
        host, _colon, port = value.partition(":")
    else:
        return value, USUAL_PORT
    return host, _number(port)


def _number(port: str | None) -> int:
    """The port that stands behind a host, or the usual one; 0 if the text is none."""
    return USUAL_PORT if port is None else port_number(port) or 0


def _usable(port: int | Undecided, why: tuple[Setting, ...]) -> Value:
    if port != 0:
        return Value(True, why)
    return Value(False, (Setting("", "", None, "what it names is no port"), *why))


def _auth(settings: Effective, kind: Kind) -> Value:
    """Whether it logs in: the relay where a user is named, delivery never, the others always."""
    if kind.protocol == "smtp":
        return Value(False, settings.text(f"{kind.prefix}_host").causes)
    if kind.protocol != "submission":
        return Value(True, settings.text(f"{kind.prefix}_host").causes)
    user, why = settings.text("submission_relay_user")
    return Value(user if isinstance(user, Undecided) else user != "", why)


def _cleartext(
    settings: Effective,
    kind: Kind,
    tls: str | Undecided,
    auth: bool | Undecided,
    why: tuple[Setting, ...],
) -> Value:
    if auth is False or (isinstance(tls, str) and tls != NONE):
        return Value(False, why)
    mechanisms: list[str] | Undecided = []
    if kind.mechanisms:
        mechanisms, more = settings.words(kind.mechanisms)
        why = causes(why, more)
    for one in (tls, auth, mechanisms):
        if isinstance(one, Undecided):
            return Value(one, why)
    words = mechanisms if isinstance(mechanisms, list) else []
    secret = not words or any(word.upper() in PLAINTEXT for word in words)
    return Value(secret, why)


def _protocol(
    kind: Kind, port: int | Undecided, auth: bool | Undecided, why: tuple[Setting, ...]
) -> Value:
    if kind.protocol not in ("smtp", "submission"):
        return Value(kind.protocol, why)
    if port in SUBMISSION_PORTS or auth is True:
        return Value("submission", why)
    for one in (port, auth):
        if isinstance(one, Undecided):
            return Value(one, why)
    return Value("smtp", why)


def _tls(
    configuration: Configuration,
    settings: Effective,
    kind: Kind,
    connection: Connection,
    why: tuple[Setting, ...],
) -> dict[str, Value]:
    verify, verify_why = settings.flag(kind.verify[configuration.modern])
    valid, valid_why = settings.flag("ssl_client_require_valid_cert")
    named = connection.named or "ssl_client"
    client = effective(configuration, connection._replace(named=named))
    lowest, lowest_why = client.text("ssl_min_protocol")
    checked: str | Undecided = "none" if verify is False or valid is False else "full"
    if checked == "full":
        checked = next((one for one in (verify, valid) if isinstance(one, Undecided)), checked)
    known = lowest if isinstance(lowest, Undecided) else VERSIONS.get(lowest.lower())
    fields: dict[str, Value] = {
        "tls_works": Value(True, why),
        "certificate_verified": Value(checked, causes(verify_why if verify is False else (),
                                                      valid_why if valid is False else (),
                                                      verify_why)),
    }  # fmt: skip
    if known is not None:
        fields["tls_min"] = Value(known, lowest_why)
    return fields
