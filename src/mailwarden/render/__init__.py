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
``parts``, ``statements``, ``strings``, ``forks``
                  what each statement writes and sets, and under which answers
``pieces``        from there to a ``Text``
``variables``     where variables come from
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Original, Text

from . import forks, operations, parts, pieces, statements, strings, syntax
from .context import Context, Variables
from .limits import Failure, Limits
from .syntax import Template
from .values import Known


class Rendered(NamedTuple):
    """What a template gives.

    ``used`` are the variables that it read, ``absent`` the names that no file sets and without
    which it does.
    """

    text: Text
    used: Mapping[str, Known]
    absent: tuple[str, ...]


# Another template by the name that one of this path includes it by; ``None`` where there is none.
Loader = Callable[[str, str], "Text | None"]


def render(
    template: Text,
    variables: Variables,
    limits: Limits | None = None,
    load: Loader | None = None,
) -> Rendered:
    """The text of a file that Ansible makes of a template.

    In: the template's own text, its variables, what it may cost, and how what it includes is found.
    Raises ``MailwardenError`` for what Jinja2 does not parse, and where it costs too much.
    """
    one = _Rendering(template.path, variables, limits or Limits(template.path), load)
    return one.rendered(template)


class _Rendering:
    def __init__(
        self, path: str, variables: Variables, limits: Limits, load: Loader | None
    ) -> None:
        self._path = path
        self._variables = variables
        self._limits = limits
        self._load = load
        self._files: dict[int, pieces.File] = {}
        self._parsed: dict[str, Template] = {}
        self._strings: dict[str, Template] = {}
        self._settings: dict[str, Any] = {}

    def rendered(self, text: Text) -> Rendered:
        template = self._parse(text)
        ctx = Context(template, self._variables, self._limits, self._included)
        ctx.text_of = lambda string: self._variable(string, ctx)
        ctx.string_of = lambda body: strings.string_of(body, ctx)
        ctx.literals = operations.literals(template.body)
        written: parts.Parts = []
        try:
            statements.run(template.body, ctx, written)
        except (forks.Leave, forks.MayLeave) as leave:
            raise MailwardenError("leaves a loop outside of one", self._path) from leave
        made = pieces.text(self._path, written, template.ends, self._file, template)
        return Rendered(made, ctx.used, tuple(ctx.absent))

    def _parse(self, text: Text) -> Template:
        original, _start, _end = text.span(0, len(text))
        try:
            skipped, settings = syntax.header(text.string.replace("\r\n", "\n"))
        except ValueError as error:
            raise MailwardenError(f"is no template: {error}", text.path, 1) from error
        if skipped and text.string.find("\r\n") == skipped - 1:
            skipped += 1
        if skipped:
            self._settings = settings
        file = pieces.File(original if len(text) else Original(text.path, ""), skipped)
        template = syntax.parse(text.path, file.source, self._settings)
        self._limits.step(1 + len(file.source) // 256)
        self._files[id(template)] = file
        return template

    def _file(self, template: Template) -> pieces.File:
        return self._files[id(template)]

    def _included(self, name: str, beside: Template) -> Template | None:
        text = self._load(name, beside.path) if self._load is not None else None
        if text is None:
            return None
        if text.path not in self._parsed:
            self._parsed[text.path] = self._parse(text)
        return self._parsed[text.path]

    def _variable(self, string: str, ctx: Context) -> Any:
        """A variable's template, which is read in the place of the name that asks for it."""
        if string not in self._strings:
            try:
                number = len(self._strings)
                self._strings[string] = syntax.parse(f"a variable ({number})", string)
            except MailwardenError as error:
                raise Failure from error
        here = ctx.template
        ctx.template = self._strings[string]
        try:
            return strings.value_of(ctx.template, ctx)
        finally:
            ctx.template = here
