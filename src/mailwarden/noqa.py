"""ansible-lint's comment ``# noqa: mailwarden[RULE]`` as a suppression of our own."""

from __future__ import annotations

import re

from .templates import FOLDER, Repository

NOQA = re.compile(rb"# noqa[: \t][^\r\n]*")
OURS = re.compile(rb"\bmailwarden\[([\w-]+)\]")
YAML = (".yml", ".yaml")


class Translated(Repository):
    """The files under one folder, in which the comment is a suppression of the same rules.

    So it stands where ours do, hides no more than they do, and is named where it hides nothing.
    In YAML ansible-lint itself finds the comment, and knows the task that it is for.
    """

    def read(self, path: str) -> bytes:
        data = super().read(path)
        if path.endswith(YAML) and FOLDER not in path.split("/"):
            return data
        return NOQA.sub(_translated, data)


def _translated(noqa: re.Match[bytes]) -> bytes:
    """The comment, its line and no other changed; as it is where it is for other rules only."""
    names = OURS.findall(noqa[0])
    return b"# mailwarden: ignore[%s] noqa" % b", ".join(names) if names else noqa[0]
