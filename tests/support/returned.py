"""What a module may return: exactly what its RETURN documents, in JSON that Ansible takes.

Ansible refuses what is not UTF-8, so nothing of a file may be in a result as it stands there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from mailwarden import reference, schemas

ROOT = Path(__file__).resolve().parents[2]
# What Ansible returns of every task ("Common return values"), and adds to it.
OF_EVERY_TASK = frozenset(
    (
        "changed", "failed", "msg", "diff", "warnings", "deprecations", "invocation", "exception",
        "ansible_facts", "failed_when_result",
    )
)  # fmt: skip
TYPES: Mapping[str, type] = {
    "str": str,
    "int": int,
    "bool": bool,
    "list": list,
    "dict": dict,
}
# What a module returns in whole is described by a schema too, down to the last key.
SCHEMAS = {"check": schemas.report}
# When a key is returned, in the words of the modules' documentation.
RETURNED: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any]], bool]] = {
    "always": lambda _given, _result: True,
    "success": lambda _given, result: not result.get("failed"),
    "unless an option is wrong": lambda _given, result: (
        not result.get("failed") or "schema_version" in result
    ),
    "when O(state=present)": lambda given, result: is_present(given, result),
    "when O(state=present) and O(persistent=true)": lambda given, result: (
        is_present(given, result) and given.get("persistent", True)
    ),
}


def is_present(given: Mapping[str, Any], result: Mapping[str, Any]) -> bool:
    """Say whether a run of the firewall's module decided something, and succeeded."""
    return given.get("state", "present") == "present" and not result.get("failed")


@cache
def documented(module: str) -> dict[str, Any]:
    """Return what the RETURN of a module says."""
    found: dict[str, Any] = yaml.safe_load(
        reference.blocks(ROOT / f"plugins/modules/{module}.py")["RETURN"]
    )
    return found


def holds(module: str, given: Mapping[str, Any], result: Mapping[str, Any]) -> None:
    """See that a module returns what it documents.

    :param module: its name
    :param given: its parameters
    :raises AssertionError: naming what is not so
    """
    wrong = list(faults(module, given, result))
    assert not wrong, "\n".join(wrong)


def faults(module: str, given: Mapping[str, Any], result: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a result."""
    # Strict: no bytes, no NaN, no lone surrogates, and the same after the way.
    text = json.dumps(result, allow_nan=False, ensure_ascii=False)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as refused:
        yield f"not UTF-8: {text[max(0, refused.start - 60) : refused.end]!a}"
    if json.loads(text) != result:
        yield "another value after a way through JSON"
    keys = documented(module)
    for name in sorted(set(result) - OF_EVERY_TASK - set(keys)):
        yield f"{name}: not documented"
    for name, said in keys.items():
        if name in result:
            yield from _wrong_types(name, said, result[name])
            if module not in SCHEMAS:
                yield from _wrong_keys(name, said, result[name])
        elif RETURNED[said["returned"]](given, result):
            yield f"{name}: documented, and not returned"
    if module in SCHEMAS and set(keys) <= set(result):
        validator = jsonschema.Draft202012Validator(SCHEMAS[module]())
        for wrong in validator.iter_errors({name: result[name] for name in keys}):
            yield f"{wrong.json_path}: {wrong.message}"


def _wrong_types(name: str, said: Mapping[str, Any], value: Any) -> Iterator[str]:
    if value is None and "or null" in str(said["description"]):
        return
    if not _is(value, said["type"]):
        yield f"{name}: {value!r} is no {said['type']}"
    elif said["type"] == "list":
        yield from (
            f"{name}: {one!r} is no {said['elements']}"
            for one in value
            if not _is(one, said["elements"])
        )


def _is(value: Any, kind: str) -> bool:
    return isinstance(value, TYPES[kind]) and isinstance(value, bool) == (kind == "bool")


def _wrong_keys(name: str, said: Mapping[str, Any], value: Any) -> Iterator[str]:
    """Yield what differs from the keys of ``contains``, or else of the sample."""
    sample = said.get("contains") or said["sample"]
    known = set(sample[0]) if isinstance(sample, list) else set(sample)
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict) and set(one) != known:
            yield f"{name}: has {sorted(one)}, and not {sorted(known)}"
