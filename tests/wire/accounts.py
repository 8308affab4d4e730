"""The one account that every server of the tests knows, and every client uses."""

from __future__ import annotations

USER = "alice"
PASSWORD = "wire-test-password"
MARKER = "wire-test-content"
