"""A rule's manual, which is its docstring, taken apart: words, and examples that can be run.

A line ``Wrong, main.cf:`` or ``Right, main.cf:`` begins a file of an example; its text stands
below, indented.  Files of one kind that follow each other belong together, until a name comes
again.  A file ``.mailwarden.yml`` is the policy of its example.
"""

from __future__ import annotations

import inspect
import re
import textwrap
from typing import NamedTuple

from ansible_collections.mailwarden.policy.plugins.module_utils import rules

HEAD = re.compile(r"(Wrong|Right), (\S+):")
POLICY = ".mailwarden.yml"


class Listing(NamedTuple):
    """One file of an example."""

    right: bool
    name: str
    text: str


class Example(NamedTuple):
    """Files that belong together, and whether they are right."""

    right: bool
    files: dict[str, str]


class Manual(NamedTuple):
    """A manual: the first sentence, and what follows in its order."""

    summary: str
    parts: tuple[str | Listing, ...]

    @property
    def examples(self) -> list[Example]:
        """The examples, wrong and right ones, in order."""
        found: list[Example] = []
        for part in self.parts:
            if isinstance(part, str):
                continue
            if not found or found[-1].right != part.right or part.name in found[-1].files:
                found.append(Example(part.right, {}))
            found[-1].files[part.name] = part.text
        return found


def plain_text(rule: str) -> str:
    """The manual of a rule as it is written; ``KeyError`` where there is none of that name."""
    return inspect.cleandoc(rules.load(rule).__doc__ or "")


def of(rule: str) -> Manual:
    """The manual of a rule, taken apart; ``KeyError`` where there is none of that name."""
    return parsed(plain_text(rule))


def markdown(found: Manual) -> list[str]:
    """The lines of a manual behind its first sentence, as a page has them."""
    lines: list[str] = []
    for part in found.parts:
        lines += _listing(part) if isinstance(part, Listing) else [part, ""]
    return lines


def _listing(part: Listing) -> list[str]:
    language = "yaml" if part.name.endswith(".yml") else "ini"
    word = "Right" if part.right else "Wrong"
    return [f"{word}, `{part.name}`:", "", f"```{language}", part.text.rstrip(), "```", ""]


def parsed(text: str) -> Manual:
    """A docstring as a manual."""
    first, *blocks = text.split("\n\n")
    parts: list[str | Listing] = []
    head: re.Match[str] | None = None
    for block in blocks:
        if block.startswith("    "):
            _add(parts, head, textwrap.dedent(block) + "\n")
            continue
        head = HEAD.fullmatch(block.strip())
        if head is None:
            parts.append(block)
    return Manual(" ".join(first.split()), tuple(parts))


def _add(parts: list[str | Listing], head: re.Match[str] | None, text: str) -> None:
    """One more listing, or the rest of one that an empty line divides."""
    last = parts[-1] if parts else None
    if head is None:
        raise ValueError(f"a listing without a head: {text!r}")
    right, name = head.group(1) == "Right", head.group(2)
    if isinstance(last, Listing) and (last.right, last.name) == (right, name):
        parts[-1] = Listing(right, name, f"{last.text}\n{text}")
    else:
        parts.append(Listing(right, name, text))
