"""What roles and playbooks do, in words."""

from __future__ import annotations

from collections.abc import Mapping

from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource

from mailwarden.deploy.action import Action, Sequence, Unfollowed
from mailwarden.deploy.project import Project
from mailwarden.deploy.sequence import of_playbook, of_role
from tests.support.rendered import shown


def project(files: Mapping[str, str]) -> Project:
    """A repository of these files."""
    return Project(MemorySource({path: text.encode() for path, text in files.items()}))


def told(one: Action | Unfollowed) -> str:
    """An action in a line: ``copy dest=/a content=x if question``."""
    if isinstance(one, Unfollowed):
        return f"? {one.reason}"
    words = [one.module]
    if one.given is None:
        words.append("?")
    for name, value in (one.given or {}).items():
        text = "[" + ", ".join(map(shown, value)) + "]" if isinstance(value, list) else shown(value)
        words.append(f"{name}={text}")
    return " ".join(words) + "".join(f" if {question}" for question in one.questions)


def lines(sequence: Sequence) -> list[str]:
    """A sequence, a line for each action."""
    return [told(one) for one in sequence.actions]


def role(files: Mapping[str, str], folder: str = "roles/mail", **facts: str) -> list[str]:
    """What a role does that is read alone."""
    return lines(of_role(project(files), folder, facts))


def playbook(files: Mapping[str, str], path: str = "site.yml", **facts: str) -> list[str]:
    """What a playbook of one sequence does."""
    (sequence,) = of_playbook(project(files), path, facts)
    return lines(sequence)
