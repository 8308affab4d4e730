# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The policy: what a port means, how loudly a rule speaks, what is internal, what is ignored.

Here is what holds without a policy file.  A given policy comes in as plain data
and is checked against ``table``; ``given`` works on data that passed.  A run without a policy loads
neither.
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
    from .entries import Ignore

UNIX = ("/", "unix:")


class Policy:
    """What endpoints are judged by: a profile alone; ``Given`` is the policy beside it.

    ``path`` is the file that it came from, for messages; empty for the default policy.  ``said`` is
    the data as they came, ``ports`` the whole port table, ``ignores`` the entries of ``ignore``.
    """

    def __init__(self, profile: str) -> None:
        self.path = ""
        self.said: Mapping[str, Any] = {}
        self.profile = profile
        self.public_mx: bool | None = None
        self.programs: Mapping[str, str] = {}
        self.roots: Mapping[str, str] = {}
        self.placeholders: tuple[str, ...] = ()
        self.ignores: tuple[Ignore, ...] = ()
        self.ports = PORTS
        # Line and column of what keys lead to in the file; whoever has read it may know.
        self.locate: Callable[[Sequence[str | int]], tuple[int, int]] = lambda _keys: (1, 1)
        self._providers: Mapping[str, Any] = {}
        self._hosts: dict[str, list[tuple[str, Provider]]] = {}
        self._indexed: dict[int, list[PortRule]] | None = None

    @classmethod
    def default(cls, profile: str = "default") -> Policy:
        """The policy of a run that names none."""
        return cls(profile)

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
        return RULES[rule].level(self.profile)

    def silent(self, rule: str) -> bool:
        """Whether the rule is off for every file."""
        return self.level(rule) == "off"

    def option(self, rule: str, name: str, path: str = "") -> Any:
        """The value of a rule's option; its default where the policy says nothing."""
        return RULES[rule].options[name][0]

    def sets_option(self, rule: str, name: str) -> bool:
        """Whether the policy sets the option for any file."""
        return False

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
        return False

    def is_internal_network(self, network: str) -> bool:
        """Whether a network lies within one that the policy declares internal."""
        return False

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
        return ""

    def disowns(self, path: str) -> bool:
        """Whether the policy says that a file is none to check, whatever its name says."""
        return False

    def together_with(self, path: str) -> str:
        """The file that the policy says a path is read together with; empty where it says none."""
        return ""

    # Findings that are known

    def ignore_entry(self, finding: Finding, today: Any) -> Ignore | None:
        """The first entry of ``ignore`` that speaks of a finding and has not expired."""
        return None
