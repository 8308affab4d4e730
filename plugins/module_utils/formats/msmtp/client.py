# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an msmtp account does on the wire, and which of its settings do nothing.

Source: msmtp(1); msmtp.c (the default port, what an account is refused for, the order of TLS and
AUTH) and smtp.c (which mechanism ``auth on`` takes) of 1.6.0 to 1.8.33.
"""

from __future__ import annotations

from ...endpoint import CLIENT, IMPLICIT, NONE, STARTTLS_REQUIRED, Endpoint, Remark
from ...shapes.client import Knobs, fields, is_plaintext
from ...text.values import (
    NOTHING,
    Setting,
    Undecided,
    Value,
    causes,
    default,
    of,
    open_part,
    reason,
)
from .accounts import PROGRAM, since
from .commands import DEFAULT_PRIORITIES, OFF, ON, lowest_version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, Iterator, Sequence

    from ...source import Source
    from ...text import Text
    from ...text.assume import Assumptions
    from .accounts import Account

CHANNEL_BOUND = frozenset({"scram-sha-1-plus", "scram-sha-256-plus"})
DEFAULTS = {
    "protocol": "smtp",
    "auth": OFF,
    "tls": OFF,
    "tls_starttls": ON,
    "tls_certcheck": ON,
    "tls_trust_file": "system",
}
# What only acts under TLS.
_OF_TLS = (
    "tls_starttls",
    "tls_certcheck",
    "tls_trust_file",
    "tls_fingerprint",
    "tls_priorities",
    "tls_host_override",
)


class Client:
    """One account, asked field by field."""

    def __init__(self, account: Account, text: Text, source: Source, assume: Assumptions) -> None:
        self._account = account
        self._text = text
        self._source = source
        self._assume = assume
        self.tls = self._tls()
        self.has_tls = self.tls.value in (IMPLICIT, STARTTLS_REQUIRED)
        self.auth = self._auth()
        self.port = self._port()

    def get(self, name: str) -> Value:
        """A setting's value, the program's default where the account has none."""
        value = self._account.settings.get(name)
        trust = name == "tls_trust_file"
        # An empty tls_trust_file counts where the account itself says so.
        unset = trust and value is not None and value.value == "" and not self.owns(name)
        if value is not None and not unset:
            return value
        usual = DEFAULTS.get(name, "")
        if trust and not since(self._assume, "1.8.2"):
            usual = ""
        return Value(usual, (default(PROGRAM, name, usual or "not set"),))

    def owns(self, name: str) -> bool:
        """Whether the account or a base of it says so itself, not the defaults."""
        return name in self._account.own

    def has(self, name: str) -> bool:
        """Whether a setting is known to have a value."""
        value = self.get(name).value
        return isinstance(value, str) and value != ""

    def lacks(self, name: str) -> bool:
        """Whether a setting is known to have none."""
        return bool(self.get(name).value == "")

    def before(self, version: str) -> bool:
        """Whether msmtp is known to be older than the version."""
        return not since(self._assume, version)

    @property
    def connects(self) -> bool:
        """Whether the account names something to connect to; if not, it is a base for others."""
        return not (self.lacks("host") and self.lacks("socket"))

    def endpoint(self, refusal: Sequence[Setting] = ()) -> Endpoint:
        """The account as an endpoint; ``refusal`` is why msmtp reads nothing of the file."""
        unusable = _refused("msmtp refuses the file", refusal) if refusal else self._unusable()
        has_port = self.port.value is not None and not self.has("socket")
        knobs = Knobs(
            # The socket wins; the host is then the name that the certificate is checked against.
            host=self.get("host" if self.lacks("socket") else "socket"),
            port=self.port if has_port else NOTHING,
            protocol=self.get("protocol"),
            mode=self.tls,
            login=self.auth,
            # "auth on" never takes a plaintext mechanism without TLS; one that is named is taken.
            careful=True,
            plaintext=self._plaintext(),
            verified=self._verified(),
            least=self.tls_min(),
            usable=unusable or Value(True, causes(self.get("host").causes, self.port.causes)),
        )
        name, start = self._account.name, self._account.start
        place = self._text.place(start.start, start.end)
        return Endpoint(f"msmtp:{name}", CLIENT, PROGRAM, name, place, fields(knobs))

    def _tls(self) -> Value:
        tls, starttls = self.get("tls"), self.get("tls_starttls")
        if tls.value != ON:
            return tls._replace(value=NONE) if tls.value == OFF else tls
        return of(lambda _on, first: STARTTLS_REQUIRED if first == ON else IMPLICIT, tls, starttls)

    def _auth(self) -> Value:
        return of(lambda method: method != OFF, self.get("auth"))

    def _plaintext(self) -> Value:
        return of(lambda method: is_plaintext([method]), self.get("auth"))

    def _port(self) -> Value:
        port, protocol = self.get("port"), self.get("protocol").value
        if port.value != "":
            return of(int, port)
        unknown = open_part((protocol, self.tls.value))
        if unknown is not None:
            return Value(unknown, self.tls.causes)
        if protocol == "lmtp":
            return Value(None, (default(PROGRAM, "port", "not set", "LMTP has none"),))
        if self.tls.value == IMPLICIT:
            why = default(PROGRAM, "port", "465", "TLS from the first byte")
            return Value(465, causes(self.tls.causes, (why,)))
        return Value(25, (default(PROGRAM, "port", "25"),))

    def _verified(self) -> Value:
        check, pin = self.get("tls_certcheck"), self.get("tls_fingerprint")
        if check.value != ON:
            return check._replace(value="none") if check.value == OFF else check
        if pin.value != "":
            return of(lambda _on, _pin: "pinned", check, pin)
        named = "tls_trust_file" in self._account.settings
        if not named and not self.before("1.8.2") and self.before("1.8.3"):
            why = default(PROGRAM, "tls_trust_file", "system", "1.8.2 ignores what the check says")
            return Value("none", (why,))
        return Value("full", causes(check.causes, self.get("tls_trust_file").causes))

    def tls_min(self) -> Value:
        """The lowest TLS version; empty where none is left."""
        wanted = self.get("tls_priorities")
        if wanted.value == "":
            why = default(PROGRAM, "tls_priorities", DEFAULT_PRIORITIES, "as GnuTLS has it")
            return Value(lowest_version(DEFAULT_PRIORITIES), (why,))
        return of(_lowest, wanted)

    def checks(self) -> bool:
        """Whether the certificate is known to be checked by an authority, not by a fingerprint."""
        return self.get("tls_certcheck").value == ON and self.lacks("tls_fingerprint")

    def _unusable(self) -> Value | None:
        """Why msmtp refuses this account before it connects, or can never log in with it."""
        for refusal, words in REFUSALS:
            why = refusal(self)
            if why:
                return _refused(words, why)
        return self._missing_file()

    def _missing_file(self) -> Value | None:
        if not self.has_tls:
            return None
        names = ["tls_cert_file", "tls_key_file"]
        if self.checks():
            names.append("tls_trust_file")
        for name in names:
            path, why = self.get(name)
            # One in a home is somebody's own; "system" is none.
            if not isinstance(path, str) or not path.startswith("/"):
                continue
            if self._source.credential(path) is False:
                return _refused(f"there is no file {path}", why)
        return None

    def settings(self) -> Iterator[tuple[Setting, str]]:
        """Every setting that may do nothing, with the reason if it does; empty if it acts."""
        for name in (*_OF_TLS, "user"):
            setting = self.get(name).causes[0]
            if setting.place is not None and self.has(name):
                yield setting, self._idle_login() if name == "user" else self._idle(name)

    def _idle_login(self) -> str:
        if self.auth.value is False:
            return "msmtp does not log in without auth on: the user name is not used"
        return ""

    def _idle(self, name: str) -> str:
        if self.tls.value == NONE:
            return f"{name} does nothing without tls on: the connection is in plaintext"
        check = self.get("tls_certcheck").value
        if name in ("tls_trust_file", "tls_fingerprint") and check == OFF:
            return f"{name} is not used with tls_certcheck off"
        if name == "tls_trust_file" and check == ON and self.has("tls_fingerprint"):
            return "tls_trust_file is not used where tls_fingerprint pins the certificate"
        return ""


def ineffective(clients: Iterable[Client]) -> list[Remark]:
    """A remark for each setting that acts in no account of all that have it."""
    idle: dict[Setting, str] = {}
    acting = set()
    for client in clients:
        for setting, why in client.settings():
            if why:
                idle.setdefault(setting, why)
            else:
                acting.add(setting)
    return [
        Remark("setting-ineffective", why, setting)
        for setting, why in idle.items()
        if setting not in acting
    ]


def _refused(words: str, why: Sequence[Setting]) -> Value:
    return Value(False, causes((reason(words),), why))


def _lowest(priorities: str) -> str | Undecided:
    lowest = lowest_version(priorities)
    return Undecided("the TLS library's own settings") if lowest is None else lowest


def _no_port(client: Client) -> Sequence[Setting]:
    if client.port.value is None and client.lacks("socket"):
        return causes(client.get("protocol").causes, client.port.causes)
    return ()


def _no_name(client: Client) -> Sequence[Setting]:
    """TLS over a socket needs a name to check the certificate against."""
    if client.has_tls and client.lacks("host") and client.lacks("tls_host_override"):
        return causes(client.get("socket").causes, client.tls.causes)
    return ()


def _half_a_pair(client: Client) -> Sequence[Setting]:
    key, certificate = client.get("tls_key_file"), client.get("tls_cert_file")
    if client.has("tls_key_file") and certificate.value == "":
        return causes(certificate.causes, key.causes)
    if client.has("tls_cert_file") and key.value == "":
        return causes(key.causes, certificate.causes)
    return ()


def _contradiction(client: Client) -> Sequence[Setting]:
    """Before 1.8.2 the ways to check a certificate excluded each other."""
    if not client.before("1.8.2"):
        return ()
    ways = [name for name in ("tls_trust_file", "tls_fingerprint") if client.has(name)]
    if client.get("tls_certcheck").value == OFF:
        ways.insert(0, "tls_certcheck")
    return causes(*(client.get(name).causes for name in ways)) if len(ways) > 1 else ()


def _no_trust(client: Client) -> Sequence[Setting]:
    trust = client.get("tls_trust_file")
    if trust.value != "" or not (client.owns("tls_trust_file") or client.before("1.8.2")):
        return ()
    if client.has("tls_crl_file"):
        return causes(trust.causes, client.get("tls_crl_file").causes)
    if client.has_tls and client.checks():
        return causes(client.tls.causes, trust.causes)
    return ()


def _no_version(client: Client) -> Sequence[Setting]:
    """GnuTLS takes no list of priorities without a version, and msmtp then does not connect."""
    lowest, why = client.tls_min()
    return causes(client.tls.causes, why) if client.has_tls and lowest == "" else ()


def _no_login(client: Client) -> Sequence[Setting]:
    """A login without a user, or one that is bound to a TLS connection without one."""
    auth, user = client.get("auth"), client.get("user")
    if client.auth.value is not True:
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
