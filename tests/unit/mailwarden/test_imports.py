"""Modules loaded straight from their byte code are those that ``import`` loads."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import py_compile
import sys
from pathlib import Path
from types import ModuleType

import pytest

from mailwarden.imports import OURS, Finder, install

NAME = OURS[0] + "sample"
SOURCE = '"""A sample."""\nVALUE = 1\n'


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A module's source, compiled as ``import`` compiles it."""
    path = tmp_path / "sample.py"
    path.write_text(SOURCE)
    py_compile.compile(str(path), invalidation_mode=py_compile.PycInvalidationMode.TIMESTAMP)
    return path


def loaded(folder: Path) -> ModuleType | None:
    """The module as the finder loads it; ``None`` where it is left to ``import``."""
    spec = Finder.find_spec(NAME, [str(folder)])
    if spec is None:
        return None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_module_is_what_import_makes_of_it(source: Path) -> None:
    module = loaded(source.parent)
    usual = importlib.machinery.PathFinder.find_spec(NAME, [str(source.parent)])
    assert module is not None
    assert usual is not None
    assert module.VALUE == 1
    assert module.__doc__ == "A sample."
    assert (module.__file__, module.__cached__) == (usual.origin, usual.cached)
    assert module.__package__ == usual.parent


def test_a_package_is_what_import_makes_of_it(tmp_path: Path) -> None:
    folder = tmp_path / "sample"
    folder.mkdir()
    source = folder / "__init__.py"
    source.write_text(SOURCE)
    py_compile.compile(str(source), invalidation_mode=py_compile.PycInvalidationMode.TIMESTAMP)
    module = loaded(tmp_path)
    usual = importlib.machinery.PathFinder.find_spec(NAME, [str(tmp_path)])
    assert module is not None
    assert usual is not None
    assert module.VALUE == 1
    assert (module.__file__, module.__cached__) == (usual.origin, usual.cached)
    assert (module.__package__, list(module.__path__)) == (NAME, [str(folder)])


def test_a_folder_alone_is_left_to_import(tmp_path: Path) -> None:
    (tmp_path / "sample/__pycache__").mkdir(parents=True)
    assert loaded(tmp_path) is None


def _newer(path: Path) -> None:
    os.utime(path, (1, 1))


def _longer(path: Path) -> None:
    times = path.stat()
    path.write_text(SOURCE + "# more\n")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def _compiled_by_hash(path: Path) -> None:
    py_compile.compile(str(path), invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)


def _uncompiled(path: Path) -> None:
    Path(importlib.util.cache_from_source(str(path))).unlink()


def _of_another_python(path: Path) -> None:
    cached = Path(importlib.util.cache_from_source(str(path)))
    cached.write_bytes(b"\0\0\r\n" + cached.read_bytes()[4:])


def _too_long(path: Path) -> None:
    cached = Path(importlib.util.cache_from_source(str(path)))
    cached.write_bytes(cached.read_bytes() + bytes(1 << 16))


def _away(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize(
    "change",
    [_newer, _longer, _compiled_by_hash, _uncompiled, _of_another_python, _too_long, _away],
)
def test_byte_code_of_another_source_is_left_to_import(source: Path, change: object) -> None:
    assert callable(change)
    change(source)
    assert loaded(source.parent) is None


@pytest.mark.parametrize("name", ["json.decoder", "mailwarden", "mailwarden_other.sample"])
def test_others_are_left_to_import(source: Path, name: str) -> None:
    assert Finder.find_spec(name, [str(source.parent)]) is None


def test_it_stays_out_where_byte_code_lies_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "meta_path", [])
    monkeypatch.setattr(sys, "pycache_prefix", "/var/cache")
    install()
    assert sys.meta_path == []
    monkeypatch.setattr(sys, "pycache_prefix", None)
    install()
    assert len(sys.meta_path) == (0 if sys.flags.optimize else 1)
