# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A server: what it shows on the wire, decided by what each of its peers sees.

In: ``Server``, with the ``View`` of an ordinary peer and one of each network that may see something
else.  Out: ``fields``, as ``Endpoint`` takes them, each with its causes.

An ordinary peer decides the fields.  Where it gets nothing done, the first peer that does decides,
and the endpoint requires a trusted network.  What another network sees differently is an exception.
A network beyond the private ranges holds ordinary peers: they may do what it may.
"""

from __future__ import annotations

from .. import peers
from ..endpoint import IMPLICIT, NONE, STARTTLS_OPTIONAL, STARTTLS_REQUIRED
from ..ports import SUBMISSION_PORTS
from ..text.values import NOTHING, Undecided, Value, applied, causes, of, open_part, reason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable, NamedTuple, Sequence

    from ..peers import Network
    from ..text.values import Answer, Setting

    Why = tuple[Setting, ...]
else:
    from ..tuples import NamedTuple

# The fields that a network may see otherwise than ordinary peers do.
DIFFERING = ("tls", "auth", "cleartext_auth", "tls_works")


class View(NamedTuple):
    """What one peer sees; a value of ``None`` is shown by nothing.

    ``usable``: a login is accepted, or a message handed over.  ``certificate``: nothing gets done
    without one of the client's.  ``open``: a message is taken without a login.  ``useless``: why
    nothing gets done, in words.  ``why``: the settings that make this peer see something else;
    ``trusts``: those that let it in where others are not.  ``turned_away``: it is meant to get
    nothing done.
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
    why: Why = ()
    trusts: Why = ()
    turned_away: bool = False


class Server(NamedTuple):
    """What a server's peers see, and where it listens.

    The first view is the ordinary peer's, or the host's own if no other peer gets there; then come
    those of networks, ``wider_first``, and of peers that no address tells apart.  ``protocol`` is
    ``smtp`` for relay and submission alike: which of them it is follows from the port and from what
    is taken without a login.  Every other protocol stands.  Its causes are those of a field without
    any.  ``proxy``: every connection begins with the header of a proxy.
    """

    views: Sequence[tuple[Network | None, View]]
    protocol: Value[str]
    proxy: Value[bool] = Value(False)
    address: Value[str] = Value("")
    family: Value[str] = Value("any")
    port: Value[int] = Value(0)


def closed(why: Why, words: str = "") -> View:
    """The view of a connection that is closed at once, and why."""
    return View(NOTHING, NOTHING, NOTHING, NOTHING, Value(False, why), useless=words)


def mode(implicit: Answer, offered: Answer, handshake: Answer, before: Answer) -> Any:
    """The TLS mode: whether TLS comes first, STARTTLS is offered, a handshake works, and anything
    gets done before TLS.
    """
    if isinstance(implicit, Undecided):
        return implicit
    if implicit:
        return None if handshake is False else IMPLICIT
    if isinstance(offered, Undecided):
        return offered
    if not offered:
        return NONE
    return applied(lambda yes: STARTTLS_OPTIONAL if yes else STARTTLS_REQUIRED, before)


def tls_works(offered: Answer, behind: Answer) -> Any:
    """Whether TLS works: whether STARTTLS is offered and the server speaks behind TLS."""
    return behind if behind is not False else applied(lambda yes: False if yes else None, offered)


def is_kinder(view: View, other: View) -> bool:
    """Whether a peer is treated more kindly: served at all, or let in without TLS."""
    if False in (view.usable.value, other.usable.value):
        return view.usable.value is not False
    return view.cleartext_auth.value is True and other.cleartext_auth.value is False


def wider_first(networks: Iterable[Network]) -> list[Network]:
    """The networks in the order of their width, those of the host itself last."""
    return sorted(
        networks, key=lambda one: (peers.is_loopback(one), one.version, one.bits, one.base)
    )


def deciding(views: Sequence[tuple[Network | None, View]]) -> tuple[int, View]:
    """The number and the view of the peer that decides the fields."""
    ordinary = views[0][1]
    for network, view in views[1:]:
        if network and is_kinder(view, ordinary) and peers.reaches_ordinary(network):
            ordinary = view
    seen = enumerate((ordinary, *(view for _network, view in views[1:])))
    return next((one for one in seen if one[1].usable.value is not False), (0, ordinary))


def fields(server: Server) -> dict[str, Value]:
    """The fields of the server's endpoint.

    If no peer gets anything done, the mode and AUTH that is never offered show nothing.
    """
    number, view = deciding(server.views)
    useless = view.usable.value is False
    words = next((one.useless for _network, one in server.views if one.useless), "")
    found = {
        "tls": view.tls,
        "auth": view.auth,
        "cleartext_auth": view.cleartext_auth,
        "tls_works": view.tls_works,
        "usable": in_words(view.usable, words),
    }
    if useless and view.auth.value is False:
        del found["auth"]
    if useless and view.tls_works.value is True and view.tls.value != IMPLICIT:
        del found["tls"]
    head = server.protocol.causes
    shown = {
        name: Value(one[0], one[1] or head) for name, one in found.items() if one[0] is not None
    }
    if view.tls_works.value not in (None, False) and view.tls_min.value is not None:
        shown["tls_min"] = view.tls_min
    shown.update(address=server.address, family=server.family, port=server.port)
    shown["protocol"] = _protocol(server, view, shown)
    # If no peer gets anything done, there is nothing to require of one.
    shown["requires"] = Value(()) if useless else _requires(server, view, number > 0)
    shown["exceptions"] = _exceptions(server.views, number, view)
    return shown


def in_words(value: Value, words: str) -> Value:
    """The value; if it is no, the words that say why come before its causes."""
    if value.value is not False or not words:
        return value
    return value._replace(causes=causes((reason(words),), value.causes))


def _protocol(server: Server, view: View, shown: dict[str, Value]) -> Value:
    """Submission by port, or because mail is relayed or delivered only after a login."""
    protocol, port = server.protocol, server.port
    if port.value in SUBMISSION_PORTS:
        return Value("submission", port.causes) if protocol.value == "smtp" else protocol
    if protocol.value != "smtp":
        # A connection that is closed at once shows nothing.
        return protocol if view.tls.value is not None else NOTHING
    if "tls" not in shown:
        return NOTHING
    if isinstance(port.value, Undecided):
        return port
    if view.auth.value in (None, False) or view.open.value is True:
        return protocol
    return of(lambda _auth, _open: "submission", shown["auth"], view.open)


def _requires(server: Server, view: View, trusted: bool) -> Value:
    """The requirements that a peer has to meet."""
    demands = {
        "proxy-protocol": server.proxy,
        "client-certificate": view.certificate,
        "trusted-network": Value(trusted, view.trusts),
    }
    unknown = open_part(value for value, _why in demands.values())
    made = {name: why for name, (value, why) in demands.items() if value is True}
    return Value(tuple(sorted(made)) if unknown is None else unknown, causes(*made.values()))


def _exceptions(views: Sequence[tuple[Network | None, View]], number: int, view: View) -> Value:
    """The differences that other networks see, against the narrowest network around them.

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
    # No setting says that the host trusts itself.
    why.sort(key=lambda one: not one[0])
    return Value(tuple(found), causes(*(settings for _own, settings in why)))


def _seen(view: View) -> dict[str, Any]:
    """The values that an exception may be about."""
    shown = {name: getattr(view, name).value for name in DIFFERING}
    return {"usable": view.usable.value is not False, **shown}
