# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Compiles the engine once on a managed node, where it comes in a zip file.

Since Python 3.10 ``zipimport`` compiles each module twice: to tell the name of its file, and to run
it.  For as many modules as the engine has that is a tenth of a task.  A module of Ansible imports
this first; where nothing is imported from a zip file it does nothing.

What is compiled stays, so it also keeps Python from searching it for garbage again and again: while
the engine is loaded, and when the process ends, which would cost as much as a tenth of a task too.
"""

from __future__ import annotations

import atexit
import gc
import sys
import zipimport
from importlib.machinery import ModuleSpec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType
    from typing import Any

# New objects between two searches for cycles.
GARBAGE = 100_000
PACKAGE = __name__.rpartition(".")[0] + "."


class _Loader:
    """Compiles and runs a module's source out of a zip file."""

    def __init__(self, archive: zipimport.zipimporter, file: str) -> None:
        self._archive = archive
        self._file = file

    def create_module(self, spec: ModuleSpec) -> None:
        """Nothing of its own: an ordinary module."""

    def exec_module(self, module: ModuleType) -> None:
        source = self._archive.get_data(self._file)
        code = compile(source, self._file, "exec", dont_inherit=True)
        exec(code, module.__dict__)  # noqa: S102  what an import is

    def get_source(self, name: str) -> str:
        """The source, for the lines that a traceback shows."""
        return self._archive.get_data(self._file).decode()


class Finder:
    """Finds the engine's modules in the zip file that its package is in."""

    archives: dict[str, zipimport.zipimporter] = {}  # noqa: RUF012  one for the process

    @classmethod
    def _archive(cls, folder: str) -> zipimport.zipimporter:
        if folder not in cls.archives:
            cls.archives[folder] = zipimport.zipimporter(folder)
        return cls.archives[folder]

    @classmethod
    def find_spec(
        cls, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module's spec; ``None`` for what is not ours, or in no zip file."""
        if not name.startswith(PACKAGE):
            return None
        for folder in path or ():
            try:
                archive = cls._archive(folder)
                package = archive.is_package(name)
            except zipimport.ZipImportError:
                continue
            inside = folder + "/" + name.rpartition(".")[2]
            file = inside + ("/__init__.py" if package else ".py")
            loader: Any = _Loader(archive, file)
            spec = ModuleSpec(name, loader, origin=file, is_package=package)
            if spec.submodule_search_locations is not None:
                spec.submodule_search_locations.append(inside)
            return spec
        return None


def _keep() -> None:
    """What is loaded stays until the end, so it is never searched for garbage."""
    gc.set_threshold(GARBAGE)
    gc.freeze()
    atexit.register(gc.freeze)


if isinstance(globals().get("__loader__"), zipimport.zipimporter):
    _keep()
    if sys.version_info >= (3, 10):
        sys.meta_path.insert(0, Finder)
