"""What ``make demo`` runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import golden


@pytest.mark.integration
def test_the_demo_ends_clean(tmp_path: Path) -> None:
    command = tmp_path / "mailwarden"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m mailwarden "$@"\n')
    command.chmod(0o755)
    environment = golden.environment()
    folders = [str(tmp_path), os.path.dirname(sys.executable), environment["PATH"]]
    environment.update(PATH=os.pathsep.join(folders), HOME=str(tmp_path))
    done = subprocess.run(
        ["sh", str(golden.ROOT / "examples/demo.sh")],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    assert "[cleartext-auth]" in done.stdout
    assert ": 0 errors, 0 warnings, 0 notes, 0 undecided, 0 unread" in done.stdout.splitlines()[-1]
