"""``mailwarden rules``, ``formats`` and ``policy``: what there is, and what counts here."""

from __future__ import annotations

import os

from ansible_collections.mailwarden.policy.plugins.module_utils import catalogue
from ansible_collections.mailwarden.policy.plugins.module_utils.rule_table import PROFILES, RULES

from . import config, discover, manuals
from .output import printed

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence
    from typing import Any

    from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy


def rules() -> int:
    """Print every rule with its level in each profile, and the first sentence of its manual."""
    rows = [("RULE", *(profile.upper() for profile in PROFILES), "ABOUT")]
    for name in RULES:
        levels = (RULES[name].level(profile) for profile in PROFILES)
        rows.append((name, *levels, manuals.of(name).summary))
    printed.lines(_aligned(rows))
    return 0


def formats() -> int:
    """Print every format with the names that its files are told by."""
    rows = [("FORMAT", "PROGRAM", "FILES")]
    for name, row in catalogue.rows().items():
        files = [f"{pattern} ({role})" for pattern, role in row.files]
        rows.append((name, row.program, ", ".join(files)))
    printed.lines(_aligned(rows))
    return 0


def policy(arguments: argparse.Namespace) -> int:
    """Print the policy that counts in the current folder, as YAML."""
    import yaml

    path = arguments.config or config.find(discover.root_of([]))
    loaded = config.load(path, arguments.profile or "", config.programs(arguments.program))
    head = f"# from {os.path.relpath(path)}" if path else "# no .mailwarden.yml: the default policy"
    text = yaml.safe_dump(_effective(loaded), sort_keys=False, default_flow_style=None)
    printed.lines([head, text.rstrip("\n")])
    return 0


def _effective(loaded: Policy) -> dict[str, Any]:
    """What a policy file would have to say to have the same effect."""
    ports = [
        {"port": port.port, "protocol": port.protocol, "tls": list(port.tls), "who": port.who}
        for port in loaded.ports
    ]
    return {
        **loaded.said,
        "profile": loaded.profile,
        "rules": {name: _rule(loaded, name) for name in RULES},
        "ports": ports,
        "programs": dict(loaded.programs),
    }


def _rule(loaded: Policy, name: str) -> Any:
    level = loaded.level(name)
    options = {option: loaded.option(name, option) for option in RULES[name].options}
    return {"level": level, **options} if options else level


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(room) for cell, room in zip(row, widths, strict=True)).rstrip()
