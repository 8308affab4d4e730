"""Jinja2 templates, read without being run: a text with holes for what is not known.

An interpreter of our own over Jinja2's syntax tree.  Nothing of a template is compiled, executed or
looked up: it cannot name a plugin, a file of the machine, or an attribute of anything but plain
data.

``syntax``        the tree, with offsets
``values``        what an expression may be
``names``         what a value is called
``limits``        what reading may cost
``context``       names, variables and answers while a template is read
``operations``, ``expressions``, ``members``, ``filters``, ``pure``,
``lists``, ``patterns``, ``tests``, ``versions``
                  what an expression gives
``parts``, ``statements``, ``namespaces``, ``strings``, ``forks``
                  what each statement writes and sets, and under which answers
``pieces``        from there to a ``Text``
``reading``       a template with what it includes, from its file to its text
``single``        what one string of a task gives
``variables``     names that Ansible itself gives
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text

from .context import Variables
from .limits import Limits
from .reading import Loader, Reading, Rendered

__all__ = ["Loader", "Rendered", "render"]


def render(
    template: Text,
    variables: Variables,
    limits: Limits | None = None,
    load: Loader | None = None,
    settings: Mapping[str, Any] | None = None,
) -> Rendered:
    """The text of a file that Ansible makes of a template.

    In: the template's own text, its variables, what it may cost, how what it includes is found, and
    the settings that its first line has not.
    Raises ``MailwardenError`` for what Jinja2 does not parse, and where it costs too much.
    """
    one = Reading(template.path, variables, limits or Limits(template.path), load, settings)
    return one.rendered(template)
