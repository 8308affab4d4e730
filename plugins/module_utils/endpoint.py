# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a configuration comes to: endpoints, the settings that made them, and what is wrong in it.

The words are defined by what an ordinary peer (an address outside loopback, the host's own
addresses and the private ranges) observes on the wire.
"""

from __future__ import annotations

from .text.values import NOTHING, Undecided

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable, Mapping, NamedTuple

    from .source import OnHost, Rendering
    from .text import Text
    from .text.place import Place
    from .text.values import Setting, Value
else:
    from .tuples import NamedTuple

SERVER = "server"
CLIENT = "client"

IMPLICIT = "implicit"
STARTTLS_REQUIRED = "starttls-required"
STARTTLS_OPTIONAL = "starttls-optional"
NONE = "none"
DUAL = "dual"
AUTO = "auto"
TLS_MODES = (IMPLICIT, STARTTLS_REQUIRED, STARTTLS_OPTIONAL, NONE, DUAL, AUTO)

PROTOCOLS = ("smtp", "submission", "imap", "pop3", "lmtp", "managesieve")
# What a server can demand before it talks; an endpoint that does is usable and is no finding.
REQUIREMENTS = ("proxy-protocol", "client-certificate", "trusted-network")
# The tag of an endpoint without evidence: no finding about it is more than a warning.
REMEMBERED = "remembered"
# The tag of an endpoint that no file at hand defines: its place stands for what a package ships.
SHIPPED = "shipped"
# How far a client checks the server's certificate.
VERIFICATIONS = ("full", "chain", "pinned", "none")

# The fields that a configuration decides, in the order in which a report shows them.
FIELDS = (
    "protocol",
    "host",
    "address",
    "family",
    "port",
    "tls",
    "auth",
    "cleartext_auth",
    "usable",
    "tls_works",
    "requires",
    "certificate_verified",
    "tls_min",
    "exceptions",
)


class Endpoint:
    """One side of one mail connection that a configuration defines.

    Every field of ``FIELDS`` is an attribute.  A field is ``None`` only where its name is a key of
    ``undecided`` (with the names of what decides it) or in ``not_applicable`` (nothing shows it).
    ``causes`` holds the settings behind each field; ``place`` is where the endpoint is defined.
    ``tags`` are words for rules that no field of the wire carries (``mx-delivery``); one with a
    cause of its own has it in ``causes``.
    """

    __slots__ = (
        "id", "side", "program", "name", "place", "local", "causes", "undecided",
        "not_applicable", "tags", "unit", *FIELDS,
    )  # fmt: skip

    id: str
    side: str
    program: str
    name: str
    place: Place
    local: bool
    causes: dict[str, tuple[Setting, ...]]
    undecided: dict[str, tuple[str, ...]]
    not_applicable: frozenset[str]
    tags: frozenset[str]
    unit: str
    protocol: str | None
    host: str | None
    address: str | None
    family: str | None
    port: int | None
    tls: str | None
    auth: bool | None
    cleartext_auth: bool | None
    usable: bool | None
    tls_works: bool | None
    requires: tuple[str, ...] | None
    certificate_verified: str | None
    tls_min: str | None
    exceptions: tuple[tuple[str, str, Any], ...] | None

    def __init__(
        self,
        id: str,  # noqa: A002  the report's own word
        side: str,
        program: str,
        name: str,
        place: Place,
        fields: dict[str, Value],
        tags: Iterable[str] = (),
    ) -> None:
        """``fields`` holds what is known or undecided; a field that is ``None`` or left out does
        not apply.
        """
        self.id = id
        self.side = side
        self.program = program
        self.name = name
        self.place = place
        self.local = False
        self.unit = ""
        self.tags = frozenset(tags)
        self.causes = {}
        self.undecided = {}
        missing = set()
        for field in FIELDS:
            given = fields.get(field, NOTHING)
            value, why = given.value, given.causes
            if isinstance(value, Undecided):
                self.undecided[field] = value.depends_on
                value = None
            elif value is None:
                missing.add(field)
            setattr(self, field, value)
            if why:
                self.causes[field] = tuple(why)
        self.not_applicable = frozenset(missing)

    def values(self) -> tuple[Any, ...]:
        """The fields' values in the order of ``FIELDS``."""
        return tuple(getattr(self, field) for field in FIELDS)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Endpoint) and all(
            getattr(self, name) == getattr(other, name) for name in Endpoint.__slots__
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        shown = ", ".join(
            f"{field}={getattr(self, field)!r}"
            for field in FIELDS
            if field not in self.not_applicable
        )
        return f"Endpoint({self.id}: {shown})"


class Problem(NamedTuple):
    """A place that could not be read or parsed: rule ``syntax-error`` or ``unreadable``.

    ``fatal`` says that the program refuses the file there, and so does not start; a problem without
    is a line that we cannot make sense of.  Either counts as "not read" in the exit status.
    """

    rule: str
    message: str
    place: Place
    fatal: bool = False


class Remark(NamedTuple):
    """A setting that does nothing where it stands, or that the program is giving up.

    ``kind`` is the id of the rule that speaks about it: ``setting-ineffective`` or
    ``setting-deprecated``; ``severity`` overrides the rule's own level.  ``fix`` are edits that may
    mend it, which the engine tries.
    """

    kind: str
    message: str
    setting: Setting
    fix: Fix | None = None
    severity: str = ""


class Reading:
    """What one run of a format over one unit gives: one alternative."""

    __slots__ = ("clients", "endpoints", "opaque", "problems", "remarks")

    def __init__(self) -> None:
        self.endpoints: list[Endpoint] = []
        self.problems: list[Problem] = []
        self.remarks: list[Remark] = []
        # What could define further endpoints and cannot be read: the names that decide, each with
        # the place that says so.
        self.opaque: list[tuple[str, Place]] = []
        # The same, where what it could define are clients alone.
        self.clients: list[tuple[str, Place]] = []


class Edit(NamedTuple):
    """Bytes ``start`` to ``end`` of a file, to be replaced by ``text``."""

    path: str
    start: int
    end: int
    text: str


class Fix(NamedTuple):
    """Edits that give an endpoint the value that a rule wants.

    ``safe`` means that nothing that works today stops working for a peer that did it right: a
    client that already used TLS still can.
    """

    title: str
    safe: bool
    edits: tuple[Edit, ...]


def together(fixes: Iterable[Fix | None]) -> Fix | None:
    """One fix of several, safe where all are; ``None`` where one is missing."""
    found = []
    for fix in fixes:
        if fix is None:
            return None
        found.append(fix)
    edits = tuple(dict.fromkeys(one for fix in found for one in fix.edits))
    titles = "; ".join(dict.fromkeys(fix.title for fix in found))
    return Fix(titles, all(fix.safe for fix in found), edits) if edits else None


class Unit(NamedTuple):
    """The files that one format reads together: a ``main.cf`` and its ``master.cf``.

    ``texts`` maps a role that the format knows (``main``, ``master``) to the text; ``name`` is the
    path that stands for all of them.  ``unread`` are the paths of those that are there and could
    not be read, by role.  ``doubtful``: nothing but the content makes it the format's, so that
    what cannot be parsed is another program's.  ``templates`` are the roles whose texts are made of
    templates.
    """

    format: str
    name: str
    texts: dict[str, Text]
    unread: Mapping[str, str] = {}
    doubtful: bool = False
    templates: Mapping[str, Rendering] = {}

    @property
    def host(self) -> OnHost | None:
        """The host that the files are on, where a repository makes one."""
        return next((one.host for one in self.templates.values() if one.host is not None), None)
