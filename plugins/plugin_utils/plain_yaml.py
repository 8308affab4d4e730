# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A policy's YAML as plain data, for the command and for Ansible's controller alike.

Loaded only where there is a policy file.
"""

from __future__ import annotations

import yaml
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.policy.check import is_huge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NamedTuple
else:
    from ansible_collections.mailwarden.policy.plugins.module_utils.tuples import NamedTuple

# A policy that people write says some hundred things.
EXPANDED_LIMIT = 100_000
# Values in each other: what shows where something stands in a policy reads it by recursion.
DEPTH = 50
# What the library's constructors raise for a scalar that only looks like a number or a date.
NO_SUCH_VALUE = (ValueError, OverflowError, LookupError, AttributeError)


class Parsed(NamedTuple):
    """What a file says, and line and column of every key that stands twice."""

    value: Any
    twice: tuple[tuple[int, int], ...]


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The safe loader: plain data and nothing else; it keeps where a key stands twice."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.twice: list[tuple[int, int]] = []
        self._looked_at: set[int] = set()

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Every mapping comes by here, before what ``<<`` brings is among its keys."""
        if id(node) not in self._looked_at:
            self._looked_at.add(id(node))
            self._note_twice(node)
        super().flatten_mapping(node)

    def _note_twice(self, node: yaml.MappingNode) -> None:
        seen = set()
        for key, _value in node.value:
            if isinstance(key, yaml.ScalarNode):
                if (key.tag, key.value) in seen:
                    self.twice.append((key.start_mark.line + 1, key.start_mark.column + 1))
                seen.add((key.tag, key.value))


def _or_text(construct: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """A constructor that leaves what is no such value as text, for the policy's table to refuse."""

    def constructed(loader: Any, node: Any) -> Any:
        try:
            value = construct(loader, node)
        except NO_SUCH_VALUE:
            return node.value
        return node.value if is_huge(value) else value

    return constructed


for _tag in ("bool", "int", "float", "timestamp"):
    _known = yaml.SafeLoader.yaml_constructors["tag:yaml.org,2002:" + _tag]
    Loader.add_constructor("tag:yaml.org,2002:" + _tag, _or_text(_known))


def parsed(data: bytes, path: str) -> Parsed:
    """YAML as plain data; raises ``MailwardenError`` with the line where it is none."""
    try:
        loader = Loader(data)
        value = loader.get_single_data()
        too_much = b"&" in data and _expanded(value, {}) > EXPANDED_LIMIT
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        raise MailwardenError(f"is not YAML: {error.problem}", path, line, column) from error
    except (yaml.YAMLError, ValueError) as error:
        raise MailwardenError(f"is not YAML: {type(error).__name__}", path) from error
    except RecursionError as error:
        raise MailwardenError("is nested too deeply", path) from error
    if too_much:
        raise MailwardenError("its aliases stand for too much", path)
    if _is_deeper(value, DEPTH):
        raise MailwardenError("is nested too deeply", path)
    return Parsed({} if value is None else value, tuple(loader.twice))


def _is_deeper(value: Any, depth: int) -> bool:
    """Whether values stand in each other more often than that."""
    level = [value] if isinstance(value, list | dict) else []
    for _turn in range(depth):
        inner = (one.values() if isinstance(one, dict) else one for one in level)
        level = [one for some in inner for one in some if isinstance(one, list | dict)]
        if not level:
            return False
    return True


def _expanded(value: Any, known: dict[int, float]) -> float:
    """How many values there are with every alias written out; infinite where one holds itself."""
    if not isinstance(value, list | dict):
        return 1
    if id(value) not in known:
        known[id(value)] = float("inf")
        items = value.values() if isinstance(value, dict) else value
        known[id(value)] = 1 + sum(_expanded(item, known) for item in items)
    return known[id(value)]
