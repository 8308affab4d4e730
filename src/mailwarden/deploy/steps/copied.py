"""``ansible.builtin.copy`` and ``ansible.builtin.template``: a whole file.

The content is what the task says (``content``), or what its caller has read or rendered; nothing is
added to it, and the file that was there is gone, but with ``force: false``, which writes only where
there is none.

Source: ``copy.py`` and ``template.py`` of ansible-core 2.19, modules and action plugins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text

from .outcome import FailsError, applied, opened
from .parameters import Given, Parameters, Spec

if TYPE_CHECKING:
    from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import Assumptions

    from .outcome import Outcome, Task

SPEC = Spec(
    texts=("dest", "src", "content", "validate"),
    booleans={"force": True, "remote_src": False},
    aliases={"thirsty": "force"},
    excluding=(("content", "src"),),
    ignored=(
        "block_end_string", "block_start_string", "checksum", "comment_end_string",
        "comment_start_string", "decrypt", "directory_mode", "follow", "local_follow",
        "lstrip_blocks", "newline_sequence", "output_encoding", "trim_blocks",
        "variable_end_string", "variable_start_string",
    ),
    stated=False,
)  # fmt: skip


def apply(
    before: Text | None, path: str, given: Given, task: Task, source: Text | None = None
) -> Outcome:
    """The file behind the task; see ``mailwarden.deploy.steps``.

    ``source`` is the file that ``src`` names, rendered if it is a template; ``None``: it is not
    known, and so is the file that the task writes.
    """

    def edit(assume: Assumptions) -> Text | None:
        parameters = Parameters(SPEC, given, assume)
        content = parameters.text("content")
        if content is None and parameters.text("src") is None:
            raise FailsError("src (or content) is required")
        if not parameters.flag("force") and before is not None:
            return before
        written = source if content is None else content
        if written is None or (content is None and parameters.flag("remote_src")):
            return opened(path, task)
        return Text.joined(path, [written])

    return applied(edit, path, task)
