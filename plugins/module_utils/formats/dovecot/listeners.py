# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where Dovecot listens for mail: the listeners of its services, built in and said.

Source: the ``*-login-settings.c`` files, lmtp-settings.c, master-settings.c and service.c of
Dovecot 2.3.19 and 2.4.1; managesieve-login-settings.c of Pigeonhole.  2.3 has an implicit listener
of submission-login in its table and does not open it.
"""

from __future__ import annotations

from ...text.budget import LISTENER
from ...text.values import Known, Setting, Undecided, Value, applied, causes, of
from .configuration import Service
from .effective import effective, listed
from .files import EVERY, NONE, beginning
from .filters import Connection, network_of
from .grammar import PROGRAM
from .settings import port_number, truth

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple, Sequence

    from ...endpoint import Reading
    from ...text.place import Place
    from .configuration import Configuration, Entry
    from .effective import Effective
else:
    from ...tuples import NamedTuple

ANY = ""
# What else an address may be called; a name stands for all that it has.
NAMES = {"localhost": ("127.0.0.1", "::1")}
# Every address of an IP version.
EVERYWHERE = {4: "*", 6: "::"}


class Kind(NamedTuple):
    """A service that speaks mail: its name in ``protocols``, what it speaks, its listeners.

    A listener is a name, a port, whether TLS comes first, and whether 2.3 opens it as well.
    """

    protocol: str
    speaks: str
    listeners: tuple[tuple[str, int, bool, bool], ...]


KINDS: dict[str, Kind] = {
    "imap-login": Kind("imap", "imap", (("imap", 143, False, True), ("imaps", 993, True, True))),
    "pop3-login": Kind("pop3", "pop3", (("pop3", 110, False, True), ("pop3s", 995, True, True))),
    "submission-login": Kind("submission", "submission", (
        ("submission", 587, False, True), ("submissions", 465, True, False),
    )),
    "managesieve-login": Kind("sieve", "managesieve", (("sieve", 4190, False, True),)),
    "lmtp": Kind("lmtp", "lmtp", ()),
}  # fmt: skip


class Listener(NamedTuple):
    """One address and port of a service.  ``address`` is empty for any."""

    service: str
    kind: Kind
    name: str
    address: Value
    family: Value
    port: Value
    ssl: Value
    haproxy: Value
    place: Place
    # Distinguishes the addresses of one listener.
    suffix: str
    head: tuple[Setting, ...]


def listeners(configuration: Configuration, reading: Reading) -> list[Listener]:
    """What is bound for mail, in the order of the services."""
    for_all = effective(configuration, Connection("", ""))
    protocols = _protocols(configuration, for_all, reading)
    found: list[Listener] = []
    for name, kind in _services(configuration).items():
        if not is_enabled(kind.protocol, protocols.value):
            continue
        service = configuration.services.get(name, Service())
        place = service.place or beginning(configuration.unit)
        blind = (*service.blind, *_wrapped(name, service))
        reading.opaque.extend((one, place) for one in blind)
        enabling = configuration.enabling.get(kind.protocol)
        why = protocols if enabling is None else protocols._replace(causes=(enabling,))
        open_by = (*configuration.blinding(), *blind)
        for one in _of_service(configuration, for_all, name, kind, why):
            found.append(_opened(one, open_by) if open_by else one)
    for name, service in configuration.services.items():
        if name not in KINDS and service.listeners and service.place is not None:
            reading.opaque.extend((one, service.place) for one in _wrapped(name, service))
    return found


def _opened(one: Listener, names: Sequence[str]) -> Listener:
    """A listener of which something that is not read may change everything."""
    answer = Undecided(*names)
    return one._replace(
        address=one.address._replace(value=answer),
        port=one.port._replace(value=answer),
        ssl=one.ssl._replace(value=answer),
        haproxy=one.haproxy._replace(value=answer),
    )


def _protocols(
    configuration: Configuration, for_all: Effective, reading: Reading
) -> Known[list[str]]:
    """The protocols that are enabled; where that is open, each may be."""
    protocols = for_all.words("protocols")
    if isinstance(protocols.value, Undecided):
        question = "protocols ({})".format(", ".join(protocols.value.depends_on))
        answer = configuration.assume.choose(question, [EVERY, NONE])
        if answer is None:
            reading.opaque.append((question, _shown(protocols.causes, configuration)))
        words = [] if answer == NONE else [kind.protocol for kind in KINDS.values()]
        return Known(words, protocols.causes)
    return Known(protocols.value, protocols.causes)


def _services(configuration: Configuration) -> dict[str, Kind]:
    """The services that speak mail: those that are built in, and those that run their programs."""
    found = dict(KINDS)
    for name, service in configuration.services.items():
        programs = _programs(service)
        if not isinstance(programs, Undecided) and programs and programs[0] in KINDS:
            kind = KINDS[programs[0]]
            found[name] = kind if name == programs[0] else kind._replace(listeners=())
    return found


def _programs(service: Service) -> list[str] | Undecided:
    """The words of ``executable`` without their folders: the program, then what it is given."""
    entry = service.settings.get("executable")
    value = entry.value if entry is not None else ""
    return applied(lambda text: [word.rpartition("/")[2] for word in (text or "").split()], value)


def _wrapped(name: str, service: Service) -> tuple[str, ...]:
    """What decides what is shown where another program may stand before one that speaks mail."""
    programs = _programs(service)
    if isinstance(programs, Undecided):
        return programs.depends_on
    if not programs or programs[0] in KINDS:
        return ()
    mail = name in KINDS or any(word in KINDS for word in programs)
    return (f"what {programs[0]} shows",) if mail else ()


def is_enabled(protocol: str, words: Sequence[str]) -> bool:
    """Whether a protocol is among the words of ``protocols``, old names included."""
    names = {"managesieve": "sieve", "imaps": "imap", "pop3s": "pop3"}
    return protocol in [names.get(word, word) for word in words]


def _of_service(
    configuration: Configuration,
    for_all: Effective,
    name: str,
    kind: Kind,
    protocols: Known[list[str]],
) -> list[Listener]:
    service = configuration.services.get(name, Service())
    built_in = {
        one: (port, ssl)
        for one, port, ssl, early in kind.listeners
        if early or configuration.modern
    }
    found: list[Listener] = []
    for listener in dict.fromkeys((*built_in, *service.listeners)):
        said = service.listeners.get(listener, {})
        port, ssl = built_in.get(listener, (0, False))
        place = (
            service.places.get(listener) or service.place or _shown(protocols.causes, configuration)
        )
        found.extend(
            _bound(configuration, for_all, name, kind, listener, said, port, ssl, place, protocols)
        )
    return found


def _shown(why: Sequence[Setting], configuration: Configuration) -> Place:
    """Where a listener that is built in comes from: what enables its protocol."""
    places = [one.place for one in why if one.place is not None]
    return places[-1] if places else beginning(configuration.unit)


def _bound(
    configuration: Configuration,
    for_all: Effective,
    service: str,
    kind: Kind,
    name: str,
    said: dict[str, Entry],
    port: int,
    ssl: bool,
    place: Place,
    protocols: Known[list[str]],
) -> list[Listener]:
    known = configuration.services.get(service)
    own = known is not None and name in known.places
    head = causes(protocols.causes, _section(name, place) if own else ())
    if f"{name}s" in protocols.value and name not in protocols.value:
        # "imaps" in protocols, as it was written before 2.0: the other port is not wanted.
        port = 0
    number = _number(said.get("port"), service, name, port)
    if number.value == 0:
        return []
    wrapped = _flag(said.get("ssl"), service, name, "ssl", ssl)
    if wrapped.value is True:
        used, used_why = for_all.text("ssl")
        if used == "no":
            # With TLS switched off for all these are not even opened.
            return []
        wrapped = wrapped._replace(causes=causes(used_why, wrapped.causes))
    proxied = _flag(said.get("haproxy"), service, name, "haproxy", False)
    entry = said.get("listen" if configuration.modern else "address")
    found = _addresses(addresses(for_all.words("listen"), entry))
    configuration.assume.budget.spend(LISTENER * len(found), "listeners and their addresses")
    return [
        Listener(
            service, kind, name, address, family, number, wrapped, proxied, place,
            _suffix(address, family) if len(found) > 1 else "", head,
        )
        for address, family in found
    ]  # fmt: skip


def addresses(usual: Value, entry: Entry | None) -> Value:
    """The addresses of a listener: its own, or those of all; a list of 2.4 adds to those."""
    if entry is None:
        return usual
    if entry.value is None and not isinstance(usual.value, Undecided):
        return listed(entry, Value(" ".join(usual.value), usual.causes))
    own = listed(entry, Value("", ()))
    return usual if own.value == [] else own


def _section(name: str, place: Place) -> tuple[Setting, ...]:
    return (Setting("inet_listener", name, place, f"inet_listener {name}"),)


def _built_in(service: str, name: str, setting: str, value: str) -> tuple[Setting, ...]:
    text = f"{setting} = {value} (default of {PROGRAM} for {name} of {service})"
    return (Setting(setting, value, None, text),)


def _number(entry: Entry | None, service: str, name: str, port: int) -> Value:
    if entry is None:
        return Value(port, _built_in(service, name, "port", str(port)))
    value = entry.value
    if isinstance(value, str):
        # Dovecot refuses what is none.
        return Value(port_number(value) or 0, (entry.setting,))
    return Value(value, (entry.setting,))


def _flag(
    entry: Entry | None, service: str, name: str, setting: str, built_in: bool
) -> Value[bool]:
    if entry is None:
        return Value(built_in, _built_in(service, name, setting, "yes" if built_in else "no"))
    return of(lambda text: truth(text or "") is True, Value(entry.value, (entry.setting,)))


def _addresses(listen: Value) -> list[tuple[Value, Value]]:
    """Addresses and families; both families of "any" are one."""
    why = listen.causes
    if isinstance(listen.value, Undecided):
        return [(listen, Value("any", why))]
    words = list(dict.fromkeys(known for one in listen.value for known in _called(one)))
    if "*" in words and "::" in words:
        words = [""] + [one for one in words if one not in ("*", "::")]
    return [(Value(_address(one), why), Value(_family(one), why)) for one in words]


def _called(word: str) -> tuple[str, ...]:
    """What a word of ``listen`` stands for; ``0.0.0.0`` and ``[::]`` are every address."""
    network = network_of(word)
    if network is not None and network.is_unspecified:
        return (EVERYWHERE[network.version],)
    return NAMES.get(word, (word,))


def _suffix(address: Value, family: Value) -> str:
    if isinstance(address.value, Undecided):
        return f"@{address.value.depends_on[0]}"
    return f"@{address.value or family.value}"


def _address(word: str) -> str | Undecided:
    if word in ("", "*", "::"):
        return ANY
    network = network_of(word)
    if network is not None:
        return str(network).partition("/")[0]
    return Undecided(f"the address of {word}")


def _family(word: str) -> str:
    network = network_of(word)
    if word in ("*", "::"):
        return "ipv4" if word == "*" else "ipv6"
    return f"ipv{network.version}" if network is not None else "any"
