# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The program ``nft``: lists the ruleset, checks a transaction, makes it."""

from __future__ import annotations

import json

from ..errors import MailwardenError
from . import ruleset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Sequence

    from .plan import Command

SCHEMA = {"metainfo": {"json_schema_version": 1}}


class Nft:
    """``nft`` of this host; every call raises ``MailwardenError`` with what it said."""

    def __init__(self, program: str) -> None:
        self.program = program

    def listed(self) -> ruleset.Ruleset:
        """The ruleset of this moment."""
        # Terse leaves out the elements of named sets, of which there may be a million; those of
        # maps and of sets of ports count.
        listing = self._run("-j", "-t", "list", "ruleset")
        shown = self._run("-a", "-s", "-t", "list", "ruleset")
        named = [self._run("-j", "list", "maps")]
        named += [self._run("-j", "list", "set", *name) for name in ruleset.port_sets(listing)]
        return ruleset.parse(listing, shown, named)

    def check(self, commands: Sequence[Command]) -> None:
        """Asks whether a transaction could be made; changes nothing."""
        if commands:
            self._run("-c", "-j", "-f", "-", text=self._script(commands))

    def load(self, commands: Sequence[Command]) -> None:
        """Makes a transaction: all of it, or nothing."""
        if commands:
            self._run("-j", "-f", "-", text=self._script(commands))

    def _script(self, commands: Sequence[Command]) -> str:
        return json.dumps({"nftables": [SCHEMA, *commands]})

    def _run(self, *arguments: str, text: str = "") -> str:
        # Only where something is filtered: the engine's start is without it.
        import subprocess

        done = subprocess.run(
            [self.program, *arguments],
            input=text,
            capture_output=True,
            # A comment in a ruleset may hold any bytes.
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        if done.returncode:
            said = " ".join(done.stderr.split()) or f"status {done.returncode}"
            raise MailwardenError("nft {}: {}".format(" ".join(arguments), said))
        return done.stdout
