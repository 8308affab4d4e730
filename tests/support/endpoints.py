"""Endpoints made by hand, for what judges them."""

from __future__ import annotations

from typing import Any

from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import Endpoint
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.text.place import Place
from ansible_collections.mailwarden.policy.plugins.module_utils.text.values import Undecided, Value

PLACE = Place("etc/mail.conf", 1, 1, 1, 10, 0, 9)
SERVER = {
    "protocol": "submission", "address": "", "family": "any", "port": 587,
    "tls": "starttls-required", "auth": True, "cleartext_auth": False, "usable": True,
    "tls_works": True, "requires": (), "tls_min": "1.2", "exceptions": (),
}  # fmt: skip
CLIENT = {
    "protocol": "submission", "host": "mail.example.com", "family": "any", "port": 587,
    "tls": "starttls-required", "auth": True, "cleartext_auth": False, "usable": True,
    "tls_works": True, "certificate_verified": "full", "tls_min": "1.2",
}  # fmt: skip
# A server on 25 that does everything right.
MX: dict[str, Any] = {
    "port": 25,
    "protocol": "smtp",
    "tls": "starttls-optional",
    "auth": False,
    "tls_min": "1.0",
}
# The value of a field that is open.
OPEN = Undecided("a variable")


def server(policy: Policy | None = None, tags: tuple[str, ...] = (), **fields: Any) -> Endpoint:
    """A server on 587 that does everything right, but for the fields that are named."""
    return _endpoint("server", {**SERVER, **fields}, policy, tags)


def client(policy: Policy | None = None, tags: tuple[str, ...] = (), **fields: Any) -> Endpoint:
    """A client to 587 that does everything right, but for the fields that are named."""
    return _endpoint("client", {**CLIENT, **fields}, policy, tags)


def _endpoint(
    side: str, fields: dict[str, Any], policy: Policy | None, tags: tuple[str, ...]
) -> Endpoint:
    id_ = f"{side}:{fields.get('port')}"
    values = {name: Value(value) for name, value in fields.items()}
    made = Endpoint(id_, side, "test", id_, PLACE, values, tags)
    made.unit = "test"
    made.local = (policy or Policy.default()).is_local(made)
    return made
