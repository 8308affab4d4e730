# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Regular expressions that are compiled when they are first used.

A run uses a few of all the patterns that its modules name, and compiling one costs as much as
importing a module.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _Lazy:
    """Stands for a compiled pattern; the first use of a method puts the pattern's own in place."""

    __slots__ = (
        "_flags", "_source", "findall", "finditer", "fullmatch", "groups", "match", "pattern",
        "search", "split", "sub", "subn",
    )  # fmt: skip

    def __init__(self, source: str, flags: int) -> None:
        self._source = source
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        # Only called for what is not set yet.
        compiled = re.compile(self._source, self._flags)
        for method in self.__slots__[2:]:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def lazy(source: str, flags: int = 0) -> re.Pattern[str]:
    """The pattern, compiled when it is first used."""
    return _Lazy(source, int(flags))  # type: ignore[return-value]


# What stands for a value until the file is installed: envsubst(1) and its like fill it in.
FILLED_IN = lazy(r"\$\{[A-Z][A-Z0-9_]*\}")
# Forms of what stands for a value that no program knows (``placeholders.FORMS``).
FOREIGN = ("@NAME@", "__NAME__", "%NAME%", "PH_NAME")
