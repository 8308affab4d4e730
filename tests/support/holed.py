"""Texts with holes, made by hand: one file each, as with templates and placeholders."""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.mailwarden.policy.plugins.module_utils.text import Hole, Text

Options = Sequence[tuple[str, str | None]]


def holed(path: str, *parts: str | Hole) -> Text:
    """A text of literal parts and holes; a hole takes the place of `{{ its name }}`."""
    shown: list[str] = []
    spans: list[tuple[int, int, Hole]] = []
    at = 0
    for part in parts:
        written = part if isinstance(part, str) else f"{{{{ {part.name} }}}}"
        if isinstance(part, Hole):
            spans.append((at, at + len(written), part))
        shown.append(written)
        at += len(written)
    return Text.of(path, "".join(shown)).opened(spans)


def either(name: str, **texts: str | None) -> Hole:
    """A hole that may be any of the texts, each by its label; None for anything."""
    return branches(name, list(texts.items()))


def branches(name: str, texts: Options) -> Hole:
    """A hole of that name with the texts that it may be."""
    return Hole(name, [(label, None if one is None else Text.of("x", one)) for label, one in texts])


def template(path: str, string: str, **options: Options) -> Text:
    """A text in which ``<name>`` is a hole with these branches, or with none."""
    pieces = string.replace(">", "<").split("<")
    return holed(
        path,
        *(
            branches(piece, options.get(piece, ())) if number % 2 else piece
            for number, piece in enumerate(pieces)
        ),
    )
