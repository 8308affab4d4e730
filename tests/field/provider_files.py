"""The provider database read by ElementTree, and what its entries break, by a table.

Nothing here comes from the product: what it says is held against this.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

SERVERS = {"incomingServer": ("imap", "pop3"), "outgoingServer": ("smtp",)}
SOCKET_TYPES = ("plain", "STARTTLS", "SSL")
# Who sees the connection sees the password, or a token that is as good.
SECRET = ("password-cleartext", "plain", "OAuth2")
METHODS = (*SECRET, "password-encrypted", "secure", "GSSAPI", "NTLM")
WITHOUT = ("none", "client-IP-address", "smtp-after-pop")

# By protocol, port and socketType: the rules that an entry breaks, none where it is right. Sources:
# RFC 8314 sections 3.2, 3.3 and 7.3 (465, 993 and 995 speak TLS from the first byte), RFC 6409
# section 3.1 (587), RFC 3207 and RFC 2595 (STARTTLS on 587, 143 and 110), RFC 5321 section 2.3.10
# and RFC 6409 section 1 (25 is for servers). A port that has no row in the table of IANA's for the
# protocol is not known.
RIGHT = ("smtp 465 SSL", "smtp 587 STARTTLS", "imap 993 SSL", "imap 143 STARTTLS", "pop3 995 SSL",
         "pop3 110 STARTTLS")  # fmt: skip
WRONG = {
    "smtp 465 plain": ("implicit-tls-missing",),
    "smtp 465 STARTTLS": ("implicit-tls-missing",),
    "smtp 587 plain": ("starttls-missing",),
    "smtp 587 SSL": ("implicit-tls-unexpected",),
    "smtp 25 plain": ("client-on-relay-port",),
    "smtp 25 STARTTLS": ("client-on-relay-port",),
    "smtp 586 SSL": ("port-unknown",),
    "imap 143 plain": ("starttls-missing",),
    "imap 143 SSL": ("implicit-tls-unexpected",),
    "imap 587 STARTTLS": ("port-unknown",),
    "imap 993 plain": ("implicit-tls-missing",),
    "imap 993 STARTTLS": ("implicit-tls-missing",),
    "pop3 110 plain": ("starttls-missing",),
    "pop3 110 SSL": ("implicit-tls-unexpected",),
    "pop3 993 SSL": ("port-unknown",),
    "pop3 995 plain": ("implicit-tls-missing",),
    "pop3 995 STARTTLS": ("implicit-tls-missing",),
}
TABLE: dict[str, tuple[str, ...]] = {**dict.fromkeys(RIGHT, ()), **WRONG}
# The element that is to blame.
BLAMED = {
    "implicit-tls-missing": "socketType",
    "implicit-tls-unexpected": "socketType",
    "starttls-missing": "socketType",
    "cleartext-auth": "socketType",
    "client-on-relay-port": "port",
    "port-unknown": "port",
}
SEVERITIES = {"client-on-relay-port": "warning", "port-unknown": "note"}


class Entry(NamedTuple):
    """One server entry: its file, its name by type and order, and what counts of it."""

    path: str
    name: str
    protocol: str
    host: str
    port: int
    socket: str
    method: str

    @property
    def kind(self) -> str:
        """The row of the table."""
        return f"{self.protocol} {self.port} {self.socket}"


class Expected(NamedTuple):
    """A finding: file, entry, rules (the first speaks), how grave, and the element to blame."""

    path: str
    entry: str
    rules: str
    severity: str
    element: str


def entries(folder: Path) -> list[Entry]:
    """Every entry for mail of every file in the folder, in their order."""
    return [entry for path in sorted(folder.glob("*.xml")) for entry in _of_file(path)]


def domains(folder: Path) -> int:
    """How many domains the files are for."""
    return sum(len(_root(path).findall("emailProvider/domain")) for path in folder.glob("*.xml"))


def _root(path: Path) -> ElementTree.Element:
    """The root element; an empty one where the file is no XML."""
    try:
        return ElementTree.parse(path).getroot()
    except ElementTree.ParseError:
        return ElementTree.Element("nothing")


def _of_file(path: Path) -> list[Entry]:
    found = []
    counts: dict[str, int] = {}
    provider = _root(path).find("emailProvider")
    for server in provider if provider is not None else ():
        protocol = server.get("type", "")
        if protocol in SERVERS.get(server.tag, ()):
            counts[protocol] = counts.get(protocol, 0) + 1
            name = f"{protocol}-{counts[protocol]}"
            found.append(_entry(path.name, name, protocol, server))
    return found


def _entry(path: str, name: str, protocol: str, server: ElementTree.Element) -> Entry:
    methods = METHODS + (WITHOUT if protocol == "smtp" else ())
    return Entry(
        path,
        name,
        protocol,
        server.findtext("hostname", ""),
        int(server.findtext("port", "0")),
        _first(server, "socketType", SOCKET_TYPES),
        _first(server, "authentication", methods),
    )


def _first(server: ElementTree.Element, tag: str, known: tuple[str, ...]) -> str:
    """The first value that Thunderbird knows; empty where there is none."""
    return next((one.text for one in server.findall(tag) if one.text in known), "") or ""


def expected(entry: Entry) -> list[Expected]:
    """What an entry breaks; raises ``LookupError`` where the table has no row for it."""
    if entry.kind not in TABLE or not entry.method:
        raise LookupError(f"{entry.path}: {entry.name}: no row for {entry.kind} {entry.method}")
    rules = list(TABLE[entry.kind])
    secret = entry.socket == "plain" and entry.method in SECRET
    also = ""
    if secret and any(rule.endswith("missing") for rule in rules):
        # A rule that speaks of the same missing TLS speaks for both.
        also = "+cleartext-auth"
    elif secret:
        rules.append("cleartext-auth")
    return [
        Expected(entry.path, entry.name, rule + also, _severity(rule, entry), BLAMED[rule])
        for rule in rules
    ]


def _severity(rule: str, entry: Entry) -> str:
    if rule == "starttls-missing" and entry.method in WITHOUT:
        return "warning"
    return SEVERITIES.get(rule, "error")
