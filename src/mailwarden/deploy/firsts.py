"""``with_first_found``, and names of files of which one thing is not known.

Source: ansible-core 2.17 and 2.19, ``plugins/lookup/first_found.py`` and
``DataLoader.path_dwim_relative_stack``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import NamedTuple

from ansible_collections.mailwarden.policy.plugins.module_utils.source import Source, clean
from ansible_collections.mailwarden.policy.plugins.module_utils.text import HOLE, Hole, Text

from ..render.context import Variables
from ..render.limits import Limits
from ..render.values import Known
from ..variables import files, places
from ..variables.files import Value
from ..variables.found import by_one_question
from ..variables.layers import Layers
from . import concerns, evaluate, loops
from .written import words

# So many files of one pattern are followed.
MOST = 16


_LOOKUP = re.compile(
    r"\{\{\s{0,9}(?:lookup|query|q)\(\s{0,9}['\"](?:ansible\.builtin\.)?first_found['\"]\s{0,9},"
)
_NAME = re.compile(r"[A-Za-z_]\w*")


class Search(NamedTuple):
    """Where a task of a module looks for a file."""

    source: Source
    folders: tuple[str, ...]
    module: str

    def inside(self) -> str:
        """The folder below each of them in which it looks first."""
        if "template" in self.module:
            return "templates"
        return "vars" if "var" in self.module else "files"

    def below(self) -> Iterator[str]:
        """Each folder in its order."""
        for folder in self.folders:
            yield os.path.join(folder, self.inside())
            yield folder


class Choice(NamedTuple):
    """A file that may be the one, and what decides that it is."""

    path: str
    questions: tuple[str, ...]


def found(
    value: Value, search: Search, variables: Variables, limits: Limits
) -> list[tuple[Value, tuple[str, ...]]] | None:
    """The first file that is there: one, or each that may be it with its questions.

    ``None`` where nobody knows it, an empty list where there is none and that is permitted.
    """
    choices = _choices(value, search, variables, limits)
    if choices is not None and len(choices) > 1:
        choices = [
            one if one.questions else Choice(one.path, (f"whether {one.path} is the first found",))
            for one in choices
        ]
    if choices is None:
        return None
    return [(_named_by(one, value, search), one.questions) for one in choices]


def _named_by(choice: Choice, value: Value, search: Search) -> Value:
    base = search.folders[0] if search.folders else "."
    return Value(files.LITERAL, os.path.relpath(choice.path, base), value.place)


def _choices(
    value: Value, search: Search, variables: Variables, limits: Limits
) -> list[Choice] | None:
    """The files that may be the first, up to one that is there in any case."""
    terms, skips = _terms(value, variables, limits)
    choices: list[Choice] = []
    for term in terms:
        text = evaluate.printed(term, variables, limits)
        if not isinstance(text, Text):
            return None
        more = named(term, text, list(search.below()), search.source, variables, limits)
        if more is None:
            return None
        choices += more
        if any(not one.questions for one in more):
            break
    return choices if choices or skips else None


def _asked(template: str) -> str:
    """The expression that a lookup which is all of a template is asked; empty for another one."""
    match = _LOOKUP.match(template.strip())
    rest = template.strip()[match.end() :] if match else ""
    if not rest.endswith("}}"):
        return ""
    called = rest[:-2].rstrip()
    if called.endswith("first"):
        called = called[: -len("first")].rstrip().removesuffix("|").rstrip()
    asks = called[:-1].strip().lstrip("*") if called.endswith(")") else ""
    return "" if "{{" in asks or "}}" in asks else asks


def looked_up(name: Value, variables: Layers, limits: Limits) -> Value | None:
    """What ``lookup('first_found', names)`` is asked; ``None`` where it is open, or is none."""
    asks = _asked(name.plain) if isinstance(name.plain, str) else ""
    if not asks:
        return None
    if _NAME.fullmatch(asks):
        # With the templates that it holds: a name may be open in a part of it.
        known = isinstance(variables.get(asks), Known)
        return variables.value(asks) if known else None
    asked = name._replace(plain=f"{{{{ {asks} }}}}", written=None)
    terms = loops.items(asked, "list", variables, limits)
    return None if terms is None else Value(files.LITERAL, terms, name.place)


def chosen(value: Value, search: Search, variables: Variables, limits: Limits) -> Text | None:
    """The name of the first file, or a hole with a name for each answer; ``None``: not known."""
    text: Text | None = None
    for one in reversed(_choices(value, search, variables, limits) or []):
        this = places.text(_named_by(one, value, search))
        if one.questions:
            span, question = this.span(0, len(this)), " and ".join(one.questions)
            options = [("yes", this), ("no", text)]
            this = Text(this.path, HOLE, [(0, *span)], {0: Hole(question, options)})
        text = this
    return text


def named(
    name: Value,
    text: Text,
    folders: list[str],
    source: Source,
    variables: Variables,
    limits: Limits,
) -> list[Choice] | None:
    """The files that a name stands for; ``None`` where it is open, and not by one question."""
    if not text.holes:
        path = first(text.string, folders, source)
        return [Choice(path, ())] if path else []
    before, _braces, rest = str(name.plain).partition("{{")
    expression, _braces, after = rest.partition("}}")
    if not text.string.rpartition("/")[2].strip(HOLE):
        # An expression that is all of a name may be any file.
        return None
    is_all = not after and (not before or before.endswith("/"))
    for folder in () if is_all else folders:
        answers = by_one_question(source, folder, str(name.plain))
        # ``main.yml`` is what is read without being named.
        paths = {
            answer: path
            for answer, path in answers.items()
            if answer != "main" and not source.listing(path)
        }
        if paths:
            return _chosen(expression.strip(), paths, name, variables, limits)
    return _fitting(name, text, folders, source)


def _fitting(name: Value, text: Text, folders: list[str], source: Source) -> list[Choice] | None:
    """The files that a name fits of which several things are not known."""
    inside, slash, last = text.string.rpartition("/")
    if HOLE in inside or inside.startswith("/"):
        return None
    for folder in (os.path.join(one, inside) if slash else one for one in folders):
        names = [one for one in source.listing(folder) if concerns.fits(one, last.split(HOLE))]
        if len(names) > MOST:
            return None
        if names:
            return [
                Choice(clean(os.path.join(folder, one)), (f"whether {name.plain} is {one}",))
                for one in names
            ]
    return []


def _chosen(
    expression: str, paths: dict[str, str], name: Value, variables: Variables, limits: Limits
) -> list[Choice] | None:
    """The files of which an expression decides; ``None`` where they are too many."""
    if len(paths) > MOST:
        return None
    choices = []
    for answer, path in paths.items():
        condition = Value(files.LITERAL, f"{expression} == {answer!r}", name.place)
        if "|" in expression or " " in expression:
            condition = condition._replace(plain=f"({expression}) == {answer!r}")
        holds = evaluate.holds(condition, variables, limits)
        if holds is True:
            return [Choice(path, ())]
        if isinstance(holds, str):
            choices.append(Choice(path, (holds,)))
    return choices


def first(name: str, folders: list[str], source: Source) -> str:
    """The file of a name in the first folder that has it; empty where none has."""
    if os.path.isabs(name):
        located = source.locate(name)
        return located if located and source.exists(located) else ""
    for folder in folders:
        path = clean(os.path.join(folder, name))
        if not path.startswith("../") and source.exists(path) is not False:
            return path
    return ""


def _terms(value: Value, variables: Variables, limits: Limits) -> tuple[list[Value], bool]:
    """The names that are tried, and whether none of them need be there."""

    def every(value: Value | None) -> list[Value]:
        listed = None
        if value is not None and value.kind == files.TEMPLATE:
            listed = loops.items(value, "list", variables, limits)
        # A name that is open in a part of it says more as the template that it is.
        is_open = any(one.kind == files.OPEN for one in listed or ())
        return words(value) if listed is None or is_open else listed

    terms: list[Value] = []
    skips = False
    for one in every(value):
        if not isinstance(one.plain, dict):
            terms += every(one)
            continue
        names, paths = every(one.plain.get("files")), every(one.plain.get("paths"))
        skip = one.plain.get("skip")
        skips = skips or (skip is not None and skip.plain in (True, "true", "yes"))
        for name in names:
            terms += [_beside(path, name) for path in paths] or [name]
    return terms, skips


def _beside(path: Value, name: Value) -> Value:
    joined = os.path.join(str(path.plain), str(name.plain))
    kind = files.TEMPLATE if any(sign in joined for sign in files.SIGNS) else files.LITERAL
    return Value(kind, joined, name.place)
