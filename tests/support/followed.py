"""What is read of a recorded play: its host, and the play with variables that nobody knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import yaml
from ansible_collections.mailwarden.policy.plugins.module_utils.source.folder import FolderSource
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text

from mailwarden import distributions
from mailwarden.deploy import sequence
from mailwarden.deploy.action import Sequence
from mailwarden.deploy.ground import Ground, facts
from mailwarden.deploy.host import Host
from mailwarden.deploy.project import Project
from tests.support import recorded
from tests.support.recorded import ANSWERS, PACKAGES, Case

# Folders of files of variables.
VARIABLES = ("defaults", "vars", "group_vars", "host_vars")
# An encrypted value: it is set, and nobody knows to what.
FORGOTTEN = "!vault nobody-knows"


class Variable(NamedTuple):
    """A variable that a file sets, and where its value stands there."""

    path: str
    name: str
    start: int
    end: int


class Followed(NamedTuple):
    """The host of a play, and what is done there."""

    host: Host
    done: Sequence

    def text(self, path: str) -> Text | None:
        """A file, with the answers that the play is supplied with."""
        text = self.host.text(path)
        return None if text is None else supplied(text, self.done.rests_on)


def follow(case: Case, files: Mapping[str, str], folder: Path) -> Followed:
    """The host of a case behind its play, whose files are written to a folder."""
    recorded.write(files, folder)
    source = FolderSource(str(folder))
    distribution = distributions.get(case.distribution)
    (done,) = sequence.of_playbook(Project(source), "site.yml", facts(distribution))
    packages = {
        name: {path: answered(text) for path, text in installed.items()}
        for name, installed in distribution.packages.items()
    }
    host = Host(Ground(distribution._replace(packages=packages), PACKAGES), source)
    host.follow(done)
    return Followed(host, done)


def answered(text: str) -> str:
    """A file of a distribution with what its host is called."""
    for sign, answer in ANSWERS.items():
        text = text.replace(sign, answer)
    return text


def supplied(text: Text, questions: Mapping[str, str]) -> Text:
    """A text in which these questions are answered with yes."""
    parts, done = [], 0
    for at in text.hole_offsets(0, len(text)):
        hole = text.holes[at]
        chosen = dict(hole.options).get("yes") if hole.name in questions else None
        if chosen is not None:
            parts += [text.cut(done, at), supplied(chosen, questions)]
            done = at + 1
    return Text.joined(text.path, [*parts, text.cut(done, len(text))])


def variables(files: Mapping[str, str]) -> Iterator[Variable]:
    """What files of variables set, in the order of their places."""
    for path, text in files.items():
        if path.endswith(".yml") and not set(VARIABLES).isdisjoint(path.split("/")[:-1]):
            root = yaml.compose(text)
            for key, value in root.value if isinstance(root, yaml.MappingNode) else ():
                yield Variable(path, key.value, value.start_mark.index, value.end_mark.index)


def without(files: Mapping[str, str], names: set[str]) -> dict[str, str]:
    """The files with values that nobody knows for some variables."""
    made = dict(files)
    for path, name, start, end in reversed(list(variables(files))):
        if name in names:
            text = made[path]
            end = start + len(text[start:end].rstrip("\n"))
            made[path] = f"{text[:start]}{FORGOTTEN}{text[end:]}"
    return made
