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
from ...shapes.client import Knobs, fields, is_plaintext
from ...text.values import Undecided, Value, all_of, applied, causes, of, reason
from . import listeners
from .certificate import VERSIONS
from .effective import effective
from .filters import Connection
from .grammar import PROGRAM
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
    setting = settings.text(f"{kind.prefix}_host")
    place = next((cause.place for cause in setting.causes if cause.place is not None), None)
    if setting.value == "" or place is None:
        return None
    host, port = _dialled(settings, kind, setting)
    tls_named = connection._replace(named=connection.named or "ssl_client")
    knobs = Knobs(
        host=host,
        port=port,
        protocol=Value("smtp" if kind.protocol == "submission" else kind.protocol, host.causes),
        mode=of(MODES.__getitem__, settings.text(f"{kind.prefix}_ssl")),
        login=_login(settings, kind, host),
        plaintext=_plaintext(settings, kind),
        verified=_verified(settings, kind.verify[configuration.modern]),
        least=of(_version, effective(configuration, tls_named).text("ssl_min_protocol")),
        usable=_usable(port, host),
    )
    name = kind.prefix + suffix
    return Endpoint(f"{PROGRAM}:{name}", CLIENT, PROGRAM, name, place, fields(knobs))


def _dialled(settings: Effective, kind: Kind, setting: Value) -> tuple[Value, Value]:
    """The host and its port, which stands behind it or is a setting of its own."""
    if kind.protocol != "smtp":
        port = of(_number, settings.text(f"{kind.prefix}_port"))
        return setting, port._replace(causes=causes(setting.causes, port.causes))
    number: int | Undecided
    if isinstance(setting.value, Undecided):
        from ...text import parts

        host, behind = parts.host_and_port(setting.value)
        number = applied(_number, behind)
    else:
        host, number = host_and_port(setting.value)
    return setting._replace(value=host), setting._replace(value=number)


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


def _usable(port: Value, host: Value) -> Value:
    if port.value != 0:
        return Value(True, host.causes)
    return Value(False, (reason("what it names is no port"), *host.causes))


def _login(settings: Effective, kind: Kind, host: Value) -> Value:
    """Whether it logs in: the relay where a user is named, delivery never, the others always."""
    if kind.protocol == "submission":
        return of(lambda user: user != "", settings.text("submission_relay_user"))
    return Value(kind.protocol != "smtp", host.causes)


def _plaintext(settings: Effective, kind: Kind) -> Value:
    """Whether it hands over the password itself: so it does where no mechanism is named."""
    if not kind.mechanisms:
        return Value(True)
    return of(lambda words: not words or is_plaintext(words), settings.words(kind.mechanisms))


def _verified(settings: Effective, verify: str) -> Value:
    """Whether the certificate is checked: not where its own setting or that of all says no."""
    checked = all_of(settings.flag(verify), settings.flag("ssl_client_require_valid_cert"))
    return of(lambda yes: "full" if yes else "none", checked)


def _version(protocol: str) -> str | None:
    return VERSIONS.get(protocol.lower())
