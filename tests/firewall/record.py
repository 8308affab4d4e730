"""Records what nft of each release prints of every ruleset, for tests that run without root.

`python -m tests.firewall.record` writes tests/unit/plugins/module_utils/firewall/nft-VERSION.json.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible_collections.mailwarden.policy.plugins.module_utils.firewall import ruleset

from tests.firewall import node
from tests.firewall.node import Node
from tests.firewall.rulesets import IPTABLES, RULESETS
from tests.wire import chroots

FOLDER = Path(__file__).resolve().parents[1] / "unit/plugins/module_utils/firewall"
WRAPPER = '#!/bin/sh\nexec chroot {} /usr/sbin/${{0##*/}} "$@"\n'


def borrow(host: Node, lower: Path) -> None:
    """Have the host use the nft and the iptables of a release."""
    host.run("sh", "-c", "cat > /run/borrowed; chmod 755 /run/borrowed", text=WRAPPER.format(lower))
    # What it reads from its standard input nft opens by the name /dev/stdin.
    for folder in ("/dev", "/proc"):
        host.run("mount", "--bind", folder, f"{lower}{folder}")
    # iptables and ip6tables are two names of one program.
    for program in ("nft", "iptables"):
        host.run("sh", "-c", f"mount --bind /run/borrowed $(command -v {program})")


def record(host: Node) -> dict[str, Any]:
    """Return what nft prints of every ruleset, as ``ruleset.parse`` takes it."""
    found = {}
    for name in (*RULESETS, *IPTABLES):
        host.clean()
        make(host, name)
        found[name] = printed(host)
    return found


def make(host: Node, name: str) -> None:
    """Load a ruleset."""
    if name in RULESETS:
        host.load(RULESETS[name])
    for command in IPTABLES.get(name, ()):
        host.run(*command.split())


def printed(host: Node) -> dict[str, Any]:
    """Return the listings."""
    listing = host.run("nft", "-j", "-t", "list", "ruleset")
    named = ["maps", *(" ".join(("set", *name)) for name in ruleset.port_sets(listing))]
    return {
        "json": json.loads(listing),
        "named": [json.loads(host.run("nft", "-j", "list", *one.split())) for one in named],
        "text": host.run("nft", "-a", "-s", "-t", "list", "ruleset").splitlines(),
    }


def version(host: Node) -> str:
    """Return the version of nft: ``1.0.6``."""
    return host.run("nft", "--version").split()[1].lstrip("v")


def main() -> None:
    """Write the recordings."""
    for lower in chroots.ensure().values():
        with node.running() as host:
            borrow(host, lower)
            lines = [
                f"{json.dumps(name)}: {json.dumps(value)}" for name, value in record(host).items()
            ]
            path = FOLDER / f"nft-{version(host)}.json"
            path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
            print(path)


if __name__ == "__main__":
    main()
