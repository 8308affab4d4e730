# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Data that is UTF-8 throughout: ansible-core refuses a result with a byte that is none."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Bytes that are not UTF-8 are carried as some of these (PEP 383); no other one is a character.
SURROGATE = re.compile("[\ud800-\udfff]")


def plain(data: Any) -> Any:
    """Data in the terms of JSON, with each byte that is not UTF-8 as an escape (``\\xff``)."""
    if isinstance(data, str):
        return data if data.isascii() else SURROGATE.sub(_escape, data)
    if isinstance(data, dict):
        return {plain(name): plain(value) for name, value in data.items()}
    return [plain(one) for one in data] if isinstance(data, list) else data


def _escape(found: re.Match[str]) -> str:
    code = ord(found.group())
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\u{code:04x}"
