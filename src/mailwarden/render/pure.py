"""Filters that are functions of plain values and nothing else.

Jinja2's own where they reach no attribute of anything; the others are written here, with what
ansible-core 2.19 does.  Each is called with plain values alone.

Source: jinja2.filters; ansible.plugins.filter.core, mathstuff, urls; tests hold each equal to them.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import os.path
import re
import shlex
from collections.abc import Callable, Iterable
from typing import Any

from jinja2 import filters as jinja

from . import members, patterns
from .limits import ITEMS, WIDTH, Failure, Limits

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


def combine(*terms: Any, **named: Any) -> dict[Any, Any]:
    """``combine``: dictionaries, the later before the earlier."""
    recursive = named.pop("recursive", False)
    lists = named.pop("list_merge", "replace")
    if named or lists not in ("replace", "keep", "append", "prepend", "append_rp", "prepend_rp"):
        raise Failure
    every = [one for term in terms for one in _flattened(term, None)]
    made: dict[Any, Any] = {}
    for one in every:
        if not isinstance(one, dict):
            raise Failure
        made = _merged(made, one, recursive, lists)
    return made


def _merged(
    one: dict[Any, Any], other: dict[Any, Any], recursive: bool, lists: str
) -> dict[Any, Any]:
    made = dict(one)
    for key, new in other.items():
        old = made.get(key)
        if key not in made:
            made[key] = new
        elif isinstance(old, dict) and isinstance(new, dict):
            made[key] = _merged(old, new, recursive, lists) if recursive else new
        elif isinstance(old, list) and isinstance(new, list):
            made[key] = _joined_lists(old, new, lists)
        else:
            made[key] = new
    return made


def _joined_lists(old: list[Any], new: list[Any], how: str) -> list[Any]:
    if how == "keep":
        return old
    if how == "append":
        return old + new
    if how == "prepend":
        return new + old
    if how == "append_rp":
        return [one for one in old if one not in new] + new
    if how == "prepend_rp":
        return new + [one for one in old if one not in new]
    return new


def _flattened(value: Any, levels: int | None, skip: bool = True) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        return [value]
    made: list[Any] = []
    for one in value:
        if isinstance(one, (list, tuple)) and (levels is None or levels > 0):
            made += _flattened(one, None if levels is None else levels - 1, skip)
        elif not (skip and one in (None, "None", "null")):
            made.append(one)
    return made


def flatten(value: Any, levels: int | None = None, skip_nulls: bool = True) -> list[Any]:
    """``flatten``: lists in a list become one."""
    if not isinstance(value, (list, tuple)):
        raise Failure
    made: list[Any] = []
    for one in value:
        if skip_nulls and one in (None, "None", "null"):
            continue
        if isinstance(one, (list, tuple)):
            if levels is None:
                made += flatten(one, None, skip_nulls)
            elif levels >= 1:
                made += flatten(one, int(levels) - 1, skip_nulls)
            else:
                made.append(one)
        else:
            made.append(one)
    return made


def items2dict(value: Any, key_name: str = "key", value_name: str = "value") -> dict[Any, Any]:
    """``items2dict``."""
    return {one[key_name]: one[value_name] for one in value}


# Lists of what has no hash are compared item by item.
COMPARED = 1_000


def _list(value: Any) -> list[Any]:
    """What a filter over sets takes for a list."""
    if isinstance(value, (list, tuple)) and len(value) <= COMPARED:
        return list(value)
    raise Failure


def unique(value: Any, case_sensitive: bool | None = None, attribute: Any = None) -> list[Any]:
    """``unique``: what is first stays; strings that differ in case alone are one unless asked."""
    items = list(value) if isinstance(value, str) else _list(value)
    key_of = _key(bool(case_sensitive), attribute)
    if any(isinstance(one, (list, dict)) for one in map(key_of, items)):
        # These have no hash: Ansible compares them as they are.
        if case_sensitive is False or attribute is not None:
            raise Failure
        key_of = _key(True, None)
    made: list[Any] = []
    seen: list[Any] = []
    for one in items:
        key = key_of(one)
        if key not in seen:
            seen.append(key)
            made.append(one)
    return made


def _set(found: list[Any]) -> list[Any]:
    """What Ansible makes a set of, in whatever order: known where there is one order alone."""
    made: list[Any] = []
    for one in found:
        if one not in made:
            made.append(one)
    if len(made) > 1 and not any(isinstance(one, (list, dict)) for one in made):
        raise Failure
    return made


def union(one: Any, other: Any) -> list[Any]:
    """``union``."""
    return _set(_list(one) + _list(other))


def intersect(one: Any, other: Any) -> list[Any]:
    """``intersect``."""
    other = _list(other)
    return _set([item for item in _list(one) if item in other])


def difference(one: Any, other: Any) -> list[Any]:
    """``difference``."""
    other = _list(other)
    return _set([item for item in _list(one) if item not in other])


def symmetric_difference(one: Any, other: Any) -> list[Any]:
    """``symmetric_difference``."""
    one, other = _list(one), _list(other)
    return _set(
        [item for item in one if item not in other] + [item for item in other if item not in one]
    )


def zipped(one: Any, *others: Any) -> list[list[Any]]:
    """``zip``."""
    return [list(items) for items in zip(one, *others, strict=False)]


def product(one: Any, *others: Any, repeat: int = 1) -> list[list[Any]]:
    """``product``."""
    size = 1
    for value in (one, *others):
        size *= len(value)
    if size ** max(repeat, 1) > ITEMS or repeat > 8:
        raise Failure
    return [list(items) for items in itertools.product(one, *others, repeat=repeat)]


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


def extract(key: Any, container: Any, morekeys: Any = None) -> Any:
    """``extract``: a key of a container, and of what is there further ones."""
    for one in [key, *([] if morekeys is None else _flattened(morekeys, 0))]:
        container = members.item(container, one)
        if container is members.MISSING:
            raise Failure
    return container


# Jinja2's, where its own reach attributes


def _key(case_sensitive: bool, attribute: Any) -> Callable[[Any], Any]:
    paths = str(attribute).split(",") if attribute is not None else [""]

    def value_of(one: Any, path: str) -> Any:
        for key in path.split(".") if path else []:
            one = members.item(one, int(key) if key.isdigit() else key)
            if one is members.MISSING:
                raise Failure
        return one.lower() if isinstance(one, str) and not case_sensitive else one

    def key_of(one: Any) -> Any:
        found = [value_of(one, path) for path in paths]
        return found[0] if len(found) == 1 else found

    return key_of


def sort(
    value: Any, reverse: bool = False, case_sensitive: bool = False, attribute: Any = None
) -> list[Any]:
    """``sort``."""
    return sorted(value, key=_key(case_sensitive, attribute), reverse=reverse)


def largest(value: Any, case_sensitive: bool = False, attribute: Any = None) -> Any:
    """``max``."""
    return max(_list(value), key=_key(case_sensitive, attribute))


def smallest(value: Any, case_sensitive: bool = False, attribute: Any = None) -> Any:
    """``min``."""
    return min(_list(value), key=_key(case_sensitive, attribute))


def total(value: Any, attribute: Any = None, start: Any = 0) -> Any:
    """``sum``."""
    key = _key(True, attribute)
    numbers = [key(one) for one in value]
    if not all(isinstance(one, (int, float)) for one in [*numbers, start]):
        raise Failure
    return sum(numbers, start)


def groupby(
    value: Any, attribute: Any, default: Any = None, case_sensitive: bool = False
) -> list[Any]:
    """``groupby``."""
    if default is not None:
        raise Failure
    key = _key(case_sensitive, attribute)
    exact = _key(True, attribute)
    groups = itertools.groupby(sorted(value, key=key), key)
    return [[exact(items[0]), items] for _key_of, group in groups for items in [list(group)]]


def reverse(value: Any) -> Any:
    """``reverse``."""
    return value[::-1] if isinstance(value, str) else list(reversed(value))


def dictsort(value: Any, *positional: Any, **named: Any) -> list[Any]:
    """``dictsort``."""
    return [list(one) for one in jinja.do_dictsort(value, *positional, **named)]


def items(value: Any) -> list[Any]:
    """``items``."""
    return [list(one) for one in value.items()]


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


# What is asked before a filter is called, which may raise.
CHECKED: dict[str, Callable[..., None]] = {
    **dict.fromkeys(("center", "round", "batch", "slice", "truncate", "to_nice_json", "to_json",
                     "to_nice_yaml", "to_yaml", "wordwrap", "flatten"), _widths),
    "indent": _indents,
    "replace": _replaces,
}  # fmt: skip

FILTERS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "b64decode": b64decode,
    "b64encode": b64encode,
    "basename": os.path.basename,
    "batch": listed(jinja.do_batch),
    "bool": to_bool,
    "capitalize": text(str.capitalize),
    "center": text(str.center),
    "combine": combine,
    "comment": comment,
    "dictsort": dictsort,
    "difference": difference,
    "dirname": os.path.dirname,
    "e": escape,
    "escape": escape,
    "extract": extract,
    "flatten": flatten,
    "float": jinja.do_float,
    "from_json": from_json,
    "from_yaml": from_yaml,
    "groupby": groupby,
    "hash": hashed,
    "human_readable": human_readable,
    "indent": text(jinja.do_indent),
    "int": jinja.do_int,
    "intersect": intersect,
    "items": items,
    "items2dict": items2dict,
    "lower": text(str.lower),
    "max": largest,
    "min": smallest,
    "product": product,
    "quote": quote,
    "regex_escape": regex_escape,
    "regex_findall": regex_findall,
    "regex_replace": regex_replace,
    "regex_search": regex_search,
    "replace": replace,
    "reverse": reverse,
    "round": jinja.do_round,
    "slice": listed(jinja.sync_do_slice),
    "sort": sort,
    "split": split,
    "splitext": splitext,
    "striptags": text(jinja.do_striptags),
    "sum": total,
    "symmetric_difference": symmetric_difference,
    "title": text(jinja.do_title),
    "to_json": to_json,
    "to_nice_json": to_nice_json,
    "to_nice_yaml": to_nice_yaml,
    "to_yaml": to_yaml,
    "trim": trim,
    "truncate": truncate,
    "type_debug": type_debug,
    "union": union,
    "unique": unique,
    "upper": text(str.upper),
    "urlencode": jinja.do_urlencode,
    "wordcount": jinja.do_wordcount,
    "zip": zipped,
}
