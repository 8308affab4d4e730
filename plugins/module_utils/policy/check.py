# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Checks a policy against the table and says everything that is wrong with it."""

from __future__ import annotations

from .. import catalogue
from ..addresses import bare, is_address
from ..errors import PolicyError, PolicyErrors
from ..rule_table import MANDATORY
from .entries import DISOWNED
from .table import POLICY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterator, Mapping, Tuple, Union

    from .table import Kind

    Path = Tuple[Union[str, int], ...]

# A person writes a few levels; a file that has more is no policy.
DEPTH = 12
HUGE = 10**20


def check(data: Any) -> None:
    """Raises ``PolicyErrors`` with every error of a policy; returns where there is none."""
    errors = list(_against((), data, POLICY))
    if isinstance(data, dict):
        errors.extend(_joint(data))
    if errors:
        raise PolicyErrors(errors)


def _against(path: Path, value: Any, kind: Kind) -> Iterator[PolicyError]:
    if kind.form == "either":
        yield from _either(path, value, kind)
    elif kind.form == "list":
        yield from _list(path, value, kind)
    elif kind.form in ("map", "record"):
        yield from _mapping(path, value, kind)
    else:
        message = SCALARS[kind.form](value, kind)
        if message:
            yield PolicyError(path, message)


def _either(path: Path, value: Any, kind: Kind) -> Iterator[PolicyError]:
    """Judged as the kind that has the value's form, so that the message speaks of that one."""
    if value is False and "note" in kind.kinds[0].values:
        # YAML 1.1 reads a bare `off` as false.
        value = "off"
    for one in kind.kinds:
        if _form(one) == _shape(value):
            yield from _against(path, value, one)
            return
    yield PolicyError(path, f"is {_shown(value)}; wanted: {describe(kind)}")


def _form(kind: Kind) -> str:
    if kind.form in ("map", "record"):
        return "mapping"
    return kind.form if kind.form in ("list", "flag") else "scalar"


def _shape(value: Any) -> str:
    if isinstance(value, dict):
        return "mapping"
    if isinstance(value, (list, tuple)):
        return "list"
    return "flag" if isinstance(value, bool) else "scalar"


def _list(path: Path, value: Any, kind: Kind) -> Iterator[PolicyError]:
    if not isinstance(value, (list, tuple)):
        yield PolicyError(path, f"is {_shown(value)}; wanted: {describe(kind)}")
        return
    for index, item in enumerate(value):
        yield from _against((*path, index), item, _inner(kind.of))


def _mapping(path: Path, value: Any, kind: Kind) -> Iterator[PolicyError]:
    if not isinstance(value, dict):
        yield PolicyError(path, f"is {_shown(value)}; wanted: {describe(kind)}")
    elif kind.form == "record":
        yield from _record(path, value, kind)
    else:
        for name, item in value.items():
            yield from _against((*path, _key(name)), name, _inner(kind.names))
            yield from _against((*path, _key(name)), item, _inner(kind.of))


def _inner(kind: Kind | None) -> Kind:
    if kind is None:
        raise TypeError("a list or a map in the table does not say what it holds")
    return kind


def _record(path: Path, value: dict[Any, Any], kind: Kind) -> Iterator[PolicyError]:
    keys = {key.name: key for key in kind.keys}
    for name, item in value.items():
        if name in keys:
            yield from _against((*path, name), item, keys[name].kind)
        else:
            yield PolicyError((*path, _key(name)), "unknown key" + _nearest(name, keys))
    for key in kind.keys:
        if key.required and key.name not in value:
            yield PolicyError(path, f"needs {key.name}: {key.meaning}")


def _joint(data: dict[str, Any]) -> Iterator[PolicyError]:
    """What no single value shows."""
    providers = data.get("providers")
    if isinstance(providers, dict):
        from ..providers import PROVIDERS

        for name, said in providers.items():
            if isinstance(said, bool) and name not in PROVIDERS:
                message = "no provider of this name is known" + _nearest(name, PROVIDERS)
                yield PolicyError(("providers", _key(name)), message)
    files = data.get("files")
    for name, entry in files.items() if isinstance(files, dict) else ():
        yield from _disowned(("files", _key(name)), entry)
    for index, entry in enumerate(_listed(data.get("ignore"))):
        yield from _ignore_entry(("ignore", index), entry)


def _disowned(path: Path, entry: Any) -> Iterator[PolicyError]:
    if isinstance(entry, dict) and entry.get("format") == DISOWNED:
        if "reason" not in entry:
            yield PolicyError(path, "needs reason: why a file of that name is none to check")
        if "with" in entry:
            yield PolicyError((*path, "with"), "goes with a format, which `none` is not")


def _ignore_entry(path: Path, entry: Any) -> Iterator[PolicyError]:
    """One finding of a mandatory rule may be ignored, not all that there will ever be."""
    if not isinstance(entry, dict):
        return
    rules = entry.get("rule")
    named = set(rules if isinstance(rules, list) else [rules]) if _plain(rules) else set()
    where = entry.get("path")
    single = isinstance(where, str) and not set("*?[") & set(where)
    for rule in sorted(named & MANDATORY - {"syntax-error", "unreadable"}):
        if not single:
            message = f"{rule} is ignored one finding at a time: name one file, without wildcards"
            yield PolicyError((*path, "path"), message)


def _plain(value: Any) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(item, str) for item in value)
    )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _key(name: Any) -> str:
    return _shown(name) if is_huge(name) else str(name)


def is_huge(value: Any) -> bool:
    """Whether it is a number that Python may refuse to write out."""
    return isinstance(value, int) and abs(value) >= HUGE


def _nearest(name: Any, known: Mapping[str, Any]) -> str:
    from difflib import get_close_matches

    wanted = _key(name)
    if any("-" in one for one in known):
        wanted = wanted.replace("_", "-")
    close = get_close_matches(wanted, list(known), 3, 0.6)
    if close:
        return "; near it: " + ", ".join(close)
    return "; known: " + ", ".join(known) if len(known) <= 16 else ""


def _shown(value: Any) -> str:
    """What a value is, in words that never repeat a long or a secret one."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true" if value else "false"
    if is_huge(value):
        return "a number of many digits"
    if isinstance(value, (int, float)):
        return f"the number {value}"
    if isinstance(value, str):
        return f"'{value}'" if len(value) <= 40 and "\n" not in value else "a longer text"
    return {"mapping": "a mapping", "list": "a list"}.get(_shape(value), "no plain value")


def describe(kind: Kind) -> str:
    """A kind in words, for messages and documentation."""
    if kind.form == "either" and kind.kinds[-1].of is kind.kinds[0]:
        return describe(kind.kinds[0]) + ", or a list of such"
    if kind.form == "either":
        return ", or ".join(describe(one) for one in kind.kinds)
    if kind.form == "list":
        return f"a list (each: {describe(_inner(kind.of))})"
    if kind.form == "choice":
        return "one of " + ", ".join(kind.values) if len(kind.values) <= 8 else "a known name"
    return FORMS[kind.form]


FORMS = {
    "text": "a text",
    "flag": "true or false",
    "port": "a port from 1 to 65535",
    "date": "a date such as 2027-01-31",
    "version": 'a version in quotes, such as "3.10"',
    "path": "a path with / between its parts",
    "target": "an absolute path",
    "network": "a network such as 10.0.0.0/8",
    "address": "an IP address",
    "host": "a host name, or *.example.org",
    "endpoint": "an endpoint's id",
    "format": "a format, or format and role, such as postfix/master",
    "owner": "a format, or format and role, such as postfix/master, or none",
    "placeholder": "a form with NAME once and signs beside it, such as [[NAME]]",
    "program": "a program whose versions change meanings",
    "map": "a mapping",
    "record": "a mapping",
}


def _wanted(value: Any, kind: Kind) -> str:
    return f"is {_shown(value)}; wanted: {describe(kind)}"


def _text(value: Any, kind: Kind) -> str:
    if isinstance(value, str) and value.strip():
        return ""
    return _wanted(value, kind)


def _flag(value: Any, kind: Kind) -> str:
    return "" if isinstance(value, bool) else _wanted(value, kind)


def _choice(value: Any, kind: Kind) -> str:
    if isinstance(value, str) and value in kind.values:
        return ""
    if value is False and "note" in kind.values:
        return _choice("off", kind)
    if value == "off" and kind.values[0] == "note":
        return "cannot be switched off; wanted: " + describe(kind)
    if isinstance(value, str) and len(kind.values) > 8:
        return f"{_shown(value)} is unknown{_nearest(value, dict.fromkeys(kind.values))}"
    return _wanted(value, kind)


def _port(value: Any, kind: Kind) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 65536:
        return ""
    return _wanted(value, kind)


def _date(value: Any, kind: Kind) -> str:
    from datetime import date

    if isinstance(value, date):
        return ""
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        return _wanted(value, kind)
    return ""


def is_version(value: Any) -> bool:
    """Whether a text is the version of a program, such as ``3.10``."""
    if not isinstance(value, str) or not value.isascii():
        return False
    parts = value.split(".")
    return 0 < len(parts) < 6 and all(part.isdigit() and len(part) < 6 for part in parts)


def _version(value: Any, kind: Kind) -> str:
    return "" if is_version(value) else _wanted(value, kind)


def _path(value: Any, kind: Kind) -> str:
    if not isinstance(value, str) or not value.strip() or "\\" in value:
        return _wanted(value, kind)
    if ".." in value.split("/"):
        return f"leads out of the repository: {_shown(value)}"
    return ""


def _target(value: Any, kind: Kind) -> str:
    if isinstance(value, str) and value.startswith("/") and ".." not in value.split("/"):
        return ""
    return _wanted(value, kind)


def _network(value: Any, kind: Kind) -> str:
    import ipaddress

    try:
        ipaddress.ip_network(value, strict=False)
    except (TypeError, ValueError):
        return _wanted(value, kind)
    return "" if isinstance(value, str) else _wanted(value, kind)


def _address(value: Any, kind: Kind) -> str:
    import ipaddress

    try:
        ipaddress.ip_address(bare(value) if isinstance(value, str) else None)  # type: ignore[arg-type]
    except ValueError:
        return _wanted(value, kind)
    return ""


def _host(value: Any, kind: Kind) -> str:
    if not isinstance(value, str) or not value.strip() or set(value) & set(" \t\n/@"):
        return _wanted(value, kind)
    text = bare(value)
    if is_address(text):
        return "is an address; addresses and networks have keys of their own"
    if text.strip("*.") == "" or ("." not in text and "*" in text):
        return "would fit every host; name a domain, such as *.example.org"
    return ""


def _format(value: Any, kind: Kind) -> str:
    if not isinstance(value, str):
        return _wanted(value, kind)
    name, _slash, role = value.partition("/")
    rows = catalogue.FORMATS if name in catalogue.FORMATS else catalogue.rows()
    if name not in rows:
        return f"no format is called {_shown(name)}{_nearest(name, rows)}"
    roles = rows[name].roles
    if role and role not in roles:
        return "{} has no role {}; known: {}".format(name, _shown(role), ", ".join(roles))
    return ""


def _program(value: Any, kind: Kind) -> str:
    if isinstance(value, str) and catalogue.is_program(value):
        return ""
    return _choice(value, kind._replace(form="choice", values=tuple(catalogue.programs())))


def _owner(value: Any, kind: Kind) -> str:
    return "" if value == DISOWNED else _format(value, kind)


def _placeholder(value: Any, kind: Kind) -> str:
    if not isinstance(value, str) or value.count("NAME") != 1 or len(value) > 40:
        return _wanted(value, kind)
    rest = value.replace("NAME", "")
    return "" if rest.strip() and rest == "".join(rest.split()) else _wanted(value, kind)


SCALARS: dict[str, Callable[[Any, Kind], str]] = {
    "text": _text,
    "flag": _flag,
    "choice": _choice,
    "port": _port,
    "date": _date,
    "version": _version,
    "path": _path,
    "target": _target,
    "network": _network,
    "address": _address,
    "host": _host,
    "endpoint": _text,
    "format": _format,
    "owner": _owner,
    "placeholder": _placeholder,
    "program": _program,
}
