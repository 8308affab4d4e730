"""ansible-lint's comment ``# noqa: mailwarden[RULE]``, as far as it is for rules of ours."""

from __future__ import annotations

import re
from bisect import bisect_right

import yaml

from .templates import FOLDER, Repository

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

NOQA = re.compile(rb"# noqa[: \t][^\r\n]*")
# What ends a comment of Jinja2's and of XML's.
CLOSING = re.compile(rb"#\}|-->")
OURS = re.compile(rb"\bmailwarden\[([\w-]+)\]")
YAML = (".yml", ".yaml")
# What of a play or a block holds tasks, and the tag of those that ansible-lint skips.
HOLDING = ("always", "block", "handlers", "post_tasks", "pre_tasks", "rescue", "tasks")
KEYS = frozenset((*HOLDING, "tags"))
STR = "tag:yaml.org,2002:str"
SKIPPED = re.compile(r"\bskip_ansible_lint\b")


class Translated(Repository):
    """The files under one folder, in which the comment is a suppression of the same rules.

    So it stands where ours do, hides no more than they do, and is named where it hides nothing.
    In YAML it may stand anywhere in a task, as ``hidden`` has it.
    """

    def read(self, path: str) -> bytes:
        data = super().read(path)
        if path.endswith(YAML) and FOLDER not in path.split("/"):
            return data
        return NOQA.sub(_translated, data)


def _translated(noqa: re.Match[bytes]) -> bytes:
    """The comment, its line and no other changed; as it is where it is for other rules only."""
    closing = CLOSING.search(noqa[0])
    end = closing.start() if closing else len(noqa[0])
    names = OURS.findall(noqa[0], 0, end)
    if not names:
        return noqa[0]
    return b"# mailwarden: ignore[%s] noqa" % b", ".join(names) + noqa[0][end:]


def tasks(text: str) -> dict[int, bool]:
    """The lines with which plays, blocks and tasks begin, and whether ansible-lint skips these.

    Empty where the text is no YAML, of which ansible-lint speaks.
    """
    try:
        waiting = [yaml.compose(text, Loader=yaml.SafeLoader)]
    except yaml.YAMLError:
        return {}
    found: dict[int, bool] = {}
    seen = set()
    while waiting:
        node = waiting.pop()
        # What an alias shares is looked at once.
        if not isinstance(node, yaml.SequenceNode) or id(node) in seen:
            continue
        seen.add(id(node))
        for entry in node.value:
            if isinstance(entry, yaml.MappingNode):
                keys = {
                    key.value: value
                    for key, value in entry.value
                    if key.tag == STR and key.value in KEYS
                }
                tags = keys.pop("tags", None)
                written = "" if tags is None else text[tags.start_mark.index : tags.end_mark.index]
                found[entry.start_mark.line + 1] = SKIPPED.search(written) is not None
                waiting.extend(keys.values())
    return found


def hidden(lines: Sequence[str], line: int, tasks: Sequence[int]) -> set[str]:
    """The rules of which nothing is to be said about a line of a YAML file.

    In: the lines of the file, the number of the one, and the numbers of the lines with which tasks
    begin, sorted.  A comment in a task is for all of it, and one above a task, or above a line that
    is in none, for what is below.
    """
    at = bisect_right(tasks, line)
    first = tasks[at - 1] if at else line
    end = tasks[at] if 0 < at < len(tasks) else len(lines) + 1 if at else line + 1
    text = "\n".join(lines[_above(lines, first) - 1 : (_above(lines, end) if at else end) - 1])
    return {
        name.decode()
        for noqa in NOQA.findall(text.encode("utf-8", "replace"))
        for name in OURS.findall(noqa)
    }


def _above(lines: Sequence[str], line: int) -> int:
    """The first of the comments and blank lines right above a line, or the line itself."""
    while line > 1 and (not lines[line - 2].strip() or lines[line - 2].lstrip().startswith("#")):
        line -= 1
    return line
