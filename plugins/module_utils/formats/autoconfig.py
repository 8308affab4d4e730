# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Thunderbird's autoconfig: ``config-v1.1.xml`` and the files of its provider database.

What a provider tells mail programs about its servers.  Every entry is one client endpoint, named by
its type and its place among those: ``imap-1`` is preferred to ``imap-2``.  Source: Thunderbird's
own reader (readFromXML, Sanitizer and JXON of comm-central, commit 1457122).
"""

from __future__ import annotations

import re

from .. import markup
from ..endpoint import (
    CLIENT,
    IMPLICIT,
    NONE,
    STARTTLS_REQUIRED,
    Edit,
    Endpoint,
    Fix,
    Problem,
    Reading,
    Remark,
    together,
)
from ..patterns import FOREIGN, lazy
from ..ports import IMPLICIT_PORTS
from ..shapes.client import Knobs, fields
from ..text import HOLE
from ..text.assume import Assumptions
from ..text.values import Setting, Undecided, Value, default, of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Sequence

    from ..endpoint import Unit
    from ..markup import Element
    from ..source import Source
    from ..text import Text
    from ..text.place import Place

PROGRAM = "thunderbird"
# In an element of a server no word of capitals with a line has a meaning.
PLACEHOLDERS = ("${NAME}", *FOREIGN, "%{name}", "NAME_NAME")
# What Thunderbird replaces itself (AccountConfig.replaceVariables).
KEPT = ("%EMAILADDRESS%", "%EMAILLOCALPART%", "%EMAILDOMAIN%", "%REALNAME%", "%EMAILHOSTNAME%")

INCOMING, OUTGOING = "incomingServer", "outgoingServer"
TYPES = {INCOMING: ("imap", "pop3"), OUTGOING: ("smtp",)}
# What other entries are for: Exchange and its kin, news, and what other programs read.
ELSEWHERE = ("exchange", "ews", "owa", "graph", "eas", "activesync", "nntp", "jmap")
# STARTTLS is nsMsgSocketType.alwaysSTARTTLS: without it Thunderbird does not go on.
MODES = {"plain": NONE, "SSL": IMPLICIT, "STARTTLS": STARTTLS_REQUIRED}
# What is sent: the secret itself (or a token that is as good), something made from it, or nothing.
SECRET, PROOF, NOTHING = "secret", "proof", "nothing"
METHODS = {
    "password-cleartext": SECRET,
    "plain": SECRET,
    "OAuth2": SECRET,
    "password-encrypted": PROOF,
    "secure": PROOF,
    "GSSAPI": PROOF,
    "NTLM": PROOF,
}
# Only who sends mail may do so without a login.
WITHOUT = ("none", "client-IP-address", "smtp-after-pop")
RENAMED = {"plain": "password-cleartext", "secure": "password-encrypted"}

_SOCKET_TYPES = {mode: name for name, mode in MODES.items() if mode != NONE}
_TITLES = {IMPLICIT: "TLS from the first byte", STARTTLS_REQUIRED: "STARTTLS"}
# Sanitizer.hostname: a name that may hold %PLACEHOLDERS%, a host name (RFC 1123), or an address.
_PLACEHOLDERS = lazy(r"[A-Za-z0-9.-]*(%[A-Z0-9]+%[A-Za-z0-9.-]*)+")
_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_NAME = lazy(rf"(?=.{{1,255}}\Z)({_LABEL}\.)*{_LABEL}\.?", re.IGNORECASE)
_IPV6 = lazy(r"(?=[^:]*:[^:]*:)(?=.{1,60}\Z)[0-9A-Fa-f:]+(\d+\.\d+\.\d+\.\d+)?")
_PORT = lazy(r"\s*0*([0-9]{1,5})\s*", re.ASCII)
_LONGEST = 60


def units(found: dict[str, str], source: Source) -> list[tuple[str, dict[str, str]]]:
    """Every file stands for itself."""
    return [(path, {role: path}) for path, role in found.items()]


def claims(path: str, head: str, role: str) -> str:
    """The role of a file of another name, by its first element; empty for none."""
    return role if "<clientConfig" in head else ""


def read(unit: Unit, source: Source, assume: Assumptions) -> Reading:
    """The server entries of one file as client endpoints.

    In: the text under the role ``config``.  Out: the reading; an entry that Thunderbird passes over
    gives a remark and no endpoint.
    """
    reading = Reading()
    text = unit.texts.get("config")
    if text is None:
        return reading
    text = text.settled(assume, "<\n")
    try:
        root = markup.parse(text.string)
    except markup.Malformed as error:
        _malformed(text, error, reading)
        return reading
    if root.name != "clientConfig":
        place = text.place(root.start, root.opened)
        message = f"the root is <{root.name[:40]}>, where autoconfig has <clientConfig>"
        reading.problems.append(Problem("syntax-error", message, place))
        return reading
    provider = Provider(text, root, assume)
    reading.endpoints = [server.endpoint() for server in provider.servers if server.is_taken]
    reading.remarks = provider.remarks
    reading.clients = provider.opaque
    return reading


def _malformed(text: Text, error: markup.Malformed, reading: Reading) -> None:
    """One error; where holes stand before it, they may be what makes it one."""
    names = text.hole_names(0, error.offset + 1)
    place = text.place(error.offset, min(error.offset + 1, len(text)))
    if names:
        reading.clients.extend((name, place) for name in names)
    else:
        reading.problems.append(Problem("syntax-error", f"no XML: {error.reason}", place))


def edit(unit: Unit, endpoints: Sequence[Endpoint], field: str, value: Any) -> Fix | None:
    """The edits that give the endpoints' field that value; ``None`` where none are known."""
    return together(_edit(unit, endpoint, field, value) for endpoint in endpoints)


def _edit(unit: Unit, endpoint: Endpoint, field: str, value: Any) -> Fix | None:
    """The edit that gives the entry that mode; ``None`` where none is known.

    None is safe: a file that everybody's programs follow describes servers, and one that is against
    the port's custom may well describe them as they are.
    """
    if field == "cleartext_auth" and value is False:
        field, value = "tls", IMPLICIT if endpoint.port in IMPLICIT_PORTS else STARTTLS_REQUIRED
    if field != "tls" or value not in _SOCKET_TYPES:
        return None
    text = unit.texts["config"]
    element = text.made(Provider, _decisive).get(endpoint.name)
    if element is None:
        return None
    return _retyped(text, element, _SOCKET_TYPES[value], f"{endpoint.name}: {_TITLES[value]}")


def _retyped(text: Text, element: Element, wanted: str, title: str) -> Fix:
    """The fix that writes another value into a socketType."""
    place = text.place(element.opened, element.closed)
    return Fix(title, False, (Edit(place.path, place.start, place.end, wanted),))


def _decisive(text: Text) -> dict[str, Element]:
    """The socketType that decides the mode of each server, by the server's name."""
    provider = Provider(text, markup.parse(text.string), Assumptions({}))
    return {
        server.name: server.socket_type
        for server in provider.servers
        if server.socket_type is not None
    }


class Provider:
    """What a ``clientConfig`` says of its first provider.

    ``servers`` are the entries for mail in their order, those included that Thunderbird passes
    over; ``opaque`` is where a hole may stand for further ones.
    """

    def __init__(self, text: Text, root: Element, assume: Assumptions) -> None:
        self._text = text
        self._assume = assume
        self.servers: list[Server] = []
        self._numbers: dict[str, int] = {}
        self.remarks: list[Remark] = []
        self.opaque: list[tuple[str, Place]] = []
        self._anything(root, _loose(text, root))
        providers = root.named("emailProvider")
        for other in providers[1:]:
            self._remark(
                "Thunderbird reads the first <emailProvider> of a file and no other", other
            )
        if providers:
            self._read(providers[0])
        elif not self.opaque:
            self._nothing("it has no <emailProvider>", root)

    def _read(self, provider: Element) -> None:
        self._anything(provider, _loose(self._text, provider))
        for element in provider.children:
            if element.name in TYPES:
                self._entry(element)
        for server in self.servers:
            self.remarks.extend(server.remarks)
        if not self._text.has_hole(provider.start, provider.end):
            self._whole(provider)

    def _entry(self, element: Element) -> None:
        kind = _attribute(self._text, element, "type", self._assume)
        if isinstance(kind.value, Undecided):
            self._anything(element, kind.value.depends_on)
        elif kind.value in TYPES[element.name]:
            self._numbers[kind.value] = self._numbers.get(kind.value, 0) + 1
            name = f"{kind.value}-{self._numbers[kind.value]}"
            self.servers.append(Server(self._text, element, name, kind, self._assume))
        elif kind.value not in ELSEWHERE:
            known = " or ".join(TYPES[element.name])
            message = f"Thunderbird passes over this entry: its type is not {known}"
            self.remarks.append(Remark("setting-ineffective", message, kind.causes[0]))

    def _whole(self, provider: Element) -> None:
        """What makes Thunderbird take nothing at all from a file.

        The entries are judged all the same: other programs read such files and are less strict.
        """
        domains = [
            _content(self._text, one, self._assume).value for one in provider.named("domain")
        ]
        if not _is_host(provider.attributes.get("id", "")):
            self._nothing("the provider has no id that is a domain", provider)
        elif not any(isinstance(domain, str) and _is_host(domain) for domain in domains):
            self._nothing("it names no <domain>", provider)
        elif not self._has(provider, INCOMING):
            self._nothing("no <incomingServer> is left", provider)
        elif not self._has(provider, OUTGOING):
            self._nothing("no <outgoingServer> is left", provider)

    def _has(self, provider: Element, name: str) -> bool:
        """Whether an entry of that name is taken, or may be."""
        kinds = [element.attributes.get("type") for element in provider.named(name)]
        return any(kind in ELSEWHERE for kind in kinds) or any(
            server.is_taken and server.element.name == name for server in self.servers
        )

    def _anything(self, element: Element, names: tuple[str, ...]) -> None:
        place = self._text.place(element.start, element.opened)
        self.opaque.extend((name, place) for name in names)

    def _nothing(self, why: str, element: Element) -> None:
        self._remark(f"Thunderbird takes nothing from this file: {why}", element)

    def _remark(self, message: str, element: Element) -> None:
        (setting,) = _attribute(self._text, element, "id", self._assume).causes
        self.remarks.append(Remark("setting-ineffective", message, setting))


class Server:
    """An ``incomingServer`` or ``outgoingServer``, and what Thunderbird does with it.

    ``is_taken`` is false where Thunderbird passes over the entry, and a remark says why;
    ``socket_type`` is the element that decides the mode, where one does.
    """

    def __init__(
        self, text: Text, element: Element, name: str, protocol: Value, assume: Assumptions
    ) -> None:
        self._text = text
        self._assume = assume
        self._protocol = protocol
        # What stands between the elements may be any of them, and come first.
        self._unknown = _loose(text, element)
        self.element = element
        self.name = name
        self.is_taken = True
        self.remarks: list[Remark] = []
        self.socket_type: Element | None = None
        self._host = self._first("hostname", _host, "its hostname is no host")
        self._port = self._first("port", _port, "its port is no number from 1 to 65535")
        self._tls = self._mode()
        self._sends = self._what_is_sent()

    def endpoint(self) -> Endpoint:
        """The entry as an endpoint; only of one that is taken."""
        login = of(lambda sent: sent != NOTHING, self._sends)
        if self.element.name == INCOMING:
            # Fetching mail always needs one.
            login = login._replace(value=True)
        knobs = Knobs(
            host=self._host,
            port=self._port,
            protocol=self._protocol,
            mode=self._tls,
            login=login,
            plaintext=of(lambda sent: sent == SECRET, self._sends),
            verified=Value("full", (default(PROGRAM, "certificates", "checked"),)),
            least=Value("1.2", (default(PROGRAM, "security.tls.version.min", "3", "TLS 1.2"),)),
        )
        place = self._text.place(self.element.start, self.element.opened)
        name = f"autoconfig:{self.name}"
        return Endpoint(name, CLIENT, PROGRAM, self.name, place, fields(knobs))

    def _contents(self, name: str) -> list[tuple[Element, Value]]:
        return [
            (element, _content(self._text, element, self._assume))
            for element in self.element.named(name)
        ]

    def _refuse(self, why: str, at: Value | None = None, fix: Fix | None = None) -> Value:
        """Notes the first reason; the value is never asked for."""
        if self.is_taken:
            message = f"Thunderbird passes over this entry: {why}"
            (setting,) = (at or self._protocol).causes
            self.remarks.append(Remark("setting-ineffective", message, setting, fix=fix))
        self.is_taken = False
        return Value(None)

    def _open(self, contents: Sequence[tuple[Element, Value]] = ()) -> Value:
        """What any of the element's holes may say."""
        settings = [setting for _element, value in contents for setting in value.causes]
        return Value(Undecided(*self._unknown), (*self._protocol.causes, *settings))

    def _first(self, name: str, taken: Callable[[str], Any], wrong: str) -> Value:
        """The first element of that name; at least one must be right."""
        if self._unknown:
            return self._open()
        contents = self._contents(name)
        if not contents:
            return self._refuse(f"it has no <{name}>")
        _element, value = contents[0]
        result = of(taken, value)
        return self._refuse(wrong, value) if result.value is None else result

    def _mode(self) -> Value:
        """The mode of the first socketType that Thunderbird knows."""
        contents = self._contents("socketType")
        if self._unknown:
            return self._open(contents)
        for element, value in contents:
            if isinstance(value.value, Undecided):
                return value
            if value.value in MODES:
                self.socket_type = element
                return value._replace(value=MODES[value.value])
        if not contents:
            return self._refuse("it has no <socketType>")
        element, value = contents[0]
        meant = socket_type(str(value.value))
        # The file describes a server that is not here.
        title = f"{self.name}: {meant}"
        fix = _retyped(self._text, element, meant, title) if meant else None
        return self._refuse("its socketType is not plain, STARTTLS or SSL", value, fix)

    def _what_is_sent(self) -> Value:
        """What the first authentication that Thunderbird knows sends."""
        contents = self._contents("authentication")
        if self._unknown:
            return self._open(contents)
        known = [value for _element, value in contents if self._is_known(value.value)]
        if not contents:
            return self._refuse("it has no <authentication>")
        if not known:
            return self._refuse("it names no authentication that is known", contents[0][1])
        method = self._without_oauth(known)
        self._deprecated(method)
        return of(lambda name: METHODS.get(name, NOTHING), method)

    def _is_known(self, method: str | Undecided) -> bool:
        if isinstance(method, Undecided) or method in METHODS:
            return True
        return method in WITHOUT and self.element.name == OUTGOING

    def _without_oauth(self, known: Sequence[Value]) -> Value:
        """The method taken.  OAuth2 counts only for hosts that Thunderbird's own list knows.

        That list is not in the file: where the next method would send no secret and there is no
        TLS, it decides.
        """
        first = known[0]
        if first.value != "OAuth2" or self._tls.value != NONE:
            return first
        others = [method for method in known if method.value != "OAuth2"]
        if not others or others[0].value in ("password-cleartext", "plain"):
            return first
        question = "Thunderbird's list of OAuth2 providers"
        answer = self._assume.choose(question, ["known", "not known"])
        if answer is None:
            return first._replace(value=Undecided(question))
        return first if answer == "known" else others[0]

    def _deprecated(self, method: Value) -> None:
        instead = RENAMED.get(str(method.value))
        if instead is not None:
            message = f"the old name of {instead}, which Thunderbird means to give up"
            self.remarks.append(Remark("setting-deprecated", message, method.causes[0]))


def _content(text: Text, element: Element, assume: Assumptions) -> Value:
    """What an element holds, with the element as its one cause.

    One with attributes or elements of its own is an object to Thunderbird and equals no value.
    """
    value: str | Undecided = element.text
    if element.children or element.attributes:
        value = ""
    elif text.has_hole(element.opened, element.closed):
        value = _filled(text, element.opened, element.closed, assume)
    shown = _shown(value)
    written = f"<{element.name}>{shown}</{element.name}>"
    place = text.place(element.start, element.end)
    return Value(value, (Setting(element.name, shown, place, written),))


def _attribute(text: Text, element: Element, name: str, assume: Assumptions) -> Value:
    """An attribute's value, empty where there is none; the place of its cause is the start tag."""
    value: str | Undecided = element.attributes.get(name, "")
    span = markup.attribute_span(text.string, element, name)
    if span is not None and text.has_hole(*span):
        value = _filled(text, *span, assume)
    shown = _shown(value)
    place = text.place(element.start, element.opened)
    return Value(value, (Setting(name, shown, place, f'<{element.name} {name}="{shown}">'),))


def _shown(value: str | Undecided) -> str:
    """A value as a report shows it; a hole as what decides it."""
    if isinstance(value, Undecided):
        return "{{{}}}".format(", ".join(value.depends_on))
    bare = value.strip()
    return bare if len(bare) <= _LONGEST else bare[:_LONGEST] + "…"


def _filled(text: Text, start: int, end: int, assume: Assumptions) -> str | Undecided:
    """A value with holes in it; what comes to be markup is not read again."""
    value = text.value(start, end, assume)
    if isinstance(value, str) and ("<" in value or "&" in value):
        return Undecided(*text.hole_names(start, end))
    return value


def _loose(text: Text, element: Element) -> tuple[str, ...]:
    """The names of the holes that stand between an element's children: they may be any of them."""
    if HOLE not in element.text:
        return ()
    names = set(text.hole_names(element.opened, element.closed))
    for child in element.children:
        names -= set(text.hole_names(child.start, child.end))
    # A hole of the same name in a child hides it: then all of them may be meant.
    return tuple(sorted(names)) or text.hole_names(element.opened, element.closed)


def _is_host(name: str) -> bool:
    """Whether Thunderbird takes a text for a host."""
    bare = name.strip()
    return any(pattern.fullmatch(bare) for pattern in (_PLACEHOLDERS, _NAME, _IPV6))


def _host(written: str) -> str | None:
    """A host without the blanks around it; ``None`` where the text is none."""
    return written.strip() if _is_host(written) else None


def _port(written: str) -> int | None:
    """A port from 1 to 65535; ``None`` where the text is none."""
    match = _PORT.fullmatch(written)
    port = int(match.group(1)) if match else 0
    return port if 0 < port < 65536 else None


def socket_type(written: str) -> str:
    """The socketType that a misspelt one is one edit away from; empty where none is.

    ``plain`` is never meant by a word that is not that, and ``TLS`` may be either of the others.
    """
    word = "".join(char for char in written.upper() if char.isalpha())
    if word in ("SSL", "SSLTLS"):
        return "SSL"
    if word.startswith("START"):
        # The two names of the protocol are taken for each other.
        word = word.replace("SSL", "TLS")
    return "STARTTLS" if _is_near(word, "STARTTLS") else ""


def _is_near(word: str, other: str) -> bool:
    """Whether at most one character is missing, too many, another one, or before its neighbour."""
    if abs(len(word) - len(other)) > 1:
        return False
    pairs = zip(word, other)
    at = next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(word), len(other)))
    left, right = word[at:], other[at:]
    swapped = left[:2] == right[1::-1] and left[2:] == right[2:]
    return left[1:] == right[1:] or left[1:] == right or left == right[1:] or swapped
