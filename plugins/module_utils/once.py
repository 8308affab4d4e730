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
from importlib.machinery import SourceFileLoader
from importlib.util import spec_from_file_location

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import CodeType, ModuleType

# New objects between two searches for cycles.
GARBAGE = 100_000
PACKAGE = __name__.rpartition(".")[0] + "."


class _Loader(SourceFileLoader):
    """Reads a module's source out of a zip file."""

    def __init__(self, name: str, path: str, archive: zipimport.zipimporter) -> None:
        super().__init__(name, path)
        self._archive = archive

    def get_data(self, path: str) -> bytes:
        return self._archive.get_data(path)

    def get_code(self, fullname: str) -> CodeType:
        # Without looking for byte code, of which there is none.
        code: CodeType = self.source_to_code(self.get_data(self.path), self.path)
        return code


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
            loader = _Loader(name, file, archive)
            places = [inside] if package else None
            return spec_from_file_location(
                name, file, loader=loader, submodule_search_locations=places
            )
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
