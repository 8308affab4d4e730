"""``is version``: how Ansible compares versions.

Source: ansible.plugins.test.core ``version_compare``, ansible.module_utils.compat.version
(``LooseVersion``, which it takes unless told otherwise).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

from .limits import Failure

_PARTS = re.compile(r"(\d+|[a-z]+|\.)")
_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq, "=": operator.eq, "eq": operator.eq,
    "<": operator.lt, "lt": operator.lt, "<=": operator.le, "le": operator.le,
    ">": operator.gt, "gt": operator.gt, ">=": operator.ge, "ge": operator.ge,
    "!=": operator.ne, "<>": operator.ne, "ne": operator.ne,
}  # fmt: skip


def compare(
    value: Any, version: Any, sign: str = "eq", strict: Any = None, version_type: Any = None
) -> bool:
    """Whether one version is to another as the sign says; raises ``Failure`` or ``TypeError``."""
    if strict or version_type not in (None, "loose") or sign not in _SIGNS:
        raise Failure
    if value in ("", None) or version in ("", None):
        raise Failure
    return _SIGNS[sign](loose(str(value)), loose(str(version)))


def loose(version: str) -> list[int | str]:
    """The numbers and words of a version, in order."""
    parts = (part for part in _PARTS.split(version) if part and part != ".")
    return [int(part) if part.isdigit() else part for part in parts]
