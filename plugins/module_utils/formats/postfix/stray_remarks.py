# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What there is to say of a stray setting, and how to mend it.

Apart from ``strays``, which looks for them: most configurations have none.
"""

from __future__ import annotations

from ... import peers
from ...endpoint import IMPLICIT, STARTTLS_REQUIRED, Edit, Fix, Remark
from ...text.values import Setting
from . import listeners, services
from .shown import cut, masked_value, option_setting, service_setting

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from typing import Iterator, Sequence

    from ...endpoint import Endpoint
    from .configuration import Configuration
    from .listeners import Listener
    from .services import Option, Service
    from .strays import Served
    from .syntax import Entry, Main

INEFFECTIVE = "setting-ineffective"
PROXY = "smtpd_upstream_proxy_protocol"
# Options that decide who may do what on a port, and how.
GRAVE = ("_tls", "_sasl_", "_restrictions", "_proxy_")
RELAY_PORT = 25
TLS_DEMANDED = {STARTTLS_REQUIRED: "TLS", IMPLICIT: "TLS from the first byte"}


def lost(main: Main, entry: Entry, start: int, match: re.Match[str]) -> Remark:
    """A line that looks like a setting, and is part of the entry above it."""
    name, value = match.group(1), match.group(2)
    span = start + match.start(1), start + match.end(2)
    numbers = main.named.get(name)
    instead = "nothing else sets it"
    if numbers:
        instead = f"line {main.entries[numbers[-1]].place().line} is what sets it"
    above = entry.name or "the setting"
    message = f"lost: the blank in front makes {name} part of {above} above it, and {instead}"
    shown = masked_value(name, value)
    setting = Setting(name, shown, main.text.place(*span), cut(f"{name} = {shown}"))
    blank = main.text.place(start, span[0])
    edit = Edit(blank.path, blank.start, blank.end, "")
    fix = Fix(f"{name} at the beginning of its line", False, (edit,))
    return Remark(INEFFECTIVE, message, setting, fix)


def left_behind(
    configuration: Configuration,
    service: Service,
    name: str,
    options: Sequence[Option],
    served: Served,
) -> Remark:
    """Options of the service above a commented head, which has that name."""
    what = "option acts" if len(options) == 1 else f"{len(options)} options act"
    message = (
        f"the line of the service {name} is commented out, so its {what} on "
        f"{service_setting(service).name} above it"
    )
    told = [*_consequences(service, served), *_gone(configuration, name, served)]
    grave = any(part in (one.entry.name or "") for one in options if one.entry for part in GRAVE)
    return Remark(
        INEFFECTIVE,
        ": ".join((message, *filter(None, ["; ".join(told)]))),
        option_setting(service, options[0]),
        _uncommented(service, name),
        "error" if grave else "",
    )


def _uncommented(service: Service, name: str) -> Fix | None:
    """The head as it was; none if it stands twice as a comment."""
    heads = [one for one in services.commented_heads(service.line) if one[1] == name]
    if len(heads) != 1:
        return None
    _part, _name, start, end = heads[0]
    place = service.line.text.place(start, end)
    edit = Edit(place.path, place.start, place.end, "")
    return Fix(f"uncomment the line of the service {name}", False, (edit,))


def _consequences(service: Service, served: Served) -> Iterator[str]:
    """What the options of another service make of a port for mail between servers."""
    for listener, endpoint in served:
        if listener.service is not service or endpoint.port != RELAY_PORT:
            continue
        demands = [TLS_DEMANDED[endpoint.tls]] if endpoint.tls in TLS_DEMANDED else []
        if endpoint.auth is True and endpoint.protocol == "submission":
            demands.append("a login")
        if demands:
            yield f"port {RELAY_PORT} demands {' and '.join(demands)}, which other servers lack"
        return


def _gone(configuration: Configuration, name: str, served: Served) -> Iterator[str]:
    _host, port = listeners.split_host(name)
    number = listeners.port_number(port, configuration.parameters("master"))
    if isinstance(number, int) and all(endpoint.port != number for _listener, endpoint in served):
        yield f"nothing listens on port {number}"


def awaits_proxy(listener: Listener, endpoint: Endpoint) -> Iterator[Remark]:
    """A port of the loopback to which mail is handed back, and that expects a PROXY line."""
    wanted = [one for one in endpoint.causes.get("requires", ()) if one.name == PROXY]
    loopback = peers.parse(endpoint.address) if endpoint.address else None
    if wanted and loopback is not None and peers.is_loopback(loopback):
        message = (
            f"a PROXY line is expected on {listener.name} too, to which a content filter hands "
            "mail back without any: set this with -o at the services behind the proxy"
        )
        yield Remark(INEFFECTIVE, message, wanted[0])
