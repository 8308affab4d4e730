"""What is wrong with a policy file, and where: loaded only when one is.

The engine says what is wrong with the data; the YAML's nodes say where; the JSON Schema is asked as
well, so that nothing that an editor marks is missing here.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import PolicyError
from ansible_collections.mailwarden.policy.plugins.module_utils.policy.check import is_huge
from ansible_collections.mailwarden.policy.plugins.plugin_utils.plain_yaml import (
    NO_SUCH_VALUE,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ansible_collections.mailwarden.policy.plugins.module_utils.errors import PolicyErrors

    Keys = tuple[str | int, ...]
    Position = tuple[int, int]


def explained(data: bytes, errors: PolicyErrors, twice: Sequence[Position]) -> str:
    """Every error of a policy in words, each with line and column, in the order of the file.

    In: the file's bytes, what the engine found wrong with what they say, and where a key stands
    that its mapping has already.
    """
    import yaml

    root = yaml.compose(data, Loader=yaml.SafeLoader)
    found = [*errors.errors, *_of_schema(_as_editors_do(data), errors.errors)]
    lines = [(*position(root, one.keys), str(one)) for one in found]
    lines += [(line, column, "this key stands twice") for line, column in twice]
    count = "1 error" if len(lines) == 1 else f"{len(lines)} errors"
    shown = [f"  {line}:{column}: {message}" for line, column, message in sorted(lines)]
    return "\n".join([f"{count} in the policy", *shown])


def _as_editors_do(data: bytes) -> Any:
    """The policy as YAML 1.2 has it, where ``off`` is a word; ``None`` where it is none there."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    yaml = YAML()
    yaml.allow_duplicate_keys = True
    try:
        return yaml.load(data)
    except (YAMLError, *NO_SUCH_VALUE):
        return None


def position(root: Any, keys: Keys) -> Position:
    """Line and column, from 1, of what the keys lead to, or of the last of them that is there."""
    where, node = (1, 1), root
    for key in keys:
        at, node = _below(node, key)
        if at is None:
            break
        where = (at.start_mark.line + 1, at.start_mark.column + 1)
    return where


def _below(node: Any, key: str | int) -> tuple[Any, Any]:
    """The node of a key, or of an item, and the node of its value."""
    if getattr(node, "id", "") == "mapping":
        for name, value in reversed(node.value):
            if name.value == str(key):
                return name, value
    if getattr(node, "id", "") == "sequence" and isinstance(key, int) and key < len(node.value):
        return node.value[key], node.value[key]
    return None, None


def _of_schema(document: Any, known: Sequence[PolicyError]) -> Iterator[PolicyError]:
    """What the schema has to say of places that no other error speaks of."""
    from jsonschema import Draft202012Validator

    from .schemas import policy

    spoken = {one.keys for one in known}
    for error in Draft202012Validator(policy()).iter_errors(plain(document)):
        keys = tuple(error.absolute_path)
        if not any(one[: len(keys)] == keys for one in spoken):
            yield PolicyError(keys, f"does not fit the schema ({error.validator})")


def plain(node: Any) -> Any:
    """YAML data in the terms of JSON: keys and dates are texts, and what is no number of ours."""
    if is_huge(node):
        return hex(node)
    if isinstance(node, dict):
        return {str(plain(key)): plain(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [plain(value) for value in node]
    if isinstance(node, datetime.date):
        return node.isoformat()[:10]
    return node
