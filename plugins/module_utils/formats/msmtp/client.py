# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an msmtp account does on the wire.

Source: msmtp(1); msmtp.c (the default port, what an account is refused for, the order of TLS and
AUTH) and smtp.c (which mechanism ``auth on`` takes) of 1.6.0 to 1.8.33.
"""

from __future__ import annotations

from ...endpoint import (
    CLIENT,
    IMPLICIT,
    NONE,
    STARTTLS_REQUIRED,
    Endpoint,
    Setting,
    Value,
    causes,
    default,
    reason,
)
from ...ports import SUBMISSION_PORTS
from ...text import Undecided
from . import priorities
from .accounts import PROGRAM, since
from .commands import OFF, ON

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Sequence

    from ...assume import Assumptions
    from ...source import Source
    from ...text import Text
    from .accounts import Account

# Mechanisms that hand over the secret itself; the others prove that they know it.
CLEARTEXT = frozenset({"plain", "login", "oauthbearer", "xoauth2"})
CHANNEL_BOUND = frozenset({"scram-sha-1-plus", "scram-sha-256-plus"})
_DEFAULTS = {
    "protocol": "smtp",
    "auth": OFF,
    "tls": OFF,
    "tls_starttls": ON,
    "tls_certcheck": ON,
    "tls_trust_file": "system",
}


class Client:
    """One account, asked field by field."""

    def __init__(self, account: Account, text: Text, source: Source, assume: Assumptions) -> None:
        self._account = account
        self._text = text
        self._source = source
        self._assume = assume
        self.tls = self._tls()
        self.auth = self._auth()
        self.port = self._port()

    def get(self, name: str) -> Value:
        """A setting's value, the program's default where the account has none."""
        assigned = self._account.settings.get(name)
        trust = name == "tls_trust_file"
        # An empty tls_trust_file counts where the account itself says so.
        unset = trust and assigned is not None and assigned.value == "" and not self.owns(name)
        if assigned is not None and not unset:
            return Value(assigned.value, (assigned.setting,))
        value = _DEFAULTS.get(name, "")
        if trust and not since(self._assume, "1.8.2"):
            value = ""
        return Value(value, (default(PROGRAM, name, value or "not set"),))

    def owns(self, name: str) -> bool:
        """Whether the account or a base of it says so itself, not the defaults."""
        return name in self._account.own

    @property
    def connects(self) -> bool:
        """Whether the account names something to connect to; if not, it is a base for others."""
        return any(self.get(name).value != "" for name in ("host", "socket"))

    def endpoint(self, refused: Sequence[Setting] = ()) -> Endpoint:
        """The account as an endpoint; ``refused`` is why msmtp reads nothing of the file."""
        words = "msmtp refuses the file"
        unusable = _refused(words, refused) if refused else self._unusable()
        fields = {"host": self._host()}
        if not _set(self, "socket") and self.port.value is not None:
            fields["port"] = self.port
        if unusable is not None:
            # A file or an account that msmtp refuses shows nothing.
            fields["usable"] = unusable
        else:
            fields.update(self._shown())
        line = self._account.start
        name = self._account.name
        place = self._text.place(line.start, line.end)
        return Endpoint(f"msmtp:{name}", CLIENT, PROGRAM, name, place, fields)

    def _shown(self) -> dict[str, Value]:
        """The fields of an account that msmtp takes."""
        fields = {"protocol": self._protocol()}
        fields["usable"] = Value(True, causes(self.get("host").causes, self.port.causes))
        fields.update(self._connection())
        return fields

    def _host(self) -> Value:
        host, socket = self.get("host"), self.get("socket")
        # The socket wins; the host is then the name that the certificate is checked against.
        return host if socket.value == "" else socket

    def _tls(self) -> Value:
        tls, starttls = self.get("tls"), self.get("tls_starttls")
        if tls.value != ON:
            mode = NONE if tls.value == OFF else tls.value
            return Value(mode, tls.causes)
        both = causes(tls.causes, starttls.causes)
        if isinstance(starttls.value, Undecided):
            return Value(starttls.value, both)
        return Value(STARTTLS_REQUIRED if starttls.value == ON else IMPLICIT, both)

    def _auth(self) -> Value:
        auth = self.get("auth")
        if isinstance(auth.value, Undecided):
            return auth
        return Value(auth.value != OFF, auth.causes)

    def _port(self) -> Value:
        port = self.get("port")
        if port.value != "":
            known = port.value if isinstance(port.value, Undecided) else int(port.value)
            return Value(known, port.causes)
        protocol = self.get("protocol").value
        if isinstance(protocol, Undecided) or isinstance(self.tls.value, Undecided):
            return _first_open(Value(protocol), self.tls)
        if protocol == "lmtp":
            return Value(None, (default(PROGRAM, "port", "not set", "LMTP has none"),))
        if self.tls.value == IMPLICIT:
            why = default(PROGRAM, "port", "465", "TLS from the first byte")
            return Value(465, causes(self.tls.causes, (why,)))
        return Value(25, (default(PROGRAM, "port", "25"),))

    def _protocol(self) -> Value:
        protocol = self.get("protocol")
        if protocol.value != "smtp":
            return protocol
        if self.auth.value is True:
            return Value("submission", self.auth.causes)
        if self.port.value in SUBMISSION_PORTS:
            return Value("submission", self.port.causes)
        if isinstance(self.auth.value, Undecided) or isinstance(self.port.value, Undecided):
            return _first_open(self.auth, self.port)
        return Value("smtp", causes(self.auth.causes, self.port.causes))

    def _connection(self) -> dict[str, Value]:
        """The fields that only a connection shows."""
        fields = {"tls": self.tls, "auth": self.auth, "cleartext_auth": self._cleartext_auth()}
        if self.tls.value != NONE:
            fields["certificate_verified"] = self._verified()
            fields["tls_min"] = self.tls_min()
            works = self.tls.value if isinstance(self.tls.value, Undecided) else True
            fields["tls_works"] = Value(works, self.tls.causes)
        return fields

    def _cleartext_auth(self) -> Value:
        """Whether a secret may cross the network without TLS.

        ``auth on`` never takes a mechanism for that; one that is named is taken as it is.
        """
        mechanism, tls = self.get("auth"), self.tls
        if tls.value in (IMPLICIT, STARTTLS_REQUIRED):
            return Value(False, tls.causes)
        if not isinstance(mechanism.value, Undecided) and mechanism.value not in CLEARTEXT:
            return Value(False, mechanism.causes)
        both = causes(tls.causes, mechanism.causes)
        if isinstance(mechanism.value, Undecided) or isinstance(tls.value, Undecided):
            return Value(_first_open(mechanism, tls).value, both)
        return Value(True, both)

    def _verified(self) -> Value:
        check, pin = self.get("tls_certcheck"), self.get("tls_fingerprint")
        if check.value != ON:
            return Value("none" if check.value == OFF else check.value, check.causes)
        if isinstance(pin.value, Undecided):
            return Value(pin.value, causes(check.causes, pin.causes))
        if pin.value:
            return Value("pinned", causes(check.causes, pin.causes))
        trust = self.get("tls_trust_file")
        named = "tls_trust_file" in self._account.settings
        if not named and since(self._assume, "1.8.2") and not since(self._assume, "1.8.3"):
            why = default(PROGRAM, "tls_trust_file", "system", "1.8.2 ignores what the check says")
            return Value("none", (why,))
        return Value("full", causes(check.causes, trust.causes))

    def tls_min(self) -> Value:
        """The lowest TLS version; empty where none is left."""
        wanted = self.get("tls_priorities")
        if isinstance(wanted.value, Undecided):
            return wanted
        if wanted.value == "":
            why = default(PROGRAM, "tls_priorities", priorities.DEFAULT, "as GnuTLS has it")
            return Value(priorities.lowest(priorities.DEFAULT), (why,))
        lowest = priorities.lowest(wanted.value)
        return Value(Undecided("the TLS library's own settings") if lowest is None else lowest,
                     wanted.causes)  # fmt: skip

    def _unusable(self) -> Value | None:
        """Why msmtp refuses this account before it connects, or can never log in with it."""
        for refusal, words in REFUSALS:
            why = refusal(self)
            if why:
                return _refused(words, why)
        return self._missing_file()

    def _missing_file(self) -> Value | None:
        if self.tls.value not in (IMPLICIT, STARTTLS_REQUIRED):
            return None
        names = ["tls_cert_file", "tls_key_file"]
        if self.get("tls_certcheck").value == ON and self.get("tls_fingerprint").value == "":
            names.append("tls_trust_file")
        for name in names:
            path, why = self.get(name)
            # One in a home is somebody's own; "system" is none.
            absolute = isinstance(path, str) and path.startswith("/")
            if absolute and self._source.credential(path) is False:
                return _refused(f"there is no file {path}", why)
        return None

    def before(self, version: str) -> bool:
        """Whether msmtp is known to be older than the version."""
        return not since(self._assume, version)


def _refused(words: str, why: Sequence[Setting]) -> Value:
    return Value(False, causes((reason(words),), why))


def _first_open(*values: Value) -> Value:
    """The values' open part as one."""
    names = [
        name for value, _why in values if isinstance(value, Undecided) for name in value.depends_on
    ]
    return Value(Undecided(*names), causes(*(value.causes for value in values)))


def _set(client: Client, name: str) -> bool:
    """Whether a setting is known to have a value."""
    value = client.get(name).value
    return isinstance(value, str) and value != ""


def _no_port(client: Client) -> Sequence[Setting]:
    if client.port.value is None and client.get("socket").value == "":
        return causes(client.get("protocol").causes, client.port.causes)
    return ()


def _no_name(client: Client) -> Sequence[Setting]:
    """TLS over a socket needs a name to check the certificate against."""
    if client.tls.value not in (IMPLICIT, STARTTLS_REQUIRED):
        return ()
    if client.get("host").value == "" and client.get("tls_host_override").value == "":
        return causes(client.get("socket").causes, client.tls.causes)
    return ()


def _half_a_pair(client: Client) -> Sequence[Setting]:
    key, certificate = client.get("tls_key_file"), client.get("tls_cert_file")
    if _set(client, "tls_key_file") and certificate.value == "":
        return causes(certificate.causes, key.causes)
    if _set(client, "tls_cert_file") and key.value == "":
        return causes(key.causes, certificate.causes)
    return ()


def _contradiction(client: Client) -> Sequence[Setting]:
    """Before 1.8.2 the ways to check a certificate excluded each other."""
    if not client.before("1.8.2"):
        return ()
    ways = [name for name in ("tls_trust_file", "tls_fingerprint") if _set(client, name)]
    if client.get("tls_certcheck").value == OFF:
        ways.insert(0, "tls_certcheck")
    return causes(*(client.get(name).causes for name in ways)) if len(ways) > 1 else ()


def _no_trust(client: Client) -> Sequence[Setting]:
    trust = client.get("tls_trust_file")
    if trust.value != "" or not (client.owns("tls_trust_file") or client.before("1.8.2")):
        return ()
    crl = client.get("tls_crl_file")
    if _set(client, "tls_crl_file"):
        return causes(trust.causes, crl.causes)
    if client.tls.value not in (IMPLICIT, STARTTLS_REQUIRED):
        return ()
    if client.get("tls_certcheck").value == ON and client.get("tls_fingerprint").value == "":
        return causes(client.tls.causes, trust.causes)
    return ()


def _no_version(client: Client) -> Sequence[Setting]:
    """GnuTLS takes no list of priorities without a version, and msmtp then does not connect."""
    lowest, why = client.tls_min()
    if client.tls.value not in (IMPLICIT, STARTTLS_REQUIRED) or lowest != "":
        return ()
    return causes(client.tls.causes, why)


def _no_login(client: Client) -> Sequence[Setting]:
    """A login without a user, or one that is bound to a TLS connection without one."""
    auth, user = client.get("auth"), client.get("user")
    if isinstance(auth.value, Undecided) or auth.value == OFF:
        return ()
    if auth.value in CHANNEL_BOUND and client.tls.value == NONE:
        return causes(client.tls.causes, auth.causes)
    if user.value == "" and auth.value != "external":
        return causes(user.causes, auth.causes)
    return ()


# Why msmtp refuses an account, in the order in which it looks.
REFUSALS = (
    (_no_port, "LMTP has no port of its own, and none is named"),
    (_no_name, "no name is given to check the certificate of a socket against"),
    (_half_a_pair, "tls_cert_file and tls_key_file go together"),
    (_contradiction, "before 1.8.2 a certificate is checked in one way only"),
    (_no_trust, "tls_trust_file names no authority to check the certificate by"),
    (_no_version, "tls_priorities leaves no TLS version"),
    (_no_login, "the login lacks what it needs"),
)
