"""Jinja2's syntax tree, with the offset of each node in the place of its line.

Jinja2's own lexer and parser are used, its compiler and runtime never.  The lexer's tokens come in
order, and all that it drops between two of them are blanks: a subclass walks over the source with
them and hands the parser the offset where it expects the line.

Source: jinja2.lexer, jinja2.parser; ansible.template (trim_blocks, the ``#jinja2:`` line).
"""

from __future__ import annotations

import ast
import warnings
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.lexer import Lexer
from jinja2.parser import Parser

from .limits import SIZE

HEADER = "#jinja2:"
# What Ansible sets, and what the first line of a template may set otherwise.
SETTINGS: dict[str, Any] = {
    "trim_blocks": True,
    "lstrip_blocks": False,
    "block_start_string": "{%",
    "block_end_string": "%}",
    "variable_start_string": "{{",
    "variable_end_string": "}}",
    "comment_start_string": "{#",
    "comment_end_string": "#}",
    "newline_sequence": "\n",
}
EXTENSIONS = ("jinja2.ext.do", "jinja2.ext.loopcontrols")
# So many trees are kept, of templates that are not longer than this.
KEPT, SHORT = 2_000, 500
Work = Callable[[Environment, str], list[nodes.Node]]
_OPENS = {"variable_begin": "variable_end", "block_begin": "block_end"}


class Span(NamedTuple):
    """From where to where something stands in the source of a template."""

    start: int
    end: int


class Template(NamedTuple):
    """A template that has been parsed.

    ``source`` has Jinja's line ends; ``spans`` are those of its expressions and tags, ordered;
    ``ends`` is how many line ends the source ended with.
    """

    path: str
    source: str
    body: list[nodes.Node]
    spans: list[Span]
    ends: int

    def span(self, offset: int) -> Span:
        """The expression or tag, signs and all, that the offset is in."""
        number = bisect_right(self.spans, Span(offset, len(self.source) + 1)) - 1
        if number >= 0 and offset < self.spans[number].end:
            return self.spans[number]
        return Span(offset, offset)


class _Lexer(Lexer):
    """Jinja2's lexer, with offsets for lines."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.spans: list[Span] = []

    def tokeniter(
        self, source: str, name: str | None, filename: str | None = None, state: str | None = None
    ) -> Iterator[tuple[int, str, str]]:
        at, opened, closing = 0, 0, ""
        try:
            for _line, token, value in super().tokeniter(source, name, filename, state):
                while not source.startswith(value, at):
                    at += 1
                if token in _OPENS:
                    opened, closing = at, _OPENS[token]
                elif token == closing:
                    end = at + len(value.rstrip())
                    self.spans.append(Span(opened, end))
                    closing = ""
                yield at, token, value
                at += len(value)
        except TemplateSyntaxError as error:
            # A line of the lexer's own, which the parser's errors have no more.
            error.lineno = at
            raise


class _Environment(Environment):
    """An environment that parses and does nothing else."""

    lexer: Any = None


def parse(path: str, source: str, settings: dict[str, Any] | None = None) -> Template:
    """The tree of a template whose line ends are Jinja's.

    Raises ``MailwardenError`` for what Jinja2 does not parse, with the line.
    """

    if not settings and len(source) <= SHORT:
        tree, spans = _again(path, source, _whole)
    else:
        tree, spans = _parsed(path, source, settings or {}, _whole)
    ends = len(source) - len(source.rstrip("\n"))
    return Template(path, source, tree, spans, ends)


def expression(path: str, source: str) -> Template:
    """The tree of an expression without braces, as ``when`` has one; raises as ``parse``."""
    tree, _spans = _again(path, source, _expression)
    return Template(path, source, tree, [Span(0, len(source))], 0)


def _whole(environment: Environment, source: str) -> list[nodes.Node]:
    return environment.parse(source).body


def _expression(environment: Environment, source: str) -> list[nodes.Node]:
    parser = Parser(environment, source, state="variable")
    found = parser.parse_expression()
    if not parser.stream.eos:
        raise TemplateSyntaxError("chunk after expression", parser.stream.current.lineno)
    return [nodes.Output([found], lineno=0)]


def _again(path: str, source: str, work: Work) -> tuple[list[nodes.Node], list[Span]]:
    """What the tasks of one host ask for, which those of the next ask for as well."""
    try:
        return _kept(source, work)
    except MailwardenError as error:
        raise MailwardenError(error.reason, path, error.line, error.column) from error


@lru_cache(KEPT)
def _kept(source: str, work: Work) -> tuple[list[nodes.Node], list[Span]]:
    return _parsed("", source, {}, work)


def _parsed(
    path: str,
    source: str,
    settings: dict[str, Any],
    work: Work,
) -> tuple[list[nodes.Node], list[Span]]:
    if len(source) > SIZE:
        raise MailwardenError("is too large a template to be read", path)
    try:
        environment = _Environment(**{**SETTINGS, **settings}, extensions=EXTENSIONS)
        environment.lexer = _Lexer(environment)
        with warnings.catch_warnings():
            # Of what a string of the template escapes: nobody here has written it.
            warnings.simplefilter("ignore")
            tree = work(environment, source)
    except TemplateSyntaxError as error:
        line = source.count("\n", 0, error.lineno or 0) + 1
        reason = f"is no template that Jinja2 parses: {error.message}"
        raise MailwardenError(reason, path, line) from error
    except RecursionError as error:
        raise MailwardenError("is a template that is nested too deeply", path) from error
    except (ValueError, AssertionError, TypeError, AttributeError) as error:
        # Settings that are none, numbers of thousands of digits.
        raise MailwardenError("is no template that Jinja2 parses", path) from error
    return tree, environment.lexer.spans


def header(source: str) -> tuple[int, dict[str, Any]]:
    """How long the line is that sets how the template is read, and what it sets.

    Raises ``ValueError`` where it does not set what can be set.
    """
    if not source.startswith(HEADER):
        return 0, {}
    line, end, _rest = source.partition("\n")
    settings: dict[str, Any] = {}
    for pair in line[len(HEADER) :].split(","):
        key, colon, value = pair.partition(":")
        if not colon or key.strip() not in SETTINGS:
            raise ValueError(f"{pair.strip()} is no setting of a template")
        try:
            settings[key.strip()] = ast.literal_eval(value.strip())
        except (SyntaxError, TypeError, MemoryError, RecursionError) as error:
            raise ValueError(f"{pair.strip()} is no setting of a template") from error
    wrong = [key for key, value in settings.items() if type(value) is not type(SETTINGS[key])]
    if wrong:
        raise ValueError(f"{wrong[0]} is no setting of a template")
    return len(line + end), settings


def offset_of(node: nodes.Node) -> int:
    """Where a node stands; a few have no offset of their own."""
    waiting: list[nodes.Node] = [node]
    while waiting:
        one = waiting.pop(0)
        offset: int | None = one.lineno
        if offset is not None:
            return offset
        waiting.extend(one.iter_child_nodes())
    return 0


def below(tree: list[nodes.Node]) -> Iterator[nodes.Node]:
    """Every node of a tree, however deep; Jinja2's own walk recurses."""
    waiting = list(reversed(tree))
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(list(node.iter_child_nodes())))
