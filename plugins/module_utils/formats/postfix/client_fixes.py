# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Edits that give a client endpoint's field another value.

A value that the service's own options set is changed there; everything else is set in main.cf.  A
policy table is not edited: it may have to be compiled again.
"""

from __future__ import annotations

from ...endpoint import IMPLICIT, STARTTLS_OPTIONAL, STARTTLS_REQUIRED, Fix
from . import fixes
from .client_level import rank
from .services import left_behind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Sequence

    from ...endpoint import Endpoint
    from ...text.values import Setting
    from .configuration import Configuration
    from .services import Service

ENCRYPT = "encrypt"
_TRUST = ("tls_CAfile", "tls_CApath", "tls_trust_anchor_file")


def edit(files: Configuration, endpoint: Endpoint, field: str, value: Any) -> Fix | None:
    """The edits that give the endpoint's field that value, or ``None`` where none is known."""
    prefix = "lmtp" if endpoint.protocol == "lmtp" else "smtp"
    wanted = _wanted(files, endpoint, field, value, prefix)
    if not wanted or files.main is None or _by_table(endpoint, field) or _by_dane(endpoint):
        return None
    level = prefix + "_tls_security_level"
    service = _service(files, endpoint, [*wanted, level] if field == "usable" else list(wanted))
    if service is not None and left_behind(service):
        return None
    if service is not None:
        edits = fixes.in_service(files, service, wanted)
    else:
        edits = fixes.in_main(files.main, wanted)
    title = "{}: {}".format(
        endpoint.name, ", ".join("{}={}".format(*pair) for pair in wanted.items())
    )
    return Fix(title, _is_safe(endpoint, field), edits) if edits else None


def _wanted(
    files: Configuration, endpoint: Endpoint, field: str, value: Any, prefix: str
) -> dict[str, str]:
    """The parameters to set."""
    if field == "cleartext_auth" and value is False:
        field, value = "tls", IMPLICIT if endpoint.port == 465 else STARTTLS_REQUIRED
    level, wrapper = prefix + "_tls_security_level", prefix + "_tls_wrappermode"
    if field == "usable":
        # TLS from the first byte needs a level that insists on TLS.
        causes = {one.name: one.value for one in endpoint.causes.get(field, ())}
        if causes.get(wrapper, "").lower() != "yes" or level not in causes:
            return {}
        return {level: ENCRYPT} if endpoint.port == 465 else {wrapper: "no"}
    strong = rank(_level(endpoint)) >= rank(ENCRYPT)
    if field == "tls" and value in (IMPLICIT, STARTTLS_REQUIRED):
        wanted = {} if strong else {level: ENCRYPT}
        if IMPLICIT in (value, endpoint.tls) and value != endpoint.tls:
            wanted[wrapper] = "yes" if value == IMPLICIT else "no"
        return wanted
    if field == "tls" and value == STARTTLS_OPTIONAL:
        return {level: "may"}
    if field == "certificate_verified" and value == "full":
        return {level: "secure"} if _trusts(files, prefix) else {}
    if field == "tls_min" and value in fixes.PROTOCOLS:
        kind = "protocols" if _level(endpoint) in ("", "may") else "mandatory_protocols"
        return {f"{prefix}_tls_{kind}": fixes.PROTOCOLS[value]}
    return {}


def _level(endpoint: Endpoint) -> str:
    """The level that the endpoint's TLS mode comes from, as far as a setting names it."""
    for setting in reversed(endpoint.causes.get("tls", ())):
        if setting.name.endswith("_tls_security_level"):
            return setting.value.lower()
    return ""


def _by_dane(endpoint: Endpoint) -> bool:
    """Whether DANE decides: another level would take away what it gives."""
    return any(setting.value == "dane" for setting in endpoint.causes.get("tls", ()))


def _trusts(files: Configuration, prefix: str) -> bool:
    """Whether certificates can be checked at all."""
    parameters = files.parameters(prefix)
    return any(parameters.pieces(f"{prefix}_{name}")[0] for name in _TRUST)


def _by_table(endpoint: Endpoint, field: str) -> bool:
    """Whether a table decides, which then has the last word."""
    causes: tuple[Setting, ...] = endpoint.causes.get(field, ())
    return any(setting.name.endswith(("_policy_maps", "_per_site")) for setting in causes[-1:])


def _service(files: Configuration, endpoint: Endpoint, names: Sequence[str]) -> Service | None:
    """The service of master.cf whose own options set one of these."""
    places = {setting.place for why in endpoint.causes.values() for setting in why}
    services: list[Service] = files.master.services if files.master is not None else []
    for service in services if not files.stock else ():
        for option in service.options:
            if option.entry is None or option.entry.name not in names:
                continue
            if service.line.place(option.start, option.end) in places:
                return service
    return None


def _is_safe(endpoint: Endpoint, field: str) -> bool:
    """Whether a relay that does it right still gets its mail; delivery to others is not ours."""
    return field == "usable" or (
        field in ("tls", "cleartext_auth") and "mx-delivery" not in endpoint.tags
    )
