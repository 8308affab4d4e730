"""Modules of Ansible, run in this process on a file of their own."""

from __future__ import annotations

import importlib
import io
import json
import sys
from collections.abc import Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any
from unittest import mock

from ansible.module_utils import basic


class ModuleError(Exception):
    """The module failed; the message is its own."""


def run(
    name: str, folder: Path, before: bytes | None, arguments: Mapping[str, Any]
) -> bytes | None:
    """The file behind a module of ansible-core: ``None`` where there is none.

    Raises ``ModuleError`` where the module fails.
    """
    path = folder / "file"
    path.unlink(missing_ok=True)
    if before is not None:
        path.write_bytes(before)
    call(name, {**arguments, "path": str(path)}, folder)
    return path.read_bytes() if path.exists() else None


def call(name: str, arguments: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """What a module says; raises ``ModuleError`` where it fails."""
    module = importlib.import_module(f"ansible.modules.{name}")
    told = {**arguments, "_ansible_tmpdir": str(folder), "_ansible_remote_tmp": str(folder)}
    said = io.StringIO()
    with (
        mock.patch.object(
            basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": told}).encode()
        ),
        mock.patch.object(basic, "_ANSIBLE_PROFILE", "legacy", create=True),
        mock.patch.object(sys, "argv", [name]),
        redirect_stdout(said),
    ):
        try:
            module.main()
        except SystemExit:
            pass
        except Exception as error:
            raise ModuleError(str(error)) from error
    result: dict[str, Any] = json.loads(said.getvalue().strip().splitlines()[-1])
    if result.get("failed"):
        raise ModuleError(result.get("msg"))
    return result
