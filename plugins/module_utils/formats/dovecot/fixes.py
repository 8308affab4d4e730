# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Edits that give an endpoint's field another value.

A setting that is to blame is changed where it stands.  What nobody says is said at the listener, or
at the end of dovecot.conf, where it holds for all.
"""

from __future__ import annotations

from ...endpoint import IMPLICIT, NONE, SERVER, STARTTLS_REQUIRED, Edit, Fix
from ...ports import IMPLICIT_PORTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator

    from ...endpoint import Endpoint, Unit
    from ...text import Text
    from ...text.place import Place
    from ...text.values import Setting

# What refuses passwords before TLS.
STRICT = {"disable_plaintext_auth": "yes", "auth_allow_cleartext": "no"}
CLIENT_MODES = {
    "submission_relay": {IMPLICIT: "smtps", STARTTLS_REQUIRED: "starttls"},
    "submission": {IMPLICIT: "smtps", STARTTLS_REQUIRED: "starttls"},
    "imapc": {IMPLICIT: "imaps", STARTTLS_REQUIRED: "starttls"},
    "pop3c": {IMPLICIT: "pop3s", STARTTLS_REQUIRED: "starttls"},
}


def edit(unit: Unit, endpoint: Endpoint, field: str, value: Any) -> Fix | None:
    """The edits that give the endpoint's field that value, or ``None`` where none is known."""
    if field in ("usable", "tls_works"):
        return _contents(endpoint, field)
    if field == "tls_min":
        return _oldest(unit, endpoint, value)
    if endpoint.side != SERVER:
        return _client(unit, endpoint, field, value)
    if endpoint.protocol == "lmtp":
        return None
    if field == "tls" and IMPLICIT in (value, endpoint.tls):
        wrapped = "yes" if value == IMPLICIT else "no"
        edits = _listener(unit, endpoint, wrapped)
        title = f"{endpoint.name}: ssl = {wrapped}"
        return Fix(title, endpoint.tls == NONE, edits) if edits else None
    if (field, value) in (("tls", STARTTLS_REQUIRED), ("cleartext_auth", False)):
        return _login(unit, endpoint, field)
    return None


def _login(unit: Unit, endpoint: Endpoint, field: str) -> Fix | None:
    """Nobody who uses TLS today is kept from it by a server that insists."""
    named = (*endpoint.causes.get("cleartext_auth", ()), *endpoint.causes.get(field, ()))
    blamed = {one.name: one for one in named}
    trusted = blamed.get("login_trusted_networks")
    if trusted is not None and trusted.place is not None:
        # Whom to trust is nobody's to guess.
        return None
    wanted = {}
    for name, strict in STRICT.items():
        if name in blamed and blamed[name].value != strict:
            wanted[name] = strict
    if endpoint.tls == NONE or (field == "tls" and not wanted):
        wanted["ssl"] = "required"
    if not wanted:
        return None
    edits = [
        one for name, value in wanted.items() for one in _set(unit, blamed.get(name), name, value)
    ]
    title = ", ".join(f"{name} = {value}" for name, value in wanted.items())
    return Fix(title, True, tuple(edits)) if edits else None


def _contents(endpoint: Endpoint, field: str) -> Fix | None:
    """The < that makes 2.3 read a file: without it the path is taken for the certificate."""
    paths = {
        one: one.value
        for one in endpoint.causes.get(field, ())
        if one.name in ("ssl_cert", "ssl_key") and one.place and one.value.startswith("/")
    }
    edits = tuple(
        Edit(one.place.path, one.place.start, one.place.end, f"{one.name} = <{path}")
        for one, path in paths.items()
        if one.place and "<" not in one.text
    )
    title = ", ".join(f"{one.name} = <{path}" for one, path in paths.items())
    return Fix(title, True, edits) if edits else None


def _oldest(unit: Unit, endpoint: Endpoint, value: Any) -> Fix | None:
    why = endpoint.causes.get("tls_min", ())
    edits = tuple(_set(unit, why[-1] if why else None, "ssl_min_protocol", f"TLSv{value}"))
    return Fix(f"ssl_min_protocol = TLSv{value}", False, edits) if edits else None


def _client(unit: Unit, endpoint: Endpoint, field: str, value: Any) -> Fix | None:
    prefix = endpoint.name.partition("@")[0]
    if field == "cleartext_auth" and value is False:
        field = "tls"
        value = IMPLICIT if endpoint.port in IMPLICIT_PORTS else STARTTLS_REQUIRED
    if field == "tls" and value in CLIENT_MODES[prefix]:
        name, wanted, safe = f"{prefix}_ssl", CLIENT_MODES[prefix][value], True
    elif field == "certificate_verified" and value == "full" and endpoint.tls != NONE:
        name, wanted, safe = "", "yes", False
    else:
        return None
    why = endpoint.causes.get(field, ())
    blamed = next((one for one in reversed(why) if not name or one.name == name), None)
    if blamed is None or (not name and blamed.place is None):
        return None
    name = name or blamed.name
    edits = tuple(_set(unit, blamed, name, wanted, endpoint.place))
    return Fix(f"{name} = {wanted}", safe, edits) if edits else None


def _set(
    unit: Unit, said: Setting | None, name: str, value: str, behind: Place | None = None
) -> Iterator[Edit]:
    """A setting changed where it stands; said behind another, or last of all, where it does not."""
    if said is not None and said.place is not None:
        yield Edit(said.place.path, said.place.start, said.place.end, f"{said.name} = {value}")
        return
    if behind is not None:
        yield from _after(unit, behind, f"{name} = {value}", inside=False)
        return
    text = unit.texts.get("main")
    if text is None:
        return
    string = text.string
    newline = _newline(text)
    first = "" if not string or string.endswith("\n") else newline
    end = len(string.encode("utf-8", "surrogateescape"))
    yield Edit(text.path, end, end, f"{first}{name} = {value}{newline}")


def _listener(unit: Unit, endpoint: Endpoint, value: str) -> tuple[Edit, ...]:
    """``ssl`` of the listener: changed, or said first in its section."""
    for setting in endpoint.causes.get("tls", ()):
        if setting.name == "ssl" and setting.place and "in inet_listener" in setting.text:
            return tuple(_set(unit, setting, "ssl", value))
    if not any(one.name == "inet_listener" for one in endpoint.causes.get("protocol", ())):
        return ()
    return tuple(_after(unit, endpoint.place, f"ssl = {value}", inside=True))


def _after(unit: Unit, place: Place, line: str, inside: bool) -> Iterator[Edit]:
    """A line behind the one at a place, indented as that, and more where that opens a section."""
    text = next((one for one in unit.texts.values() if one.path == place.path), None)
    if text is None:
        return
    data = text.string.encode("utf-8", "surrogateescape")
    start = data.rfind(b"\n", 0, place.start) + 1
    end = data.find(b"\n", place.end)
    end = len(data) if end < 0 else end
    if data[end - 1 : end] == b"\r":
        end -= 1
    indent = data[start : place.start].decode("utf-8", "surrogateescape")
    more = "  " if inside else ""
    if indent.strip():
        return
    yield Edit(place.path, end, end, f"{_newline(text)}{indent}{more}{line}")


def _newline(text: Text) -> str:
    return "\r\n" if "\r\n" in text.string else "\n"
