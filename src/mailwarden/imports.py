"""Loads the many small modules of a run straight from their byte code.

What ``import`` does for each (look through its folder, tell several kinds of modules apart, take
the cache's name together) costs more than the module itself.  Here the byte code is read where it
must lie, and used where it is that of the source, by the rules of PEP 3147 and PEP 552.  Everything
else, such as what has not been compiled yet, is left to ``import``.
"""

from __future__ import annotations

import marshal
import os
import sys
from _frozen_importlib import ModuleSpec
from _frozen_importlib_external import MAGIC_NUMBER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import CodeType, ModuleType
    from typing import Any

OURS = ("mailwarden.", "ansible_collections.mailwarden.policy.plugins.module_utils.")
# Byte code that is longer is left to ``import``.
MOST = 1 << 16
HEADER = 16
CACHE = "/__pycache__/%s." + str(sys.implementation.cache_tag) + ".pyc"


class Finder:
    """Finds modules and packages of ours whose byte code is up to date."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of a module or package; ``None`` for one that is left to ``import``."""
        if not path or not name.startswith(OURS):
            return None
        last = name.rpartition(".")[2]
        folder = f"{path[0]}/{last}"
        return _spec(name, path[0], last) or _spec(name, folder, "__init__", [folder])


def _spec(name: str, folder: str, stem: str, inside: list[str] | None = None) -> ModuleSpec | None:
    """The spec of what a file holds; ``inside`` is where the modules of a package are."""
    source = f"{folder}/{stem}.py"
    cached = folder + CACHE % stem
    code = _code(source, cached)
    if code is None:
        return None
    loader: Any = _Loader(code)
    spec = ModuleSpec(name, loader, origin=source, is_package=inside is not None)
    spec.submodule_search_locations = inside
    spec.has_location = True
    spec.cached = cached
    return spec


def _code(source: str, cached: str) -> CodeType | None:
    """The byte code of a source; ``None`` where it is not there, or that of another time."""
    try:
        there = os.stat(source)
        file = os.open(cached, os.O_RDONLY)
        try:
            data = os.read(file, MOST)
        finally:
            os.close(file)
    except OSError:
        return None
    numbers = (0, int(there.st_mtime), there.st_size)
    header = b"".join((number & 0xFFFFFFFF).to_bytes(4, "little") for number in numbers)
    if len(data) == MOST or data[:HEADER] != MAGIC_NUMBER + header:
        return None
    code: CodeType = marshal.loads(memoryview(data)[HEADER:])
    return code


class _Loader:
    def __init__(self, code: CodeType) -> None:
        self._code = code

    def create_module(self, spec: ModuleSpec) -> None:
        """Nothing of its own: an ordinary module."""

    def exec_module(self, module: ModuleType) -> None:
        exec(self._code, module.__dict__)  # noqa: S102  what an import is


def install() -> None:
    """Take over, where byte code lies where it usually does."""
    if sys.pycache_prefix is None and not sys.flags.optimize:
        sys.meta_path.insert(0, Finder)
