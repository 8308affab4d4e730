# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The policy: what a port means, how loudly a rule speaks, what is internal, what is ignored.

A policy comes in as plain data and is checked against ``table``; everything here works on
data that passed.  A run without a policy loads neither.
"""

from __future__ import annotations

from ..ports import EITHER, PORTS, PortRule, has
from ..rule_table import RULES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Mapping, Sequence

    from ..endpoint import Endpoint
    from ..engine.finding import Finding
    from ..providers import Provider
    from ..text.place import Place
    from .entries import FileRule, Ignore, Override

UNIX = ("/", "unix:")
# The keys of a policy that hold lists of entries.
ENTRIES = ("files", "ignore", "overrides", "ports")


class Policy:
    """What endpoints are judged by.

    ``path`` is the file that it came from, for messages; empty for the default policy.  ``said`` is
    the data as they came, ``ports`` the whole port table, ``ignores`` the entries of ``ignore``.
    """

    def __init__(self, data: Mapping[str, Any], profile: str, path: str = "") -> None:
        """``data`` is checked already: use ``load``."""
        self.path = path
        # Line and column of what keys lead to in the file; whoever has read it may know.
        self.locate: Callable[[Sequence[str | int]], tuple[int, int]] = lambda _keys: (1, 1)
        # What the file said, for showing it.
        self.said: Mapping[str, Any] = data
        self.profile = profile
        self.public_mx: bool | None = data.get("public_mx")
        self.programs: Mapping[str, str] = dict(data.get("programs", {}))
        self.roots: Mapping[str, str] = {}
        self.placeholders: tuple[str, ...] = tuple(data.get("placeholders", ()))
        self.files: tuple[FileRule, ...] = ()
        self.ignores: tuple[Ignore, ...] = ()
        self._internal: Mapping[str, list[Any]] = data.get("internal", {})
        self._rules: Mapping[str, Any] = data.get("rules", {})
        self._overrides: tuple[Override, ...] = ()
        self.ports = PORTS
        self._providers: Mapping[str, Any] = data.get("providers", {})
        self._hosts: dict[str, list[tuple[str, Provider]]] = {}
        self._indexed: dict[int, list[PortRule]] | None = None
        if not data.keys().isdisjoint(ENTRIES):
            self._take(data)
        if "roots" in data:
            from .roots import cleaned

            self.roots = cleaned(data["roots"])

    def _take(self, data: Mapping[str, Any]) -> None:
        from . import entries

        self.files = tuple(entries.file_rule(*one) for one in data.get("files", {}).items())
        self.ignores = tuple(entries.ignore(*one) for one in enumerate(data.get("ignore", ())))
        self._overrides = tuple(map(entries.override, data.get("overrides", ())))
        self.ports = entries.ports(PORTS, data.get("ports", ()))

    @classmethod
    def default(cls, profile: str = "default") -> Policy:
        """The policy of a run that names none."""
        return cls({}, profile)

    def place(self, keys: Sequence[str | int]) -> Place:
        """Where the policy says what the keys lead to."""
        from ..text.place import Place

        line, column = self.locate(keys)
        return Place(self.path or "policy", line, column, line, column, 0, 0)

    # Rules

    def level(self, rule: str, path: str = "") -> str:
        """How loudly a rule speaks about a file: ``off``, ``note``, ``warning`` or ``error``.

        An override for the path goes before ``rules``, and both before the profile.
        """
        profile = self.profile
        level = _level(self._rules.get(rule))
        for override in self._overrides:
            if self.means(override.paths, path):
                profile = override.profile or profile
                level = _level(override.rules.get(rule)) or level
        return level or RULES[rule].level(profile)

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
            if self.means(override.paths, path)
        ]
        for one in said:
            if isinstance(one, dict) and name in one:
                value = one[name]
        return value

    def sets_option(self, rule: str, name: str) -> bool:
        """Whether the policy sets the option for any file."""
        said = [self._rules.get(rule), *(one.rules.get(rule) for one in self._overrides)]
        return any(isinstance(one, dict) and name in one for one in said)

    # Ports and providers

    def ports_for(self, endpoint: Endpoint) -> tuple[PortRule, ...]:
        """What the endpoint's port means; empty where the policy does not know it, or it is open.

        A provider's own ports count only where the client's host is that provider's or the policy
        names the provider: elsewhere 12345 may be anything.
        """
        if endpoint.port is None:
            return ()
        known = list(self._by_port().get(endpoint.port, ()))
        host = endpoint.host if endpoint.side == "client" else ""
        for name, row in self._offers(host or ""):
            for protocol, port, modes in row.offers:
                if port == endpoint.port and not has(known, port, protocol):
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

    def _offers(self, host: str) -> list[tuple[str, Provider]]:
        """What the providers that the policy names offer, and the one that the host belongs to."""
        if not host and not self._providers:
            return []
        from .providers import named

        return named(self._providers) + (self._providers_of(host) if host else [])

    def _providers_of(self, host: str) -> list[tuple[str, Provider]]:
        """The providers that a host belongs to, with what that host offers; looked up once."""
        if host not in self._hosts:
            from .providers import of_host

            self._hosts[host] = of_host(self._providers, host)
        return self._hosts[host]

    # What is internal

    def is_internal(self, endpoint: Endpoint) -> bool:
        """Whether the policy declares that strangers cannot reach the endpoint."""
        said = self._internal
        if not said:
            return False
        server = endpoint.side == "server"
        if server and endpoint.port is not None and endpoint.port in said.get("ports", ()):
            return True
        name = endpoint.address if server else endpoint.host
        if not name:
            return False
        from ..addresses import host_matches, in_networks

        networks = [*said.get("addresses", ()), *said.get("networks", ())]
        return host_matches(name, said.get("hosts", ())) or in_networks(name, networks)

    def is_internal_network(self, network: str) -> bool:
        """Whether a network lies within one that the policy declares internal."""
        from ..addresses import is_within

        return is_within(network, self._internal.get("networks", ()))

    def is_local(self, endpoint: Endpoint) -> bool:
        """Whether it crosses no network of others: loopback only, a Unix socket, or internal."""
        name = endpoint.address if endpoint.side == "server" else endpoint.host
        nowhere = "port" in endpoint.not_applicable and endpoint.usable is not False
        if nowhere or (name or "").startswith(UNIX):
            return True
        if not name:
            # Any address, or the servers of others.
            return self.is_internal(endpoint)
        from ..addresses import is_loopback

        return is_loopback(name) or self.is_internal(endpoint)

    # Files

    def format_of(self, path: str) -> str:
        """The format, or format and role, that the policy gives a path; empty for none."""
        rule = self._rule_of(path)
        return rule.format if rule is not None else ""

    def disowns(self, path: str) -> bool:
        """Whether the policy says that a file is none to check, whatever its name says."""
        rule = self._rule_of(path)
        return rule is not None and rule.disowned

    def _rule_of(self, path: str) -> FileRule | None:
        return next((rule for rule in self.files if self.means((rule.path,), path)), None)

    def together_with(self, path: str) -> str:
        """The file that the policy says a path is read together with; empty where it says none."""
        for rule in self.files:
            if rule.together and self.means((rule.path,), path):
                return self._beside(path, rule.together)
        return ""

    def means(self, patterns: Sequence[str], path: str) -> bool:
        """Whether one of the patterns fits a path: as it is, or as the repository calls it.

        On a host a path is absolute, and ``roots`` say what of the repository has become it.
        Where that may be several files, a pattern has to fit each: none speaks for another.
        """
        from .globs import path_matches

        names = [[path]]
        if self.roots and path.startswith("/"):
            from .roots import in_repository

            names.append(in_repository(path, self.roots))
        return any(
            all(path_matches(name, pattern) for name in alike)
            for pattern in patterns
            for alike in names
            if alike
        )

    def _beside(self, path: str, other: str) -> str:
        """A path of the policy in the terms of another path: those of a host, or the repository."""
        if self.roots and path.startswith("/"):
            from .roots import on_host

            return on_host(other, self.roots) or other
        return other

    # Findings that are known

    def ignore_entry(self, finding: Finding, today: Any) -> Ignore | None:
        """The first entry of ``ignore`` that speaks of a finding and has not expired."""
        day = str(today)[:10]
        for entry in self.ignores:
            if entry.fits(finding, self.means) and not entry.expired(day):
                return entry
        return None


def load(data: Mapping[str, Any], profile: str | None = None, path: str = "") -> Policy:
    """A policy from plain data, such as YAML gives.

    In: the data; a profile that goes before the one that the data names; the file for messages.
    Raises ``PolicyErrors`` with everything that is wrong.
    """
    from ..errors import PolicyErrors
    from .check import check

    try:
        check(data)
    except PolicyErrors as error:
        error.path = path
        raise
    return Policy(data, profile or data.get("profile", "default"), path)


def _level(said: Any) -> str:
    if isinstance(said, dict):
        said = said.get("level", "")
    # YAML 1.1 reads a bare `off` as false.
    return "off" if said is False else said or ""
