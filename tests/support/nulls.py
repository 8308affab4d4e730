"""What a report owes for every field that is null."""

from __future__ import annotations

from typing import Any

from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import FIELDS


def unsaid(data: dict[str, Any]) -> list[str]:
    """Fields of a report that are null and neither undecided nor without application, or the two
    at once, as ``endpoint: field``.
    """
    return [
        f"{one['id']}: {field}"
        for one in data["endpoints"]
        for field in FIELDS
        if (one[field] is None) != (field in one["undecided"] or field in one["not_applicable"])
        or (field in one["undecided"] and field in one["not_applicable"])
    ]
