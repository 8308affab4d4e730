# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A policy that somebody gives.

Loaded where there is one: a run without stands on the default policy alone.
"""

from __future__ import annotations

from ..errors import PolicyErrors
from ..ports import PORTS
from ..rule_table import RULES
from . import Policy
from .check import check

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Mapping, Sequence

    from ..endpoint import Endpoint
    from ..engine.finding import Finding
    from .entries import FileRule, Ignore, Override

# The keys of a policy that hold lists of entries.
ENTRIES = ("files", "ignore", "overrides", "ports")


def load(data: Mapping[str, Any], profile: str | None = None, path: str = "") -> Policy:
    """A policy from plain data, such as YAML gives.

    In: the data; a profile that goes before the one that the data names; the file for messages.
    Raises ``PolicyErrors`` with everything that is wrong.
    """
    try:
        check(data)
    except PolicyErrors as error:
        error.path = path
        raise
    return Given(data, profile or data.get("profile", "default"), path)


class Given(Policy):
    """What a policy says goes before what holds without it."""

    def __init__(self, data: Mapping[str, Any], profile: str, path: str = "") -> None:
        """``data`` is checked already: use ``load``."""
        super().__init__(profile)
        self.path = path
        self.said = data
        self.public_mx = data.get("public_mx")
        self.programs = dict(data.get("programs", {}))
        self.placeholders = tuple(data.get("placeholders", ()))
        self._files: tuple[FileRule, ...] = ()
        self._internal: Mapping[str, list[Any]] = data.get("internal", {})
        self._rules: Mapping[str, Any] = data.get("rules", {})
        self._overrides: tuple[Override, ...] = ()
        self._providers = data.get("providers", {})
        if not data.keys().isdisjoint(ENTRIES):
            self._take(data)
        if "roots" in data:
            from .roots import cleaned

            self.roots = cleaned(data["roots"])

    def _take(self, data: Mapping[str, Any]) -> None:
        from . import entries

        self._files = tuple(entries.file_rule(*one) for one in data.get("files", {}).items())
        self.ignores = tuple(entries.ignore(*one) for one in enumerate(data.get("ignore", ())))
        self._overrides = tuple(map(entries.override, data.get("overrides", ())))
        self.ports = entries.ports(PORTS, data.get("ports", ()))

    def level(self, rule: str, path: str = "") -> str:
        profile = self.profile
        level = _level(self._rules.get(rule))
        for override in self._overrides:
            if self._means(override.paths, path):
                profile = override.profile or profile
                level = _level(override.rules.get(rule)) or level
        return level or RULES[rule].level(profile)

    def silent(self, rule: str) -> bool:
        return not self._overrides and self.level(rule) == "off"

    def option(self, rule: str, name: str, path: str = "") -> Any:
        value = RULES[rule].options[name][0]
        said = [self._rules.get(rule)]
        said += [
            override.rules.get(rule)
            for override in self._overrides
            if self._means(override.paths, path)
        ]
        for one in said:
            if isinstance(one, dict) and name in one:
                value = one[name]
        return value

    def sets_option(self, rule: str, name: str) -> bool:
        said = [self._rules.get(rule), *(one.rules.get(rule) for one in self._overrides)]
        return any(isinstance(one, dict) and name in one for one in said)

    def is_internal(self, endpoint: Endpoint) -> bool:
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
        from ..addresses import is_within

        return is_within(network, self._internal.get("networks", ()))

    def format_of(self, path: str) -> str:
        rule = self._rule_of(path)
        return rule.format if rule is not None else ""

    def disowns(self, path: str) -> bool:
        rule = self._rule_of(path)
        return rule is not None and rule.disowned

    def _rule_of(self, path: str) -> FileRule | None:
        return next((rule for rule in self._files if self._means((rule.path,), path)), None)

    def together_with(self, path: str) -> str:
        for rule in self._files:
            if rule.together and self._means((rule.path,), path):
                return self._beside(path, rule.together)
        return ""

    def _means(self, patterns: Sequence[str], path: str) -> bool:
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

    def ignore_entry(self, finding: Finding, today: Any) -> Ignore | None:
        day = str(today)[:10]
        for entry in self.ignores:
            if entry.fits(finding, self._means) and not entry.expired(day):
                return entry
        return None


def _level(said: Any) -> str:
    if isinstance(said, dict):
        said = said.get("level", "")
    # YAML 1.1 reads a bare `off` as false.
    return "off" if said is False else said or ""
