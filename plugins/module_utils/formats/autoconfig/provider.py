# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A whole autoconfig file: its provider, and the entries that Thunderbird takes from it."""

from __future__ import annotations

from ...endpoint import Remark
from .server import OUTGOING, Server
from .values import attribute, is_host, loose, said

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...assume import Assumptions
    from ...endpoint import Setting
    from ...markup import Element
    from ...place import Place
    from ...text import Text

INCOMING = "incomingServer"
TYPES = {INCOMING: ("imap", "pop3"), OUTGOING: ("smtp",)}
# What other entries are for: Exchange and its kin, news, and what other programs read.
ELSEWHERE = ("exchange", "ews", "owa", "graph", "eas", "activesync", "nntp", "jmap")


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
        self._anything(root, loose(text, root))
        found = root.named("emailProvider")
        for other in found[1:]:
            self._remark(
                "Thunderbird reads the first <emailProvider> of a file and no other", other
            )
        if found:
            self._read(found[0])
        elif not self.opaque:
            self._nothing("it has no <emailProvider>", root)

    def _read(self, provider: Element) -> None:
        self._anything(provider, loose(self._text, provider))
        for element in provider.children:
            if element.name in TYPES:
                self._entry(element)
        for server in self.servers:
            self.remarks.extend(server.remarks)
        if not self._text.has_hole(provider.start, provider.end):
            self._whole(provider)

    def _entry(self, element: Element) -> None:
        kind = attribute(self._text, element, "type", self._assume)
        if not isinstance(kind.value, str):
            self._anything(element, kind.value.depends_on)
        elif kind.value in TYPES[element.name]:
            self._numbers[kind.value] = self._numbers.get(kind.value, 0) + 1
            name = f"{kind.value}-{self._numbers[kind.value]}"
            self.servers.append(Server(self._text, element, name, kind, self._assume))
        elif kind.value not in ELSEWHERE:
            known = " or ".join(TYPES[element.name])
            message = f"Thunderbird passes over this entry: its type is not {known}"
            self.remarks.append(Remark("setting-ineffective", message, kind.setting))

    def _whole(self, provider: Element) -> None:
        """What makes Thunderbird take nothing at all from a file.

        The entries are judged all the same: other programs read such files and are less strict.
        """
        domains = [said(self._text, one, self._assume).value for one in provider.named("domain")]
        if not is_host(provider.attributes.get("id", "")):
            self._nothing("the provider has no id that is a domain", provider)
        elif not any(isinstance(domain, str) and is_host(domain) for domain in domains):
            self._nothing("it names no <domain>", provider)
        elif not self._has(provider, INCOMING):
            self._nothing("no <incomingServer> is left", provider)
        elif not self._has(provider, OUTGOING):
            self._nothing("no <outgoingServer> is left", provider)

    def _has(self, provider: Element, name: str) -> bool:
        """Whether an entry of that name is taken, or may be."""
        return any(one.attributes.get("type") in ELSEWHERE for one in provider.named(name)) or any(
            server.taken and server.element.name == name for server in self.servers
        )

    def _anything(self, element: Element, names: tuple[str, ...]) -> None:
        place = self._text.place(element.start, element.opened)
        self.opaque.extend((name, place) for name in names)

    def _nothing(self, why: str, element: Element) -> None:
        self._remark(f"Thunderbird takes nothing from this file: {why}", element)

    def _remark(self, message: str, element: Element) -> None:
        setting: Setting = attribute(self._text, element, "id", self._assume).setting
        self.remarks.append(Remark("setting-ineffective", message, setting))
