# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Our own rules as nft's language has them: for a difference to read, and for a file to load."""

from __future__ import annotations

import json

from .ruleset import FAMILY, TABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .plan import OwnRules
    from .ruleset import Expression, Ruleset

HEAD = "type {type} hook {hook} priority {prio}; policy {policy};"


def table(objects: list[dict[str, Any]]) -> str:
    """Our own table; empty where there is none.  What we never write is shown as JSON."""
    if not objects:
        return ""
    lines = [f"table {FAMILY} {TABLE} {{"]
    rules = [one["rule"] for one in objects if "rule" in one]
    for one in objects:
        (kind, value), *_rest = one.items()
        if kind == "chain":
            lines.append("\tchain {} {{".format(value["name"]))
            if "hook" in value:
                lines.append("\t\t" + HEAD.format(**value))
            inside = [one["expr"] for one in rules if one["chain"] == value["name"]]
            lines += ["\t\t" + rule(expr) for expr in inside] + ["\t}"]
        elif kind not in ("table", "rule"):
            lines.append(f"\t# {kind} {json.dumps(value, sort_keys=True)}")
    return "\n".join([*lines, "}", ""])


def state(target: OwnRules, ruleset: Ruleset) -> str:
    """Everything of ours, and before what it stands."""
    parts = [table(target.table)] if target.table else []
    for (name, handle), exprs in target.placed.items():
        chain = ruleset.chain(*name)
        follows = [one.text for one in chain.rules if one.handle == handle] if chain else []
        where = "before: " + follows[0] if follows else "at its end"
        lines = ["# chain {} {} {}, {}".format(*name, where)]
        lines += [rule(expr) for expr in exprs]
        parts.append("\n".join([*lines, ""]))
    return "\n".join(parts)


def rule(expr: list[Expression]) -> str:
    """One rule of ours."""
    return " ".join(_word(one) for one in expr)


def _word(one: Expression) -> str:
    (kind, value), *_rest = one.items()
    if value is None:
        return kind
    if kind == "reject":
        return "reject with {type}".format(**value)
    said = ""
    if kind == "match" and value["op"] == "==":
        said = _match(value["left"], value["right"])
    return said or json.dumps(one, sort_keys=True)


def _match(left: Any, right: Any) -> str:
    """A comparison; empty for one that we never write."""
    if "&" in left:
        # The one mask that we write.
        return "tcp flags {} / {}".format(right, ",".join(left["&"][1]))
    if "meta" in left:
        key = left["meta"]["key"]
        form = '{} "{}"' if key in ("iifname", "oifname") else "meta {} {}"
        return form.format(key, _value(right))
    payload = left.get("payload", {})
    return "{protocol} {field} {}".format(_value(right), **payload) if "field" in payload else ""


def _value(right: Any) -> str:
    if isinstance(right, dict):
        if "set" in right:
            return "{{ {} }}".format(", ".join(_value(one) for one in right["set"]))
        if "prefix" in right:
            return "{addr}/{len}".format(**right["prefix"])
        if "range" in right:
            return "-".join(str(one) for one in right["range"])
    return str(right)
