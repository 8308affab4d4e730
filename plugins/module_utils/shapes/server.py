# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A server: what it shows on the wire, decided by what each of its peers sees.

In: ``Server``, with the ``View`` of an ordinary peer and one for each network that may see
something else.  Out: ``fields``, as ``Endpoint`` takes them, each with its causes.

The ordinary peer decides the fields.  A network beyond the private ranges holds ordinary peers: if
it is treated more kindly, its view is theirs.  Where an ordinary peer gets nothing done, the first
peer that does decides, and the endpoint requires a trusted network.  What another network sees
differently is an exception.
"""

from __future__ import annotations

from .. import peers
from ..endpoint import IMPLICIT, NONE, STARTTLS_OPTIONAL, STARTTLS_REQUIRED
from ..ports import SUBMISSION_PORTS
from ..values import NOTHING, Undecided, Value, causes, of, open_part, reason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable, NamedTuple, Sequence

    from ..peers import Network
    from ..values import Answer, Setting

    Why = tuple[Setting, ...]
else:
    from ..tuples import NamedTuple

# The fields that a network may see otherwise than ordinary peers do.
DIFFERING = ("tls", "auth", "cleartext_auth", "tls_works")


class View(NamedTuple):
    """What one peer sees.  A value of ``None`` is one that nothing shows.

    ``usable`` is whether anything gets done: a login accepted, or a message handed over.
    ``certificate`` is whether nothing gets done without a certificate of the client, ``open``
    whether a message is taken from somebody who has not logged in.  ``useless`` and ``broken`` say
    in words why nothing gets done and why no handshake works.  ``why`` are the settings that make
    the peer see something else than others do, ``trusts`` those that let it in where others are
    not.  ``turned_away`` is that the peer is meant to get nothing done.
    """

    tls: Value[str | None]
    auth: Value[bool | None]
    cleartext_auth: Value[bool | None]
    tls_works: Value[bool | None]
    usable: Value[bool]
    certificate: Value[bool] = Value(False)
    open: Value[bool] = Value(False)
    tls_min: Value[str | None] = NOTHING
    useless: str = ""
    broken: str = ""
    why: Why = ()
    trusts: Why = ()
    turned_away: bool = False


class Server(NamedTuple):
    """Where a server listens, and what its peers see.

    ``protocol`` is ``smtp`` for relay and submission alike: which of them it is follows from the
    port and from what is taken without a login; every other protocol stands.  What defines the
    server is its cause, and so the cause of a field that has no other.  ``proxy`` is whether every
    connection begins with the header of a proxy.  The first view is the ordinary peer's, or the
    host's own where nobody else gets there; the networks of the others come the wider ones first.
    A view without a network is of somebody whom no address tells.
    """

    address: Value[str]
    family: Value[str]
    port: Value[int]
    protocol: Value[str]
    proxy: Value[bool]
    views: Sequence[tuple[Network | None, View]]


def mode(implicit: Answer, offered: Answer, handshake: Answer, before: Answer) -> Any:
    """The TLS mode: whether TLS comes first, STARTTLS is offered, a handshake works, and whether
    anything gets done before TLS.
    """
    if isinstance(implicit, Undecided):
        return implicit
    if implicit:
        return None if handshake is False else IMPLICIT
    if isinstance(offered, Undecided):
        return offered
    if not offered:
        return NONE
    if isinstance(before, Undecided):
        return before
    return STARTTLS_OPTIONAL if before else STARTTLS_REQUIRED


def tls_works(offered: Answer, behind: Answer) -> Any:
    """Whether TLS works: whether STARTTLS is offered, and whether the server speaks behind TLS."""
    if behind is not False:
        return behind
    return offered if isinstance(offered, Undecided) else False if offered else None


def is_kinder(view: View, other: View) -> bool:
    """Whether a peer is treated more kindly than another: served at all, or let in without TLS."""
    if False in (view.usable.value, other.usable.value):
        return view.usable.value is not False
    return view.cleartext_auth.value is True and other.cleartext_auth.value is False


def wider_first(networks: Iterable[Network]) -> list[Network]:
    """The networks as ``Server`` takes them, those of the host itself last."""
    return sorted(
        networks, key=lambda one: (peers.is_loopback(one), one.version, one.bits, one.base)
    )


def deciding(views: Sequence[tuple[Network | None, View]]) -> tuple[int, View]:
    """The number and the view of the peer that decides the fields."""
    ordinary = views[0][1]
    for network, view in views[1:]:
        if network and is_kinder(view, ordinary) and peers.reaches_ordinary(network):
            ordinary = view
    if ordinary.usable.value is not False:
        return 0, ordinary
    served = ((at, one[1]) for at, one in enumerate(views) if one[1].usable.value is not False)
    return next(served, (0, ordinary))


def fields(server: Server) -> dict[str, Value]:
    """The fields of the server's endpoint.

    Where nobody gets anything done, AUTH that is never offered and a mode show nothing.
    """
    number, view = deciding(server.views)
    useless = view.usable.value is False
    words = next((one.useless for _network, one in server.views if one.useless), "")
    found = {
        "tls": view.tls,
        "auth": view.auth,
        "cleartext_auth": view.cleartext_auth,
        "tls_works": in_words(view.tls_works, view.broken),
        "usable": in_words(view.usable, words),
    }
    if view.tls_works.value not in (None, False):
        found["tls_min"] = view.tls_min
    if useless and view.auth.value is False:
        del found["auth"]
    if useless and view.tls_works.value is True and view.tls.value != IMPLICIT:
        del found["tls"]
    head = server.protocol.causes
    shown = {
        name: Value(value, why or head) for name, (value, why) in found.items() if value is not None
    }
    shown.update(address=server.address, family=server.family, port=server.port)
    shown["protocol"] = _protocol(server, view, shown)
    shown["requires"] = _requires(server, view, number > 0)
    shown["exceptions"] = _exceptions(server.views, number, view)
    return shown


def in_words(value: Value, words: str) -> Value:
    """The value; if it is no, the words that say why come before its causes."""
    if value.value is not False or not words:
        return value
    return value._replace(causes=causes((reason(words),), value.causes))


def _protocol(server: Server, view: View, shown: dict[str, Value]) -> Value:
    """Submission by port, or because only who has logged in can have mail relayed or delivered."""
    protocol, port = server.protocol, server.port
    if port.value in SUBMISSION_PORTS:
        return Value("submission", port.causes) if protocol.value == "smtp" else protocol
    if protocol.value != "smtp":
        # What closes at once shows nothing of itself.
        return protocol if view.tls.value is not None else NOTHING
    if "tls" not in shown:
        return NOTHING
    if isinstance(port.value, Undecided):
        return port
    if view.auth.value in (None, False) or view.open.value is True:
        return protocol
    return of(lambda _auth, _open: "submission", shown["auth"], view.open)


def _requires(server: Server, view: View, trusted: bool) -> Value:
    """What a peer has to have."""
    if view.usable.value is False:
        return Value(())
    demands = {
        "proxy-protocol": server.proxy,
        "client-certificate": view.certificate,
        "trusted-network": Value(trusted, view.trusts),
    }
    unknown = open_part(value for value, _why in demands.values())
    made = {name: why for name, (value, why) in demands.items() if value is True}
    return Value(tuple(sorted(made)) if unknown is None else unknown, causes(*made.values()))


def _exceptions(views: Sequence[tuple[Network | None, View]], number: int, view: View) -> Value:
    """What other networks see differently, against the narrowest network around them.

    To a peer that is turned away nothing is shown, to one that gets nothing done just that.
    """
    found: list[tuple[str, str, Any]] = []
    why: list[tuple[bool, Why]] = []
    usual = _seen(view)
    around = peers.Prefixes()
    said: list[tuple[int, dict[str, Any]]] = []
    # Many networks share a view.
    known: dict[tuple[int, int], dict[str, Any]] = {}
    for at, (network, theirs) in enumerate(views):
        if network is None or at == number or theirs.turned_away:
            continue
        wider = (said[one] for alike in around.around(network) for one in alike)
        base = max(wider, key=lambda one: one[0], default=(0, usual))[1]
        pair = id(theirs), id(base)
        if pair not in known:
            useless = theirs.usable.value is False and usual["usable"]
            seen = {"usable": False} if useless else _seen(theirs)
            known[pair] = {
                name: value
                for name, value in seen.items()
                if value != base[name] and not isinstance(value, Undecided)
            }
            told = in_words(theirs.usable, theirs.useless).causes if useless else theirs.why
            if known[pair]:
                why.append((peers.is_loopback(network), told))
        around.add(network, len(said))
        said.append((network.bits, {**base, **known[pair]} if known[pair] else base))
        found.extend((str(network), name, value) for name, value in known[pair].items())
    # That the host itself is trusted is nobody's setting.
    why.sort(key=lambda one: not one[0])
    return Value(tuple(found), causes(*(settings for _own, settings in why)))


def _seen(view: View) -> dict[str, Any]:
    """What an exception may be about."""
    shown = {name: getattr(view, name).value for name in DIFFERING}
    return {"usable": view.usable.value is not False, **shown}
