# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One server entry of an autoconfig file, and what Thunderbird does with an account made of it."""

from __future__ import annotations

from ...endpoint import (
    CLIENT,
    IMPLICIT,
    NONE,
    STARTTLS_REQUIRED,
    Edit,
    Endpoint,
    Fix,
    Remark,
    Value,
    causes,
    default,
)
from ...text import Undecided
from .values import is_host, loose, port_number, said, socket_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Sequence

    from ...assume import Assumptions
    from ...endpoint import Setting
    from ...markup import Element
    from ...text import Text
    from .values import Said

PROGRAM = "thunderbird"
OUTGOING = "outgoingServer"
# What a mail program hands over is submission, whatever the port (RFC 6409 section 1).
PROTOCOLS = {"imap": "imap", "pop3": "pop3", "smtp": "submission"}
# STARTTLS is nsMsgSocketType.alwaysSTARTTLS: without it Thunderbird does not go on.
MODES = {"plain": NONE, "SSL": IMPLICIT, "STARTTLS": STARTTLS_REQUIRED}
# What is sent: the secret itself, a token that is as good, something made from it, or nothing.
PASSWORD = "password"
TOKEN = "token"
PROOF = "proof"
NOTHING = "nothing"
METHODS = {
    "password-cleartext": PASSWORD,
    "plain": PASSWORD,
    "password-encrypted": PROOF,
    "secure": PROOF,
    "GSSAPI": PROOF,
    "NTLM": PROOF,
    "OAuth2": TOKEN,
}
WITHOUT = ("none", "client-IP-address", "smtp-after-pop")
RENAMED = {"plain": "password-cleartext", "secure": "password-encrypted"}


class Server:
    """An ``incomingServer`` or ``outgoingServer``, asked field by field.

    ``taken`` is false where Thunderbird passes over the entry, and a remark says why;
    ``socket_type`` is the element that decides the mode, where one does.
    """

    def __init__(
        self, text: Text, element: Element, name: str, kind: Said, assume: Assumptions
    ) -> None:
        self._text = text
        self._assume = assume
        self._kind = kind
        # What stands between the elements may be any of them, and come first.
        self._unknown = loose(text, element)
        self.element = element
        self.kind = kind.value
        self.name = name
        self.taken = True
        self.remarks: list[Remark] = []
        self.socket_type: Element | None = None
        self._host = self._read_host()
        self._port = self._read_port()
        self._tls = self._read_tls()
        self._sends = self._read_sends()

    def endpoint(self) -> Endpoint:
        """The entry as an endpoint; only of one that is taken."""
        place = self._text.place(self.element.start, self.element.opened)
        fields = {
            "protocol": Value(PROTOCOLS[str(self.kind)], (self._kind.setting,)),
            "host": self._host,
            "port": self._port,
            "tls": self._tls,
            "auth": self._auth(),
            "cleartext_auth": self._cleartext_auth(),
            "usable": Value(True),
        }
        if self._tls.value != NONE:
            fields.update(self._encrypted())
        return Endpoint(f"autoconfig:{self.name}", CLIENT, PROGRAM, self.name, place, fields)

    def _said(self, name: str) -> list[Said]:
        return [said(self._text, one, self._assume) for one in self.element.named(name)]

    def _refuse(self, why: str, setting: Setting | None = None, fix: Fix | None = None) -> Value:
        """Notes the first reason; the value is never asked for."""
        if self.taken:
            message = f"Thunderbird passes over this entry: {why}"
            at = setting or self._kind.setting
            self.remarks.append(Remark("setting-ineffective", message, at, fix=fix))
        self.taken = False
        return Value(None)

    def _open(self, *settings: Setting) -> Value:
        return Value(Undecided(*self._unknown), (self._kind.setting, *settings))

    def _read_host(self) -> Value:
        if self._unknown:
            return self._open()
        found = self._said("hostname")
        if not found:
            return self._refuse("it has no <hostname>")
        value, setting, _element = found[0]
        if isinstance(value, Undecided):
            return Value(value, (setting,))
        if not is_host(value):
            return self._refuse("its hostname is no host", setting)
        return Value(value.strip(), (setting,))

    def _read_port(self) -> Value:
        if self._unknown:
            return self._open()
        found = self._said("port")
        if not found:
            return self._refuse("it has no <port>")
        value, setting, _element = found[0]
        if isinstance(value, Undecided):
            return Value(value, (setting,))
        port = port_number(value)
        if port is None:
            return self._refuse("its port is no number from 1 to 65535", setting)
        return Value(port, (setting,))

    def _read_tls(self) -> Value:
        """The mode of the first socketType that Thunderbird knows."""
        found = self._said("socketType")
        if self._unknown:
            return self._open(*(one.setting for one in found))
        for value, setting, element in found:
            if isinstance(value, Undecided):
                return Value(value, (setting,))
            if value in MODES:
                self.socket_type = element
                return Value(MODES[value], (setting,))
        if not found:
            return self._refuse("it has no <socketType>")
        reason = "its socketType is not plain, STARTTLS or SSL"
        return self._refuse(reason, found[0].setting, self._mode_for(found[0]))

    def _mode_for(self, unknown: Said) -> Fix | None:
        """The edit of a socketType that is a mode misspelt."""
        meant = socket_type(str(unknown.value))
        if not meant:
            return None
        place = self._text.place(unknown.element.opened, unknown.element.closed)
        change = Edit(place.path, place.start, place.end, meant)
        # The file describes a server that is not here.
        return Fix(f"{self.name}: {meant}", False, (change,))

    def _read_sends(self) -> Value:
        """What the first authentication that Thunderbird knows sends."""
        found = self._said("authentication")
        if self._unknown:
            return self._open(*(one.setting for one in found))
        known = [one for one in found if self._is_known(one.value)]
        if not known and not found:
            return self._refuse("it has no <authentication>")
        if not known:
            return self._refuse("it names no authentication that is known", found[0].setting)
        taken = self._without_oauth(known)
        if isinstance(taken.value, Undecided):
            return Value(taken.value, (taken.setting,))
        self._deprecated(taken.value, taken.setting)
        return Value(METHODS.get(taken.value, NOTHING), (taken.setting,))

    def _is_known(self, method: str | Undecided) -> bool:
        if isinstance(method, Undecided) or method in METHODS:
            return True
        return method in WITHOUT and self.element.name == OUTGOING

    def _without_oauth(self, known: Sequence[Said]) -> Said:
        """The method taken.  OAuth2 counts only for hosts that Thunderbird's own list knows.

        That list is not in the file: where the next method would send no secret and there is no
        TLS, it decides.
        """
        first = known[0]
        if first.value != "OAuth2" or self._tls.value != NONE:
            return first
        others = [one for one in known if one.value != "OAuth2"]
        if not others or others[0].value in ("password-cleartext", "plain"):
            return first
        question = "Thunderbird's list of OAuth2 providers"
        answer = self._assume.choose(question, ["known", "not known"])
        if answer is None:
            return first._replace(value=Undecided(question))
        return first if answer == "known" else others[0]

    def _deprecated(self, method: str, setting: Setting) -> None:
        if method in RENAMED:
            message = f"the old name of {RENAMED[method]}, which Thunderbird means to give up"
            self.remarks.append(Remark("setting-deprecated", message, setting))

    def _auth(self) -> Value:
        sends = self._sends.value
        if isinstance(sends, Undecided):
            # Fetching mail always needs a login.
            value = sends if self.element.name == OUTGOING else True
            return Value(value, self._sends.causes)
        return Value(sends != NOTHING, self._sends.causes)

    def _cleartext_auth(self) -> Value:
        """Whether a password or token may cross the network without TLS."""
        tls, sends = self._tls, self._sends
        if tls.value in (IMPLICIT, STARTTLS_REQUIRED):
            return Value(False, tls.causes)
        if sends.value in (PROOF, NOTHING):
            return Value(False, sends.causes)
        # The mode is to blame, so it comes last.
        both = causes(sends.causes, tls.causes)
        names = [
            name
            for one in (sends.value, tls.value)
            if isinstance(one, Undecided)
            for name in one.depends_on
        ]
        return Value(Undecided(*names) if names else True, both)

    def _encrypted(self) -> dict[str, Value]:
        """The fields of a connection that has TLS, or may have."""
        tls = self._tls
        works = tls.value if isinstance(tls.value, Undecided) else True
        oldest = default(PROGRAM, "security.tls.version.min", "3", "TLS 1.2")
        return {
            "tls_works": Value(works, tls.causes),
            "certificate_verified": Value("full", (default(PROGRAM, "certificates", "checked"),)),
            "tls_min": Value("1.2", (oldest,)),
        }
