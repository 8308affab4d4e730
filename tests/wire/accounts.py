"""The one account that every server of the tests knows, and the mails that clients deliver."""

from __future__ import annotations

from typing import NamedTuple

USER = "alice"
PASSWORD = "wire-test-password"
MARKER = "wire-test-content"


class Letter(NamedTuple):
    """Who writes to whom."""

    sender: str = "alice@example.com"
    recipient: str = "bob@example.org"

    def text(self) -> bytes:
        """The mail, with a text that can be recognised on the wire."""
        head = f"From: <{self.sender}>\nTo: <{self.recipient}>\nSubject: {MARKER}\n"
        return f"{head}\n{MARKER}\n".encode()
