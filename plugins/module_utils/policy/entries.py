# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The entries of a policy's lists: ``files``, ``ignore``, ``overrides`` and ``ports``."""

from __future__ import annotations

from ..ports import PortRule, has
from .globs import path_matches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Mapping, NamedTuple, Sequence

    from ..engine.finding import Finding
else:
    from ..tuples import NamedTuple


# What ``files`` says of a file that is none to check, though its name says so.
DISOWNED = "none"


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
        """Whether it is about one of these files; an entry without a path says nothing of files.

        Nor is it asked by way of ``roots``: what it ignores in the repository a host may not have.
        """
        return any(path_matches(path, one) for one in self.paths for path in paths)

    def fits(self, finding: Finding, means: Callable[[Sequence[str], str], bool]) -> bool:
        """Whether it speaks of this finding, today or not; ``means`` compares paths."""
        if finding.rule not in self.rules:
            return False
        if self.paths and not means(self.paths, finding.place.path):
            return False
        return not self.endpoint or any(
            _text_matches(name, self.endpoint) for name in finding.endpoints
        )


class FileRule(NamedTuple):
    """An entry of ``files``: what a path is, and what it is read with; or that it is none."""

    path: str
    format: str
    together: str
    disowned: bool = False


class Override(NamedTuple):
    """Other levels and options for some paths."""

    paths: tuple[str, ...]
    profile: str
    rules: Mapping[str, Any]


def ignore(index: int, said: Mapping[str, Any]) -> Ignore:
    """An entry of ``ignore``; ``index`` is its place in the list."""
    until = str(said.get("until", ""))[:10]
    rules, paths = several(said["rule"]), several(said.get("path"))
    return Ignore(index, rules, paths, said.get("endpoint", ""), said["reason"], until)


def file_rule(path: str, said: Any) -> FileRule:
    """An entry of ``files``."""
    if isinstance(said, str):
        return FileRule(path, said, "")
    if said["format"] == DISOWNED:
        return FileRule(path, "", "", disowned=True)
    return FileRule(path, said["format"], said.get("with", ""))


def override(said: Mapping[str, Any]) -> Override:
    """An entry of ``overrides``."""
    return Override(several(said["path"]), said.get("profile", ""), said.get("rules", {}))


def ports(table: tuple[PortRule, ...], own: Any) -> tuple[PortRule, ...]:
    """The port table with the entries of ``ports``, which go before those of the same port."""
    added = tuple(
        PortRule(
            one["port"],
            one["protocol"],
            several(one["tls"]),
            one.get("who", "both"),
            one.get("deprecated", False),
        )
        for one in own
    )
    kept = tuple(rule for rule in table if not has(added, rule.port, rule.protocol))
    return kept + added if added else table


def several(said: Any) -> tuple[str, ...]:
    """What a policy may write as one value or as a list."""
    return (said,) if isinstance(said, str) else tuple(said or ())


def _text_matches(text: str, pattern: str) -> bool:
    if "*" not in pattern and "?" not in pattern:
        return text == pattern
    from fnmatch import fnmatchcase

    return fnmatchcase(text, pattern)
