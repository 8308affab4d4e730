"""One reading of a template: its file and those that it includes, its variables, its cost."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text

from . import forks, operations, parts, pieces, statements, strings, syntax
from .context import Context, Variables
from .limits import Failure, Limits
from .syntax import Template
from .values import Known

# Another template by the name that one of this path includes it by; ``None`` where there is none.
Loader = Callable[[str, str], "Text | None"]


class Rendered(NamedTuple):
    """What a template gives.

    ``used`` are the variables that it read, ``absent`` the names that no file sets and without
    which it does.
    """

    text: Text
    used: Mapping[str, Known]
    absent: tuple[str, ...]


class Reading:
    """What is known of the templates that are read for one."""

    def __init__(
        self,
        path: str,
        variables: Variables,
        limits: Limits,
        load: Loader | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        self._path = path
        self._variables = variables
        self._limits = limits
        self._load = load
        self._files: dict[int, Text] = {}
        self._parsed: dict[str, Template] = {}
        self._strings: dict[str, Template] = {}
        self._settings: dict[str, Any] = dict(settings or {})

    def rendered(self, text: Text) -> Rendered:
        """The text of the file that a template makes."""
        template = self._file_parsed(text)
        ctx = self.context(template)
        return Rendered(self.written(template, ctx), ctx.used, tuple(ctx.absent))

    def written(self, template: Template, ctx: Context) -> Text:
        """What the statements of a template write."""
        written: parts.Parts = []
        try:
            statements.run(template.body, ctx, written)
        except (forks.Leave, forks.MayLeave) as leave:
            raise MailwardenError("leaves a loop outside of one", self._path) from leave
        return self.text(written, template.ends, template)

    def text(self, written: parts.Parts, ends: int, template: Template) -> Text:
        """The text of what was written, with so many line ends."""
        return pieces.text(self._path, written, ends, self._file, template)

    def context(self, template: Template) -> Context:
        """What a template knows when it begins."""
        ctx = Context(template, self._variables, self._limits, self._included)
        ctx.text_of = lambda string: self._variable(string, ctx)
        ctx.string_of = lambda body: strings.string_of(body, ctx)
        ctx.literals = operations.literals(template.body)
        return ctx

    def parsed(self, text: Text, parse: Callable[[str, str], Template] = syntax.parse) -> Template:
        """The tree of a text that is no file of its own."""
        file = pieces.with_line_ends(text)
        template = parse(text.path, file.string)
        self._limits.step(1 + len(file) // 256)
        self._files[id(template)] = file
        return template

    def _file_parsed(self, text: Text) -> Template:
        try:
            skipped, settings = syntax.header(text.string.replace("\r\n", "\n"))
        except ValueError as error:
            raise MailwardenError(f"is no template: {error}", text.path, 1) from error
        if skipped and text.string.find("\r\n") == skipped - 1:
            skipped += 1
        if skipped:
            self._settings = {**self._settings, **settings}
            text = text.cut(skipped, len(text))
        if self._settings.get("newline_sequence", "\n") != "\n":
            raise MailwardenError("is a template of other line ends, which is not read", text.path)
        return self.parsed(text, lambda path, source: syntax.parse(path, source, self._settings))

    def _file(self, template: Template) -> Text:
        return self._files[id(template)]

    def _included(self, name: str, beside: Template) -> Template | None:
        text = self._load(name, beside.path) if self._load is not None else None
        if text is None:
            return None
        if text.path not in self._parsed:
            self._parsed[text.path] = self._file_parsed(text)
        return self._parsed[text.path]

    def _variable(self, string: str, ctx: Context) -> Any:
        """A variable's template, which is read in the place of the name that asks for it."""
        if string not in self._strings:
            try:
                number = zlib.crc32(string.encode("utf-8", "surrogateescape"))
                self._strings[string] = syntax.parse(f"a variable ({number:08x})", string)
            except MailwardenError as error:
                raise Failure from error
        here = ctx.template
        ctx.template = self._strings[string]
        try:
            return strings.value_of(ctx.template, ctx)
        finally:
            ctx.template = here
