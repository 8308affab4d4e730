"""The order in which ansible-core runs the tasks of a playbook.

Each task of the module ``note`` writes its message into a file: an action plugin, which runs in the
process of Ansible and starts no module.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

PLUGIN = """\
from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    def run(self, tmp=None, task_vars=None):
        with open(LOG, "a", encoding="utf-8") as log:
            log.write(f"{self._task.args['msg']}\\n")
        return {"changed": True}
"""


def written(folder: Path, files: Mapping[str, str]) -> None:
    """Write files below a folder."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def order(folder: Path, files: Mapping[str, str]) -> list[str]:
    """The messages of a playbook ``site.yml`` among files that are written below a folder."""
    log = folder / "log"
    plugin = PLUGIN.replace("LOG", repr(str(log)))
    written(folder, {**files, "action_plugins/note.py": plugin, "inventory": "[mail]\nh1\n"})
    command = [sys.executable, "-m", "ansible", "playbook", "-i", "inventory", "-c", "local"]
    subprocess.run(
        [*command, "site.yml"],
        cwd=folder,
        env={
            "PATH": os.defpath,
            "HOME": str(folder),
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_DEPRECATION_WARNINGS": "false",
            "ANSIBLE_NOCOLOR": "true",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return log.read_text(encoding="utf-8").splitlines() if log.exists() else []
