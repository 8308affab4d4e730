"""A role's template as the engine sees it: what it makes if nobody outside says otherwise."""

from __future__ import annotations

from ansible_collections.mailwarden.policy.plugins.module_utils.source import Rendering
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Hole, Text

from . import Loader, render
from .roles import Role


def rendering(template: Text, role: Role, load: Loader) -> Rendering:
    """What a template makes of a role's variables; raises ``MailwardenError`` as ``render``.

    Whoever uses the role may set each of its variables, and those that no file sets: what the
    template then makes is open as a whole.
    """
    made = render(template, role.variables(), load=load)
    if not (made.absent or any(one.supplied for one in made.used.values())):
        return Rendering(made.text, made.text, {})
    question = f"who uses {role.folder or 'the role'}"
    anything = template.opened([(0, len(template), Hole(question))])
    words = f"{question} leaves its variables as its own files have them"
    return Rendering(made.text, anything, {question: words})
