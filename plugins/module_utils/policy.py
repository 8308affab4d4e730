# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The policy: what a port means, how loudly a rule speaks, what is internal, what is ignored.

A policy comes in as plain data and is checked against ``policy_table``; everything here works on
data that passed.  A run without a policy loads neither.
"""

from __future__ import annotations

from .addresses import host_matches, in_networks, is_loopback, is_within
from .ports import EITHER, PORTS, PortRule, family
from .rule_levels import RULES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Mapping, NamedTuple, Sequence

    from .endpoint import Endpoint
    from .finding import Finding
    from .providers import Provider
else:
    from .tuples import NamedTuple

UNIX = ("/", "unix:")


class Ignore(NamedTuple):
    """An entry of ``ignore``: what is known and not counted, why, and how long."""

    at: int
    rules: tuple[str, ...]
    paths: tuple[str, ...]
    endpoint: str
    reason: str
    until: str

    def expired(self, today: str) -> bool:
        """Whether its last day is over; an empty ``today`` says that no day is."""
        return bool(self.until and today and today > self.until)

    def concerns(self, paths: Sequence[str]) -> bool:
        """Whether it is about one of these files; an entry without a path says nothing of files."""
        return any(path_matches(path, one) for one in self.paths for path in paths)

    def fits(self, finding: Finding) -> bool:
        """Whether it speaks of this finding, today or not."""
        if finding.rule not in self.rules:
            return False
        if self.paths and not any(path_matches(finding.place.path, one) for one in self.paths):
            return False
        return not self.endpoint or any(
            _text_matches(name, self.endpoint) for name in finding.endpoints
        )


class FileRule(NamedTuple):
    """An entry of ``files``: what a path is, and what it is read together with."""

    path: str
    format: str
    together: str


class Override(NamedTuple):
    """Other levels and options for some paths."""

    paths: tuple[str, ...]
    profile: str
    rules: Mapping[str, Any]


class Policy:
    """What endpoints are judged by.

    ``path`` is the file that it came from, for messages; empty for the default policy.  ``said`` is
    the data as they came, ``ports`` the whole port table, ``ignores`` the entries of ``ignore``.
    """

    def __init__(self, data: Mapping[str, Any], profile: str, path: str = "") -> None:
        """``data`` is checked already: use ``load``."""
        self.path = path
        # What the file said, for showing it.
        self.said: Mapping[str, Any] = data
        self.profile = profile
        self.public_mx: bool | None = data.get("public_mx")
        self.programs: Mapping[str, str] = dict(data.get("programs", {}))
        self.roots: Mapping[str, str] = dict(data.get("roots", {}))
        self.files = tuple(_file_rule(path, said) for path, said in data.get("files", {}).items())
        self.ignores = tuple(_ignore(at, one) for at, one in enumerate(data.get("ignore", ())))
        self._internal: Mapping[str, list[Any]] = data.get("internal", {})
        self._rules: Mapping[str, Any] = data.get("rules", {})
        self._overrides = tuple(_override(one) for one in data.get("overrides", ()))
        self.ports = _with_own(PORTS, data.get("ports", ()))
        self._providers: Mapping[str, Any] = data.get("providers", {})
        self._indexed: dict[int, list[PortRule]] | None = None

    @classmethod
    def default(cls, profile: str = "default") -> Policy:
        """The policy of a run that names none."""
        return cls({}, profile)

    # Rules

    def level(self, rule: str, path: str = "") -> str:
        """How loudly a rule speaks about a file: ``off``, ``note``, ``warning`` or ``error``.

        An override for the path goes before ``rules``, and both before the profile.
        """
        profile = self.profile
        level = _level(self._rules.get(rule))
        for override in self._overrides:
            if any(path_matches(path, one) for one in override.paths):
                profile = override.profile or profile
                level = _level(override.rules.get(rule)) or level
        return level or str(getattr(RULES[rule], profile))

    def silent(self, rule: str) -> bool:
        """Whether the rule is off for every file."""
        return not self._overrides and self.level(rule) == "off"

    def option(self, rule: str, name: str, path: str = "") -> Any:
        """The value of a rule's option; its default where the policy says nothing."""
        value = RULES[rule].options[name][0]
        said = [self._rules.get(rule)]
        said += [
            override.rules.get(rule)
            for override in self._overrides
            if any(path_matches(path, one) for one in override.paths)
        ]
        for one in said:
            if isinstance(one, dict) and name in one:
                value = one[name]
        return value

    # Ports and providers

    def ports_for(self, endpoint: Endpoint) -> tuple[PortRule, ...]:
        """What the endpoint's port means; empty where the policy does not know it, or it is open.

        A provider's own ports count only where the client's host is that provider's or the policy
        names the provider: elsewhere 12345 may be anything.
        """
        if endpoint.port is None:
            return ()
        known = list(self._by_port().get(endpoint.port, ()))
        named = [name for name, said in self._providers.items() if said is not False]
        found = [(name, row) for name in named for row in self._rows(name)]
        if endpoint.side == "client" and endpoint.host:
            found += self._providers_of(endpoint.host)
        for name, row in found:
            for protocol, port, modes in row.offers:
                if port == endpoint.port and not _has(known, port, protocol):
                    # What a provider also takes in plaintext is right with TLS only.
                    tls = tuple(mode for mode in modes if mode in EITHER)
                    known.append(PortRule(port, protocol, tls or EITHER, provider=name))
        return tuple(known)

    def _by_port(self) -> Mapping[int, list[PortRule]]:
        if self._indexed is None:
            self._indexed = {}
            for rule in self.ports:
                self._indexed.setdefault(rule.port, []).append(rule)
        return self._indexed

    def provider_of(self, host: str) -> tuple[tuple[str, Provider], ...]:
        """The provider that a host belongs to, and what that host offers; at most one."""
        return tuple(self._providers_of(host)[:1])

    def _providers_of(self, host: str) -> list[tuple[str, Provider]]:
        from .providers import PROVIDERS

        # One's own go before the known ones of the same name.
        names = [name for name, said in self._providers.items() if isinstance(said, dict)]
        names += [name for name in PROVIDERS if name not in names]
        return [
            (name, row)
            for name in names
            if self._providers.get(name) is not False
            for row in self._rows(name)
            if host_matches(host, row.hosts)
        ]

    def _rows(self, name: str) -> tuple[Provider, ...]:
        from .providers import PROVIDERS, Provider

        said = self._providers.get(name)
        if not isinstance(said, dict):
            return PROVIDERS[name]
        offers = tuple(
            (one["protocol"], one["port"], _several(one["tls"])) for one in said["ports"]
        )
        return (Provider(tuple(said["hosts"]), offers, said.get("complete", True)),)

    def is_submission_port(self, port: int, host: str = "") -> bool:
        """Whether mail programs submit on this port, to this host where one is named."""
        if any(rule.port == port and rule.protocol == "submission" for rule in self.ports):
            return True
        rows = [row for _name, row in self._providers_of(host)] if host else []
        for name, said in self._providers.items():
            rows += self._rows(name) if said is not False else ()
        return port != 25 and any(
            ("submission", port) == offer[:2] for row in rows for offer in row.offers
        )

    # What is internal

    def is_internal(self, endpoint: Endpoint) -> bool:
        """Whether the policy declares that strangers can not reach the endpoint."""
        said = self._internal
        if not said:
            return False
        server = endpoint.side == "server"
        if server and endpoint.port is not None and endpoint.port in said.get("ports", ()):
            return True
        name = endpoint.address if server else endpoint.host
        if not name:
            return False
        networks = [*said.get("addresses", ()), *said.get("networks", ())]
        return host_matches(name, said.get("hosts", ())) or in_networks(name, networks)

    def is_internal_network(self, network: str) -> bool:
        """Whether a network lies within one that the policy declares internal."""
        return is_within(network, self._internal.get("networks", ()))

    def is_local(self, endpoint: Endpoint) -> bool:
        """Whether it crosses no network of others: loopback only, a Unix socket, or internal."""
        name = endpoint.address if endpoint.side == "server" else endpoint.host
        if "port" in endpoint.not_applicable or (name or "").startswith(UNIX):
            return True
        return bool(name and is_loopback(name)) or self.is_internal(endpoint)

    # Files

    def format_of(self, path: str) -> str:
        """The format, or format and role, that the policy gives a path; empty for none."""
        for rule in self.files:
            if path_matches(path, rule.path):
                return rule.format
        return ""

    def together_with(self, path: str) -> str:
        """The file that the policy says a path is read together with; empty where it says none."""
        for rule in self.files:
            if rule.together and path_matches(path, rule.path):
                return rule.together
        return ""

    # Findings that are known

    def ignored(self, finding: Finding, today: Any) -> str | None:
        """The reason for which a finding is not counted today; ``None`` where it is."""
        entry = self.ignore_entry(finding, today)
        return entry.reason if entry is not None else None

    def ignore_entry(self, finding: Finding, today: Any) -> Ignore | None:
        """The first entry of ``ignore`` that speaks of a finding and has not expired."""
        day = str(today)[:10]
        for entry in self.ignores:
            if entry.fits(finding) and not entry.expired(day):
                return entry
        return None


def load(data: Mapping[str, Any], profile: str | None = None, path: str = "") -> Policy:
    """A policy from plain data, such as YAML gives.

    In: the data; a profile that goes before the one that the data names; the file for messages.
    Raises ``PolicyErrors`` with everything that is wrong.
    """
    from .errors import PolicyErrors
    from .policy_check import check

    try:
        check(data)
    except PolicyErrors as error:
        error.path = path
        raise
    return Policy(data, profile or data.get("profile", "default"), path)


def _several(said: Any) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(said or ())


def _level(said: Any) -> str:
    if isinstance(said, dict):
        said = said.get("level", "")
    # YAML 1.1 reads a bare `off` as false.
    return "off" if said is False else said or ""


def _override(said: Mapping[str, Any]) -> Override:
    return Override(_several(said["path"]), said.get("profile", ""), said.get("rules", {}))


def _ignore(index: int, said: Mapping[str, Any]) -> Ignore:
    until = str(said.get("until", ""))[:10]
    rules, paths = _several(said["rule"]), _several(said.get("path"))
    return Ignore(index, rules, paths, said.get("endpoint", ""), said["reason"], until)


def _file_rule(path: str, said: Any) -> FileRule:
    if isinstance(said, str):
        return FileRule(path, said, "")
    return FileRule(path, said["format"], said.get("with", ""))


def _with_own(table: tuple[PortRule, ...], own: Any) -> tuple[PortRule, ...]:
    added = tuple(
        PortRule(
            one["port"],
            one["protocol"],
            _several(one["tls"]),
            one.get("who", "both"),
            one.get("deprecated", False),
        )
        for one in own
    )
    kept = tuple(rule for rule in table if not _has(added, rule.port, rule.protocol))
    return kept + added if added else table


def _has(rules: Any, port: int, protocol: str) -> bool:
    return any(rule.port == port and family(rule.protocol) == family(protocol) for rule in rules)


def _text_matches(text: str, pattern: str) -> bool:
    if "*" not in pattern and "?" not in pattern:
        return text == pattern
    from fnmatch import fnmatchcase

    return fnmatchcase(text, pattern)


def path_matches(path: str, pattern: str) -> bool:
    """Whether a pattern of the policy means the path; loaded where a policy has patterns."""
    from . import globs

    return globs.path_matches(path, pattern)
