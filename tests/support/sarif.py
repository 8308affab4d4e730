"""The part of SARIF 2.1.0 that our logs use, as strictly as the standard has it.

Every object is closed: what is not described here is not written.  Section numbers are those of
"SARIF Version 2.1.0 Plus Errata 01" (OASIS).  ``python -m tests.support.sarif SCHEMA [MULTITOOL]``
holds logs of the examples against the whole schema too (GitHub's is
``src/sarif-schema-2.1.0.json`` of github/codeql-action), and against ``Sarif.Multitool validate``
(npm's ``@microsoft/sarif-multitool-linux`` has it).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema

from tests.support import checkout, reports

Schema = dict[str, Any]


def closed(required: Schema, optional: Schema | None = None) -> Schema:
    """An object with these properties and no others."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def array(items: Schema, least: int = 0) -> Schema:
    return {"type": "array", "items": items, "minItems": least}


TEXT: Schema = {"type": "string", "minLength": 1}
POSITIVE: Schema = {"type": "integer", "minimum": 1}
MESSAGE = closed({"text": TEXT})
LEVEL: Schema = {"enum": ["note", "warning", "error"]}
# 3.4: a URI reference (RFC 3986), of printable ASCII alone.
URI: Schema = {"type": "string", "pattern": r"^[!#-;=?-Z_a-z~%]+$"}
LOCATION = closed({"uri": URI}, {"uriBaseId": {"const": "%SRCROOT%"}})
# 3.30.2: a region of text; endColumn is one more than that of the last character.
REGION = closed(
    {"startLine": POSITIVE}, dict.fromkeys(("startColumn", "endLine", "endColumn"), POSITIVE)
)
PHYSICAL = closed({"artifactLocation": LOCATION}, {"region": REGION})
PLACED = closed({"physicalLocation": PHYSICAL})
# 3.28
RELATED = closed({"id": POSITIVE, "message": MESSAGE, "physicalLocation": PHYSICAL})
# 3.35
SUPPRESSION = closed(
    {
        "kind": {"enum": ["inSource", "external"]},
        "status": {"const": "accepted"},
        "justification": TEXT,
        "location": PLACED,
    }
)
# 3.55 to 3.57
REPLACEMENT = closed(
    {"deletedRegion": REGION, "insertedContent": closed({"text": {"type": "string"}})}
)
FIX = closed(
    {
        "description": MESSAGE,
        "artifactChanges": array(
            closed({"artifactLocation": LOCATION, "replacements": array(REPLACEMENT, 1)}), 1
        ),
    }
)
# 3.27
RESULT = closed(
    {
        "ruleId": TEXT,
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": LEVEL,
        "message": MESSAGE,
        "locations": {**array(PLACED, 1), "maxItems": 1},
        "partialFingerprints": closed({"mailwarden/v1": {"pattern": "^[0-9a-f]{32}$"}}),
        "properties": {"type": "object"},
    },
    {
        "relatedLocations": array(RELATED, 1),
        "suppressions": array(SUPPRESSION, 1),
        "fixes": array(FIX, 1),
    },
)
# 3.49; GitHub wants id, shortDescription, fullDescription and help.text.
RULE = closed(
    {
        "id": TEXT,
        "name": TEXT,
        "shortDescription": MESSAGE,
        "fullDescription": MESSAGE,
        "help": closed({"text": TEXT, "markdown": TEXT}),
        "helpUri": {"type": "string", "pattern": "^https://"},
        "defaultConfiguration": closed({}, {"level": LEVEL, "enabled": {"const": False}}),
        "properties": closed({"tags": {**array(TEXT), "uniqueItems": True}}),
    }
)
# 3.58
NOTIFICATION = closed({"level": LEVEL, "message": MESSAGE}, {"locations": array(PLACED)})
LOG = closed(
    {
        "$schema": {"type": "string", "pattern": "sarif-schema-2.1.0.json$"},
        "version": {"const": "2.1.0"},
        "runs": {
            **array(
                closed(
                    {
                        "tool": closed(
                            {
                                "driver": closed(
                                    {
                                        "name": {"const": "mailwarden"},
                                        "semanticVersion": {"pattern": r"^\d+\.\d+\.\d+"},
                                        "informationUri": {"pattern": "^https://"},
                                        "rules": {**array(RULE), "uniqueItems": True},
                                    }
                                )
                            }
                        ),
                        "invocations": array(
                            closed(
                                {
                                    "executionSuccessful": {"type": "boolean"},
                                    "toolExecutionNotifications": array(NOTIFICATION),
                                }
                            ),
                            1,
                        ),
                        "originalUriBaseIds": closed(
                            {"%SRCROOT%": closed({"description": MESSAGE})}
                        ),
                        # 3.14.15: no two are equal.
                        "artifacts": {
                            **array(closed({"location": LOCATION})),
                            "uniqueItems": True,
                        },
                        "results": array(RESULT),
                        "columnKind": {"const": "unicodeCodePoints"},
                        "defaultEncoding": {"const": "utf-8"},
                    }
                )
            ),
            "minItems": 1,
            "maxItems": 1,
        },
    }
)


def wrong(log: Any, schema: Schema = LOG) -> list[str]:
    """What is wrong with a log, by a schema and by what no schema says."""
    validator = jsonschema.validators.validator_for(schema)(schema)
    found = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(log)]
    return found or list(_wrong(log))


def _wrong(log: Any) -> Iterator[str]:
    (run,) = log["runs"]
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    marks = [result["partialFingerprints"]["mailwarden/v1"] for result in run["results"]]
    if len(set(marks)) < len(marks):
        yield "two results have one fingerprint"
    for result in run["results"]:
        if ids[result["ruleIndex"]] != result["ruleId"]:
            yield f"{result['ruleId']} is not the rule of its index"
        for region in _regions(result):
            start = region["startLine"], region.get("startColumn", 1)
            end = region.get("endLine", start[0]), region.get("endColumn", start[1])
            if end < start:
                yield f"{region} ends before it begins"


def _regions(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        if "startLine" in value:
            yield value
        for inner in value.values():
            yield from _regions(inner)
    if isinstance(value, list):
        for inner in value:
            yield from _regions(inner)


def main(schema: str, *multitool: str) -> int:
    """Print what is wrong with logs of the examples; 1 where something is."""
    found = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "examples"
        shutil.copytree(checkout.ROOT / "examples", folder)
        (folder / "broken").mkdir()
        (folder / "broken/msmtprc").write_bytes(b"account \xff\nno such command\n")
        (folder / "broken/main.cf.j2").write_text("relayhost = {{ relay }}\n")
        for arguments in ([], ["right"], ["wrong", "--profile=strict"], ["broken"]):
            log = reports.run(folder, *arguments, names=["sarif"])
            found += wrong(log.data("sarif"))
            found += wrong(log.data("sarif"), json.loads(Path(schema).read_text()))
            path = Path(name) / "log.sarif"
            path.write_text(log.of["sarif"])
            for tool in multitool:
                found += _by_multitool(tool, path)
    print("\n".join(found) or "nothing is wrong")
    return 1 if found else 0


def _by_multitool(tool: str, path: Path) -> list[str]:
    done = subprocess.run(
        [tool, "validate", path, "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning"],
        env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if "Analysis completed successfully" not in done.stdout:
        return [done.stdout + done.stderr]
    return [line for line in done.stdout.splitlines() if ": error " in line or ": warning " in line]


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("python -m tests.support.sarif SCHEMA [MULTITOOL]")
    sys.exit(main(*sys.argv[1:]))
