"""Reports of ``check`` for the module's tests: what of them the firewall looks at."""

from __future__ import annotations

from typing import Any

PATH = "/etc/postfix/master.cf"


def server(port: int | None, **differs: Any) -> dict[str, Any]:
    """Return a safe server on a port of every address."""
    made: dict[str, Any] = {
        "id": f"postfix:{port}", "side": "server", "protocol": "submission", "program": "postfix",
        "host": None, "address": "", "family": "any", "port": port, "local": False,
        "tls": "starttls-required", "auth": True, "cleartext_auth": False,
        "usable": True, "tls_works": True, "path": PATH, "line": 10, "undecided": {}, "when": [],
    }  # fmt: skip
    return {**made, **differs}


def client(port: int | None, **differs: Any) -> dict[str, Any]:
    """Return a client that dials a port."""
    made = {**server(port), "id": f"msmtp:{port}", "side": "client", "program": "msmtp"}
    return {**made, "host": "smtp.example.net", "path": "/etc/msmtprc", "line": 3, **differs}


def depends(*possible: Any, on: str = "variable") -> dict[str, Any]:
    """Return an entry of ``undecided``."""
    return {"possible": list(possible), "depends_on": [on]}


def finding(endpoint: str, **differs: Any) -> dict[str, Any]:
    """Return a certain error about an endpoint."""
    made: dict[str, Any] = {
        "rule": "cleartext-auth", "severity": "error", "confidence": "certain",
        "message": "a password can cross the network before TLS", "path": PATH, "line": 12,
        "endpoints": [endpoint], "suppressed": None,
    }  # fmt: skip
    return {**made, **differs}


def more(*sides: str) -> dict[str, Any]:
    """Return what may define more endpoints than are known."""
    return {
        "decider": "/etc/more", "sides": list(sides), "path": PATH, "line": 12, "column": 1,
    }  # fmt: skip


def report(
    *endpoints: dict[str, Any],
    findings: tuple[dict[str, Any], ...] = (),
    unread: tuple[dict[str, Any], ...] = (),
    further: tuple[dict[str, Any], ...] = (),
) -> dict[str, Any]:
    """Return a report."""
    return {
        "schema_version": 2,
        "endpoints": list(endpoints),
        "findings": list(findings),
        "unread": list(unread),
        "further": list(further),
    }


# What most tests take: 465 at one address alone, and IMAP for the host itself.
USUAL = report(
    server(25, protocol="smtp"),
    server(587),
    server(465, address="192.0.2.1", family="ipv4"),
    server(143, address="127.0.0.1", family="ipv4", local=True, protocol="imap"),
)
