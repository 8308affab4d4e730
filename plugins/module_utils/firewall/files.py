# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What makes the rules come back after a boot: the program, the exposure, and a unit.

The user's own ruleset is loaded first and as it is.  Then the unit loads our own table, which never
depends on anything, and runs the program, which finds the places in the chains of others anew.
"""

from __future__ import annotations

import os
import sys

from . import disk, ours, program, show, systemd

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Mapping

    from .exposure import Exposure
    from .systemd import Words

    # Contents by path; the target of a link as text.
    Files = Dict[str, "bytes | str"]

NAME = "mailwarden-firewall.service"
UNITS = "/etc/systemd/system"
UNIT = UNITS + "/" + NAME
# Started by a boot, and whenever nftables.service is.
LINKS = tuple(f"{UNITS}/{other}.wants/{NAME}" for other in ("sysinit.target", "nftables.service"))
# A table has to be there to be deleted.
HEAD = """\
# Written by mailwarden.policy.firewall.
table inet mailwarden
delete table inet mailwarden
"""
TEXT = """\
# Written by mailwarden.policy.firewall.
[Unit]
Description=Mail ports, as mailwarden.policy.firewall decided
Documentation=https://github.com/mailwarden/mailwarden/blob/main/docs/firewall.md
DefaultDependencies=no
RequiresMountsFor={state}
Wants=network-pre.target
After=nftables.service local-fs.target
Before=network-pre.target shutdown.target
Conflicts=shutdown.target
PartOf=nftables.service
ReloadPropagatedFrom=nftables.service

[Service]
Type=oneshot
RemainAfterExit=yes
{starts}
{reloads}

[Install]
WantedBy=sysinit.target nftables.service
"""


def commands(nft: str) -> list[list[str]]:
    """What brings the rules back once the ruleset is loaded, in this order."""
    return [[nft, "-f", disk.CLOSING], [sys.executable, disk.PROGRAM, "boot"]]


def boot_files(exposure: Exposure, nft: str) -> Files:
    """The files that a host has to have for an exposure to come back."""
    files: Files = {
        disk.PROGRAM: program.build(),
        disk.CLOSING: closing(exposure).encode(),
        disk.EXPOSURE: disk.as_json({"nft": nft, "exposure": exposure.as_data()}),
    }
    if systemd.is_here():
        lines = [" ".join(command) for command in commands(nft)]
        text = TEXT.format(
            state=disk.STATE,
            starts="\n".join("ExecStart=" + line for line in lines),
            reloads="\n".join("ExecReload=" + line for line in lines),
        )
        files[UNIT] = text.encode()
        files.update(dict.fromkeys(LINKS, UNIT))
    return files


def closing(exposure: Exposure) -> str:
    """Our own table as a file that ``nft -f`` loads whatever is there."""
    return HEAD + show.table(ours.table(exposure))


def present() -> Files:
    """Those of the files that are there, and what a run left that died while it wrote one."""
    found: Files = {}
    paths = (disk.PROGRAM, disk.CLOSING, disk.EXPOSURE, UNIT)
    for path in (*paths, *(one + disk.NEW for one in paths)):
        data = disk.read(path)
        if data is not None:
            found[path] = data
    found.update({link: os.readlink(link) for link in LINKS if os.path.islink(link)})
    return found


def install(files: Mapping[str, bytes | str]) -> None:
    """Makes the files those that are given, and no others."""
    for path in present():
        if path not in files:
            disk.remove(path)
    for path, content in files.items():
        if isinstance(content, bytes):
            disk.write(path, content)
        elif not os.path.islink(path) or os.readlink(path) != content:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            disk.remove(path)
            os.symlink(content, path)
    if not files:
        sweep()


def sweep() -> None:
    """Removes the folders in which nothing is left."""
    for folder in (os.path.dirname(LINKS[1]), disk.STATE, os.path.dirname(disk.STATE)):
        disk.sweep(folder)


def owed(before: Mapping[str, bytes | str], after: Mapping[str, bytes | str]) -> list[Words]:
    """What systemd has to be told of the unit, which may not have been changed by this run."""
    changed = any(before.get(path) != after.get(path) for path in (UNIT, *LINKS))
    return systemd.owed(NAME, UNIT in after, changed)


def shown(files: Mapping[str, bytes | str]) -> str:
    """The files as a difference shows them; the program by its size."""
    parts = []
    for path, content in sorted(files.items()):
        if isinstance(content, str):
            parts.append(f"{path} -> {content}\n")
        elif path.startswith(disk.PROGRAM):
            parts.append(f"{path}: {digest(content)}\n")
        else:
            parts.append("{}:\n{}".format(path, content.decode("utf-8", "replace")))
    return "".join(parts)


def digest(content: bytes) -> str:
    """A short name for a content."""
    import hashlib

    return "sha256 " + hashlib.sha256(content).hexdigest()[:16]
