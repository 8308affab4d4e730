"""The JSON Schemas: ``python -m mailwarden.schemas`` writes them to ``schemas/``.

The policy's is made from the table that also checks it, the report's and the endpoints' from the
words of the engine; tests hold schema, table and reports equal.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ansible_collections.mailwarden.policy.plugins.module_utils import catalogue
from ansible_collections.mailwarden.policy.plugins.module_utils.catalogue import owners
from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import (
    CLIENT,
    FIELDS,
    PROTOCOLS,
    REQUIREMENTS,
    SERVER,
    TLS_MODES,
    VERIFICATIONS,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import (
    CONFIDENCES,
    SEVERITIES,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.policy.entries import DISOWNED
from ansible_collections.mailwarden.policy.plugins.module_utils.policy.table import (
    IGNORED_RULE,
    POLICY,
    PORT_ENTRY,
    RULE_LEVELS,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.report.form import (
    EXISTS,
    FURTHER,
    SCHEMA_VERSION,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ansible_collections.mailwarden.policy.plugins.module_utils.policy.table import Kind

    Schema = dict[str, Any]

# Kinds that stand in several places, written once.
SHARED = {"rules": RULE_LEVELS, "rule": IGNORED_RULE, "port": PORT_ENTRY}
DRAFT = "https://json-schema.org/draft/2020-12/schema"
BASE = "https://raw.githubusercontent.com/mailwarden/mailwarden/main/schemas/"
FAMILIES = ("any", "ipv4", "ipv6")

# What a scalar of the policy looks like. Networks and addresses are checked further by the engine.
SCALARS: dict[str, Schema] = {
    "text": {"type": "string", "pattern": r"\S"},
    "endpoint": {"type": "string", "pattern": r"\S"},
    "flag": {"type": "boolean"},
    "port": {"type": "integer", "minimum": 1, "maximum": 65535},
    "date": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
    "version": {"type": "string", "pattern": r"^[0-9]{1,5}(\.[0-9]{1,5}){0,4}$"},
    "path": {"type": "string", "pattern": r"^(?!(.*/)?\.\.(/|$))[^\\]*\S[^\\]*$"},
    "target": {"type": "string", "pattern": r"^/(?!(.*/)?\.\.(/|$))"},
    "network": {"type": "string", "pattern": r"^[0-9a-fA-F:.]+(/[0-9.]+)?$"},
    "address": {"type": "string", "pattern": r"^\[?[0-9a-fA-F:.]+(%\w+)?\]?$"},
    "host": {"type": "string", "pattern": r"^[^\s/@]+$"},
    "format": {"enum": owners.names()},
    "owner": {"enum": [*owners.names(), DISOWNED]},
    "placeholder": {
        "type": "string",
        "maxLength": 40,
        "pattern": r"^(?!.*NAME.*NAME)(\S+NAME\S*|\S*NAME\S+)$",
    },
    "program": {"enum": catalogue.programs()},
}


def policy() -> Schema:
    """The schema of ``.mailwarden.yml`` and of the module's ``policy``."""
    schema = _document(
        "policy", "What a repository's mail configurations are judged by", of(POLICY)
    )
    return {**schema, "$defs": {name: _of(kind) for name, kind in SHARED.items()}}


def of(kind: Kind) -> Schema:
    """The schema of one kind of value."""
    for name, shared in SHARED.items():
        if kind is shared:
            return {"$ref": f"#/$defs/{name}"}
    return _of(kind)


def _of(kind: Kind) -> Schema:
    if kind.form == "choice":
        # YAML 1.1 reads a bare `off` as false.
        return {"enum": [*kind.values, *([False] if "off" in kind.values else [])]}
    if kind.form == "either":
        return {"anyOf": [of(one) for one in kind.kinds]}
    if kind.form == "list":
        assert kind.of is not None
        return {"type": "array", "items": of(kind.of)}
    if kind.form == "map":
        assert kind.of is not None
        assert kind.names is not None
        return {
            "type": "object",
            "propertyNames": of(kind.names),
            "additionalProperties": of(kind.of),
        }
    return _record(kind) if kind.form == "record" else dict(SCALARS[kind.form])


def _record(kind: Kind) -> Schema:
    properties = {}
    for key in kind.keys:
        properties[key.name] = {**of(key.kind), "description": key.meaning}
        if key.default not in (None, {}, []):
            properties[key.name]["default"] = key.default
    required = [key.name for key in kind.keys if key.required]
    return _object(properties, required)


def _object(properties: Mapping[str, Schema], required: Sequence[str] | None = None) -> Schema:
    """A mapping with these keys and no others; all of them, unless ``required`` says which."""
    wanted = list(properties) if required is None else list(required)
    schema: Schema = {
        "type": "object",
        "properties": dict(properties),
        "additionalProperties": False,
    }
    return {**schema, "required": wanted} if wanted else schema


def _document(name: str, title: str, schema: Schema) -> Schema:
    return {"$schema": DRAFT, "$id": f"{BASE}{name}.schema.json", "title": title, **schema}


def _text(meaning: str = "") -> Schema:
    return {"type": "string", **({"description": meaning} if meaning else {})}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _or_null(schema: Schema) -> Schema:
    if "enum" in schema:
        return {**schema, "enum": [*schema["enum"], None]}
    return {**schema, "type": [schema["type"], "null"]}


COUNT: Schema = {"type": "integer", "minimum": 0}
LINE: Schema = {"type": "integer", "minimum": 1}
TEXTS = _list(_text())
SIDE: Schema = {"enum": [SERVER, CLIENT]}

# The fields of an endpoint, as the wire shows them.
WIRE: dict[str, Schema] = {
    "protocol": {"enum": list(PROTOCOLS)},
    "host": _text("the name that a client dials; empty on a server and for delivery to others"),
    "address": _text("the address that a server binds; empty for any"),
    "family": {"enum": list(FAMILIES)},
    "port": {"type": "integer", "minimum": 0, "maximum": 65535},
    "tls": {"enum": list(TLS_MODES)},
    "auth": {"type": "boolean"},
    "cleartext_auth": {"type": "boolean"},
    "usable": {"type": "boolean"},
    "tls_works": {"type": "boolean"},
    "requires": _list({"enum": list(REQUIREMENTS)}),
    "certificate_verified": {"enum": list(VERIFICATIONS)},
    "tls_min": _text("the lowest TLS version that the configuration permits"),
    "exceptions": _list(
        {
            "type": "object",
            "properties": {"from": _text("a network for which something differs")},
            "required": ["from"],
        }
    ),
}
CAUSE = _object(
    {"path": _or_null(_text()), "line": _or_null(LINE), "column": _or_null(LINE), "text": _text()}
)
UNDECIDED = _object({"possible": {"type": "array"}, "depends_on": TEXTS})
FIELD_NAMES: Schema = {"enum": list(FIELDS)}
ENDPOINT = _object(
    {
        "id": _text(),
        "side": SIDE,
        "program": _text(),
        "name": _text(),
        "local": {"type": "boolean"},
        "path": _text(),
        "line": LINE,
        "column": LINE,
        "when": TEXTS,
        "hosts": TEXTS,
        "causes": {
            "type": "object",
            "propertyNames": FIELD_NAMES,
            "additionalProperties": _list(CAUSE),
        },
        "undecided": {
            "type": "object",
            "propertyNames": {"enum": [EXISTS, *FIELDS]},
            "additionalProperties": UNDECIDED,
        },
        "not_applicable": _list(FIELD_NAMES),
        **{name: _or_null(WIRE[name]) for name in FIELDS},
    }
)
# What may define more endpoints than are known, and of which sides.
MORE = _object(
    {"decider": _text(), "sides": _list(SIDE), "path": _text(), "line": LINE, "column": LINE}
)
EDIT = _object({"path": _text(), "start": COUNT, "end": COUNT, "text": _text()})
FINDING = _object(
    {
        "rule": _text(),
        "severity": {"enum": list(SEVERITIES[1:])},
        "confidence": {"enum": list(CONFIDENCES)},
        "message": _text(),
        "url": _text(),
        "path": _text(),
        "line": LINE,
        "column": LINE,
        "end_line": LINE,
        "end_column": LINE,
        "cause": _list(CAUSE),
        "endpoints": TEXTS,
        "hosts": TEXTS,
        "when": TEXTS,
        "rests_on": TEXTS,
        "also": TEXTS,
        "fix": _or_null(
            _object({"safe": {"type": "boolean"}, "title": _text(), "edits": _list(EDIT)})
        ),
        "suppressed": _or_null(
            _object({"reason": _text(), "path": _text(), "line": _or_null(LINE)})
        ),
        "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
    }
)
COUNTS = ("files", "endpoints", "errors", "warnings", "notes", "undecided", "unread", "suppressed")


def report() -> Schema:
    """The schema of ``--format json`` and of what the module returns."""
    properties = {
        "schema_version": {"const": SCHEMA_VERSION},
        "tool": _object({"name": {"const": "mailwarden"}, "version": _text()}),
        "endpoints": _list(ENDPOINT),
        "findings": _list(FINDING),
        FURTHER: _list(MORE),
        "unread": _list(_object({"path": _text(), "reason": _text()})),
        "summary": _object({**dict.fromkeys(COUNTS, COUNT), "checked": {"type": "boolean"}}),
    }
    return _document("report", "The outcome of one run of Mailwarden", _object(properties))


# What somebody who declares an endpoint by hand has to say; the rest may stay unsaid.
DECLARED = ("side", "protocol", "port", "tls")
NOT_DECLARED = ("usable", "tls_works", "exceptions")


def endpoints() -> Schema:
    """The schema of endpoints that are declared by hand, where no program's files say them."""
    properties: dict[str, Schema] = {
        "side": SIDE,
        "name": _text("what the endpoint is called in the report"),
        **{name: WIRE[name] for name in FIELDS if name not in NOT_DECLARED},
    }
    declared = _object({"endpoints": _list(_object(properties, DECLARED))})
    return _document("endpoints", "Mail endpoints that are declared by hand", declared)


SCHEMAS = {"policy": policy, "report": report, "endpoints": endpoints}


def written() -> dict[str, str]:
    """Every schema's file name and text."""
    return {
        f"{name}.schema.json": json.dumps(make(), indent=2, ensure_ascii=False) + "\n"
        for name, make in SCHEMAS.items()
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the schemas to a folder (default: ``schemas``); returns the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    folder = Path(given[0] if given else "schemas")
    folder.mkdir(exist_ok=True)
    for name, text in written().items():
        (folder / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
