"""Filters that are functions of plain values and nothing else.

Jinja2's own where they reach no attribute of anything; the others are written here, with what
ansible-core 2.19 does.  Each is called with plain values alone.

Source: jinja2.filters; ansible.plugins.filter.core, mathstuff, urls; tests hold each equal to them.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os.path
import re
import shlex
from collections.abc import Callable, Iterable
from typing import Any

from jinja2 import filters as jinja

from . import lists, members, patterns
from .limits import WIDTH, Failure, Limits

TRUE = ("yes", "on", "1", "true")
COMMENTS = {
    "plain": ("", "# ", ""),
    "erlang": ("", "% ", ""),
    "c": ("", "// ", ""),
    "cblock": ("/*", " * ", " */"),
    "xml": ("<!--", " - ", "-->"),
}


# Ansible's


def to_bool(value: Any) -> bool:
    """``bool``."""
    if isinstance(value, (str, int)):
        return str(value).lower() in TRUE
    return bool(value == 1)


def quote(value: Any) -> str:
    """``quote``: for a shell."""
    return shlex.quote("" if value is None else str(value))


def comment(text: Any, style: str = "plain", **changed: Any) -> str:
    """``comment``: lines that are a comment in a language."""
    beginning, decoration, end = COMMENTS[style]
    if "decoration" in changed:
        edge = str(changed["decoration"]).rstrip()
    else:
        edge = decoration.rstrip()
    known: dict[str, Any] = {
        "newline": "\n", "beginning": beginning, "prefix": edge, "prefix_count": 1,
        "decoration": decoration, "postfix": edge, "postfix_count": 1, "end": end,
    }  # fmt: skip
    known.update(changed)
    if max(int(known["prefix_count"]), int(known["postfix_count"])) > WIDTH:
        raise Failure
    newline, decoration = known["newline"], known["decoration"]
    lines = str(text).split(newline)
    # A line that holds nothing has no blanks behind its sign, but the last.
    bare = (str(decoration).rstrip() if not line else decoration + line for line in lines[:-1])
    body = newline.join([*bare, decoration + lines[-1]])
    before, behind = known["prefix"], newline + known["postfix"]
    before += newline if before and before != newline else ""
    opening = known["beginning"] + newline if known["beginning"] else ""
    closing = newline + known["end"] if known["end"] else ""
    before, behind = before * int(known["prefix_count"]), behind * int(known["postfix_count"])
    return f"{opening}{before}{body}{behind}{closing}"


def _json(value: Any, **named: Any) -> str:
    named.pop("vault_to_text", None)
    named.pop("preprocess_unsafe", None)
    if isinstance(named.get("indent"), int) and named["indent"] > WIDTH:
        raise Failure
    return json.dumps(value, **named)


def to_json(value: Any, **named: Any) -> str:
    """``to_json``."""
    return _json(value, **named)


def to_nice_json(value: Any, indent: int = 4, sort_keys: bool = True, **named: Any) -> str:
    """``to_nice_json``."""
    return _json(
        value, **{"indent": indent, "sort_keys": sort_keys, **named, "separators": (",", ": ")}
    )


def from_json(value: str) -> Any:
    """``from_json``."""
    return json.loads(value)


def from_yaml(value: Any) -> Any:
    """``from_yaml``."""
    import yaml

    if not isinstance(value, str) or len(value) > WIDTH * 10 or "&" in value or "!" in value:
        raise Failure
    try:
        return yaml.safe_load(value)
    except yaml.YAMLError as error:
        raise Failure from error


def _yaml(value: Any, indent: int | None, flow: bool | None, **named: Any) -> str:
    import yaml

    if named.keys() - {"sort_keys", "width", "explicit_start", "explicit_end"}:
        raise Failure
    if isinstance(indent, int) and indent > WIDTH:
        raise Failure

    base = getattr(yaml, "CSafeDumper", None)
    if base is None and not isinstance(value, (list, dict)):
        # The two dumpers end a scalar differently.
        raise Failure

    class Dumper(base or yaml.SafeDumper):  # type: ignore[misc]
        """Writes every list and dictionary where it is."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

    return str(
        yaml.dump(
            value,
            Dumper=Dumper,
            allow_unicode=True,
            default_flow_style=flow,
            indent=indent,
            **named,
        )
    )


def to_yaml(value: Any, default_flow_style: bool | None = None, **named: Any) -> str:
    """``to_yaml``."""
    return _yaml(value, named.pop("indent", None), default_flow_style, **named)


def to_nice_yaml(
    value: Any, indent: int = 4, default_flow_style: bool = False, **named: Any
) -> str:
    """``to_nice_yaml``."""
    return _yaml(value, indent, default_flow_style, **named)


def b64encode(value: Any, encoding: str = "utf-8") -> str:
    """``b64encode``."""
    return base64.b64encode(str(value).encode(encoding)).decode()


def b64decode(value: Any, encoding: str = "utf-8") -> str:
    """``b64decode``."""
    return base64.b64decode(str(value)).decode(encoding)


def hashed(value: Any, hashtype: str = "sha1") -> str:
    """``hash``."""
    if hashtype not in hashlib.algorithms_guaranteed or hashtype.startswith("shake"):
        raise Failure
    return hashlib.new(hashtype, str(value).encode()).hexdigest()


def split(value: str, *signs: Any, **named: Any) -> list[str]:
    """``split``."""
    return str.split(value, *signs, **named)


def splitext(value: str) -> list[str]:
    """``splitext``."""
    return list(os.path.splitext(value))


def _regex_text(value: Any) -> str:
    return value if isinstance(value, str) else str(value)


def regex_replace(
    value: Any = "",
    pattern: str = "",
    replacement: str = "",
    ignorecase: bool = False,
    multiline: bool = False,
    count: int = 0,
    mandatory_count: int = 0,
) -> str:
    """``regex_replace``."""
    text = _regex_text(value)
    known = patterns.compiled(pattern, text, ignorecase, multiline)
    if len(replacement) > WIDTH:
        raise Failure
    made, number = known.subn(replacement, text, count=count)
    if mandatory_count and mandatory_count != number:
        raise Failure
    return made


def regex_findall(
    value: Any, regex: str, multiline: bool = False, ignorecase: bool = False
) -> list[Any]:
    """``regex_findall``."""
    text = _regex_text(value)
    found = patterns.compiled(regex, text, ignorecase, multiline).findall(text)
    return [list(one) if isinstance(one, tuple) else one for one in found]


def regex_search(value: Any, regex: str, *groups: str, **named: Any) -> Any:
    """``regex_search``."""
    text = _regex_text(value)
    wanted: list[str | int] = []
    for one in groups:
        by_name = re.fullmatch(r"\\g<(\S+)>", one)
        if by_name:
            wanted.append(by_name[1])
        elif one.startswith("\\") and one[1:].isdigit():
            wanted.append(int(one[1:]))
        else:
            raise Failure
    ignorecase, multiline = named.pop("ignorecase", False), named.pop("multiline", False)
    if named:
        raise Failure
    found = patterns.compiled(regex, text, ignorecase, multiline).search(text)
    if found is None:
        # Ansible gives none, printed as nothing.
        return None
    return [found.group(one) for one in wanted] if wanted else found.group()


def regex_escape(value: Any, re_type: str = "python") -> str:
    """``regex_escape``."""
    if re_type == "python":
        return re.escape(_regex_text(value))
    if re_type == "posix_basic":
        return re.sub(r"([].[^$*\\])", r"\\\1", _regex_text(value))
    raise Failure


def type_debug(value: Any) -> str:
    """``type_debug``."""
    return type(value).__name__


def human_readable(size: Any, isbits: bool = False, unit: str | None = None) -> str:
    """``human_readable``: a size in the largest unit that it fills."""
    size = float(size)
    word = "bits" if isbits else "Bytes"
    for sign, factor in zip("YZEPTGMK", (1 << n for n in range(80, 0, -10)), strict=True):
        if (unit is None and size >= factor) or (unit is not None and unit.upper()[:1] == sign):
            return f"{size / factor:.2f} {sign}{'b' if isbits else 'B'}"
    return f"{size:.2f} {word}"


def escape(value: Any) -> str:
    """``escape``."""
    import markupsafe

    return str(markupsafe.escape(value))


def replace(value: Any, old: Any, new: Any, count: int | None = None) -> str:
    """``replace``."""
    return str(value).replace(str(old), str(new), -1 if count is None else count)


def truncate(
    value: str, length: int = 255, killwords: bool = False, end: str = "...", leeway: int = 5
) -> str:
    """``truncate``."""
    if len(value) <= length + leeway:
        return value
    if length < len(end):
        raise Failure
    short = value[: length - len(end)]
    return (short if killwords else short.rsplit(" ", 1)[0]) + end


def trim(value: Any, chars: str | None = None) -> str:
    """``trim``."""
    return str(value).strip(chars)


def listed(work: Callable[..., Iterable[Any]]) -> Callable[..., list[Any]]:
    """A filter that gives a list where Jinja2's gives its items one by one."""

    def wrapped(*positional: Any, **named: Any) -> list[Any]:
        return [list(one) if isinstance(one, tuple) else one for one in work(*positional, **named)]

    return wrapped


def text(work: Callable[..., Any]) -> Callable[..., str]:
    """A filter of strings, for which any value is written as a string."""

    def wrapped(value: Any, *positional: Any, **named: Any) -> str:
        return str(work(str(value), *positional, **named))

    return wrapped


def _widths(limits: Limits, value: Any, *positional: Any, **named: Any) -> None:
    """Refuse what is wider than any line, before it is made."""
    numbers = [one for one in (*positional, *named.values()) if isinstance(one, (int, float))]
    if any(abs(one) > WIDTH for one in numbers):
        raise Failure


def _indents(limits: Limits, value: Any, width: Any = 4, *positional: Any, **named: Any) -> None:
    _widths(limits, value, width, *positional, **named)
    wide = len(width) if isinstance(width, str) else int(width)
    limits.write(len(str(value)) + wide * (str(value).count("\n") + 1))


def _replaces(limits: Limits, value: Any, old: Any, new: Any, count: Any = None) -> None:
    members.multiplied(str(value), str(old), str(new), limits)


def _matches(limits: Limits, value: Any, *positional: Any, **named: Any) -> None:
    pattern = positional[0] if positional else named.get("pattern", named.get("regex", ""))
    limits.step(patterns.cost(pattern, value))


# What is asked before a filter is called, which may raise.
CHECKED: dict[str, Callable[..., None]] = {
    **dict.fromkeys(("center", "round", "batch", "slice", "truncate", "to_nice_json", "to_json",
                     "to_nice_yaml", "to_yaml", "flatten"), _widths),
    **dict.fromkeys(("regex_replace", "regex_search", "regex_findall"), _matches),
    "indent": _indents,
    "replace": _replaces,
}  # fmt: skip


def check(
    name: str, limits: Limits, value: Any, positional: list[Any], named: dict[str, Any]
) -> None:
    """Take what a filter costs; raises where it would cost too much, or cannot be called so."""
    if name in CHECKED:
        CHECKED[name](limits, value, *positional, **named)


FILTERS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "b64decode": b64decode,
    "b64encode": b64encode,
    "basename": os.path.basename,
    "batch": listed(jinja.do_batch),
    "bool": to_bool,
    "capitalize": text(str.capitalize),
    "center": text(str.center),
    "combine": lists.combine,
    "comment": comment,
    "dictsort": lists.dictsort,
    "difference": lists.difference,
    "dirname": os.path.dirname,
    "e": escape,
    "escape": escape,
    "extract": lists.extract,
    "flatten": lists.flatten,
    "float": jinja.do_float,
    "from_json": from_json,
    "from_yaml": from_yaml,
    "groupby": lists.groupby,
    "hash": hashed,
    "human_readable": human_readable,
    "indent": text(jinja.do_indent),
    "int": jinja.do_int,
    "intersect": lists.intersect,
    "items": lists.items,
    "items2dict": lists.items2dict,
    "lower": text(str.lower),
    "max": lists.largest,
    "min": lists.smallest,
    "product": lists.product,
    "quote": quote,
    "regex_escape": regex_escape,
    "regex_findall": regex_findall,
    "regex_replace": regex_replace,
    "regex_search": regex_search,
    "replace": replace,
    "reverse": lists.reverse,
    "round": jinja.do_round,
    "slice": listed(jinja.sync_do_slice),
    "sort": lists.sort,
    "split": split,
    "splitext": splitext,
    "striptags": text(jinja.do_striptags),
    "sum": lists.total,
    "symmetric_difference": lists.symmetric_difference,
    "title": text(jinja.do_title),
    "to_json": to_json,
    "to_nice_json": to_nice_json,
    "to_nice_yaml": to_nice_yaml,
    "to_yaml": to_yaml,
    "trim": trim,
    "truncate": truncate,
    "type_debug": type_debug,
    "union": lists.union,
    "unique": lists.unique,
    "upper": text(str.upper),
    "urlencode": jinja.do_urlencode,
    "wordcount": jinja.do_wordcount,
    "zip": lists.zipped,
}
