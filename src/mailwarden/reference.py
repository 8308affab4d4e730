"""The reference pages of modules and roles, made from what ``ansible-doc`` shows of them.

A module's page comes from its documentation blocks, read as text and not imported: its imports
exist on managed nodes.  A role's page comes from ``meta/argument_specs.yml``.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

COLLECTION = "mailwarden.policy"
MADE = "<!-- made by `python -m mailwarden.docs`; change {} instead -->"
BLOCKS = ("DOCUMENTATION", "EXAMPLES", "RETURN")
# Ansible's markup that stands for code; what is behind M, P and L is a name and is kept as one.
CODE = re.compile(r"\b[CVOREM]\(((?:\\.|[^)\\])*)\)")
EMPHASIS = re.compile(r"\b([IB])\(([^)]*)\)")
LINK = re.compile(r"\bL\(([^,)]*), *([^)]*)\)")


def blocks(path: Path) -> dict[str, str]:
    """The documentation blocks of a module's file by name; ``KeyError`` later for one missing."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        target.id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and target.id in BLOCKS
    }


def module_page(path: Path) -> str:
    """A module's page: what it does, its options, examples and what it returns."""
    found = blocks(path)
    said = yaml.safe_load(found["DOCUMENTATION"])
    lines = [f"# {COLLECTION}.{said['module']}", "", MADE.format(f"`{path.name}`"), ""]
    lines += [plain(said["short_description"]) + ".", "", *_list(said["description"]), ""]
    lines += ["## Options", "", *_options(said["options"]), ""]
    lines += ["## Attributes", "", *_attributes(said.get("attributes", {})), ""]
    lines += ["## Examples", "", "```yaml", found["EXAMPLES"].strip(), "```", ""]
    lines += ["## What it returns", "", *_returns(yaml.safe_load(found["RETURN"]))]
    return "\n".join(lines) + "\n"


def role_page(folder: Path) -> str:
    """A role's page: its options; what it does stands in its own README."""
    specs = yaml.safe_load((folder / "meta/argument_specs.yml").read_text(encoding="utf-8"))
    source = f"`roles/{folder.name}/meta/argument_specs.yml`"
    lines = [f"# {COLLECTION}.{folder.name} (role)", "", MADE.format(source), ""]
    for entry, spec in specs["argument_specs"].items():
        heading = "## Options" if entry == "main" else f"## Options of `{entry}`"
        lines += [plain(spec["short_description"]) + ".", "", *_list(spec.get("description", []))]
        lines += ["", heading, "", *_options(spec.get("options", {})), ""]
    lines += [f"How it works and examples: [its README](../../roles/{folder.name}/README.md)."]
    return "\n".join(lines) + "\n"


def plain(text: str) -> str:
    """A sentence with Ansible's markup made into Markdown's."""
    text = CODE.sub(lambda found: f"`{_unescaped(found.group(1))}`", text)
    text = LINK.sub(r"[\1](\2)", text)
    return EMPHASIS.sub(
        lambda found: ("*" if found[1] == "I" else "**").join(["", found[2], ""]), text
    )


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _sentences(said: str | Sequence[str]) -> list[str]:
    return [plain(one) for one in ([said] if isinstance(said, str) else said)]


def _list(said: str | Sequence[str]) -> list[str]:
    return [f"- {one}" for one in _sentences(said)]


def _options(options: Mapping[str, Any]) -> list[str]:
    lines = ["| option | type | default | meaning |", "|---|---|---|---|"]
    return [*lines, *_rows("", options)]


def _rows(above: str, options: Mapping[str, Any]) -> Iterator[str]:
    for name, one in options.items():
        kind = one.get("type", "str")
        if "elements" in one:
            kind += f" of {one['elements']}"
        choices = (
            f": {', '.join(f'`{choice}`' for choice in one['choices'])}" if "choices" in one else ""
        )
        default = "required" if one.get("required") else _shown(one.get("default"))
        meaning = " ".join(_sentences(one["description"])).replace("|", "\\|")
        yield f"| `{above}{name}` | {kind}{choices} | {default} | {meaning} |"
        yield from _rows(f"{above}{name}.", one.get("options", one.get("suboptions", {})))


def _shown(default: Any) -> str:
    if default is None:
        return ""
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def _attributes(attributes: Mapping[str, Any]) -> list[str]:
    lines = ["| attribute | support | |", "|---|---|---|"]
    for name, one in attributes.items():
        about = " ".join(_sentences(one.get("details", one.get("description", ""))))
        lines.append(f"| `{name}` | {one['support']} | {about} |")
    return lines


def _returns(values: Mapping[str, Any]) -> list[str]:
    lines = ["| key | returned | type | meaning |", "|---|---|---|---|"]
    for name, one in values.items():
        meaning = " ".join(_sentences(one["description"])).replace("|", "\\|")
        lines.append(f"| `{name}` | {one['returned']} | {one['type']} | {meaning} |")
    return lines
