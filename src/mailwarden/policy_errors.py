"""What is wrong with a policy file, and where: loaded only when one is.

The engine says what is wrong with the data; ruamel.yaml, which keeps positions and refuses keys
that stand twice, says where; the JSON Schema is asked as well, so that nothing that an editor marks
is missing here.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import PolicyError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ansible_collections.mailwarden.policy.plugins.module_utils.errors import PolicyErrors

    Keys = tuple[str | int, ...]
    Position = tuple[int, int]


def explained(data: bytes, errors: PolicyErrors) -> str:
    """Every error of a policy in words, each with line and column, in the order of the file.

    In: the file's bytes, and what the engine found wrong with what they say.
    """
    document, twice = _composed(data)
    found = [*errors.errors, *_of_schema(document, errors.errors)]
    lines = [(*position(document, one.keys), str(one)) for one in found]
    lines += [(line, column, message) for line, column, message in twice]
    count = "1 error" if len(lines) == 1 else f"{len(lines)} errors"
    shown = [f"  {line}:{column}: {message}" for line, column, message in sorted(lines)]
    return "\n".join([f"{count} in the policy", *shown])


def _composed(data: bytes) -> tuple[Any, list[tuple[int, int, str]]]:
    """The document with its positions, and the keys that stand twice in it."""
    from ruamel.yaml import YAML
    from ruamel.yaml.constructor import DuplicateKeyError
    from ruamel.yaml.error import YAMLError

    yaml = YAML()
    try:
        return yaml.load(data), []
    except DuplicateKeyError as error:
        mark = error.problem_mark
        twice = [(mark.line + 1, mark.column + 1, "this key stands twice")] if mark else []
    except YAMLError:
        # PyYAML read it: a difference between YAML 1.1 and 1.2, and no position for it.
        twice = []
    yaml = YAML()
    yaml.allow_duplicate_keys = True
    try:
        return yaml.load(data), twice
    except YAMLError:
        return None, twice


def position(document: Any, keys: Keys) -> Position:
    """Line and column, from 1, of what the keys lead to, or of the last of them that is there."""
    where, node = (1, 1), document
    for key in keys:
        at = getattr(node, "lc", None)
        try:
            line, column = at.item(key) if isinstance(key, int) else at.key(key)  # type: ignore[union-attr]
            node = node[key]
        except (AttributeError, IndexError, KeyError, TypeError):
            break
        where = (line + 1, column + 1)
    return where


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
    """YAML data in the terms of JSON: keys and dates are texts."""
    if isinstance(node, dict):
        return {str(key): plain(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [plain(value) for value in node]
    if isinstance(node, datetime.date):
        return node.isoformat()[:10]
    return node
