"""The host's ruleset: loaded as the host itself would, read, and compared."""

from __future__ import annotations

import json
from typing import Any

from .managed import Host

CONF = "/etc/nftables.conf"
UNITS = ("nftables.service", "mailwarden-firewall.service")
# What differs between two listings of the same rules.
FLEETING = ("handle", "packets", "bytes", "expires")


def install(host: Host, rules: str) -> None:
    """Make rules those of the host, now and after every boot, as Debian does it."""
    host.write({CONF: f"#!/usr/sbin/nft -f\nflush ruleset\n{rules}"})
    wants = "/etc/systemd/system/sysinit.target.wants"
    host.run(f"mkdir -p {wants} && ln -sf /lib/systemd/system/nftables.service {wants}/")
    host.run(f"nft -f {CONF}")


def listed(host: Host) -> Any:
    """Return the ruleset without what changes from one listing to the next."""
    found = json.loads(host.run("nft -j list ruleset"))["nftables"]
    return [lasting(one) for one in found if "metainfo" not in one]


def lasting(value: Any) -> Any:
    """Return a part of a listing without what is fleeting in it."""
    if isinstance(value, dict):
        return {key: lasting(one) for key, one in value.items() if key not in FLEETING}
    return [lasting(one) for one in value] if isinstance(value, list) else value


def reload(host: Host) -> None:
    """Load the ruleset anew from its own listing."""
    host.run("{ echo flush ruleset; nft list ruleset; } > /tmp/listed && nft -f /tmp/listed")


def boot(host: Host) -> None:
    """Forget the ruleset, what runs and /run, and do what the enabled units do at a start."""
    host.run("for one in $(pgrep -f '[f]irewall.pyz'); do kill -9 $one; done")
    host.run("rm -rf /run/mailwarden && nft flush ruleset")
    for unit in UNITS:
        for command in started_by(host, unit):
            host.run(command)


def started_by(host: Host, unit: str) -> list[str]:
    """Return the commands that a unit runs at a start; none where it is not enabled."""
    text = host.run(f"cat /etc/systemd/system/sysinit.target.wants/{unit} 2>/dev/null || true")
    lines = [line.partition("=") for line in text.splitlines()]
    return [command for key, _sign, command in lines if key == "ExecStart"]
