"""PyYAML without the patterns that it compiles when it is imported.

There are eleven, which take longer than all the rest of a policy; its C loader uses three or four.
Compiling them on first use changes ``re`` for the whole process while it is imported, and what
others find in the library: so only the console script does it, whose process is its own.
"""

from __future__ import annotations

import re

from ansible_collections.mailwarden.policy.plugins.module_utils.patterns import lazy


def load() -> None:
    """Import PyYAML, if nobody has yet."""
    compiled_at_once = re.compile
    re.compile = lazy  # type: ignore[assignment]
    try:
        import yaml  # noqa: F401
    finally:
        re.compile = compiled_at_once
