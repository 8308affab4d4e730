"""Writes how long each task took, a line of JSON each, to the file in $TASK_SECONDS."""

from __future__ import annotations

import json
import os
import time
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: task_seconds
type: notification
short_description: Write how long each task took
description: Writes a line of JSON for each task to the file that an environment variable names.
"""


class CallbackModule(CallbackBase):  # type: ignore[misc]  # ansible-core ships no types
    """Takes the time from a host's start of a task to its result."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "task_seconds"

    def __init__(self) -> None:
        super().__init__()
        self.begin = 0.0

    def v2_runner_on_start(self, host: Any, task: Any) -> None:
        """Remember when."""
        self.begin = time.perf_counter()

    def v2_runner_on_ok(self, result: Any) -> None:
        """Write how long ago that was."""
        task = getattr(result, "task", None) or result._task
        entry = {"action": task.action, "seconds": time.perf_counter() - self.begin}
        with open(os.environ["TASK_SECONDS"], "a", encoding="utf-8") as out:
            out.write(json.dumps(entry) + "\n")
