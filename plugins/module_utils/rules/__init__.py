# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rules.

A rule is a module whose docstring is its manual: ``docs/adding-a-rule.md`` has its layout.  It has

``SEVERITY``
    its level in the default profile: ``off``, ``note``, ``warning`` or ``error``; ``PROFILES`` may
    name others by profile.  ``rule_levels`` has the same for the policy, and a test compares them;
``SCOPE``
    ``endpoint``: ``check(endpoint, policy)`` is asked for every endpoint of every alternative;
    ``setting``: ``check(remark, policy)`` for every remark of a format;
    ``run``: ``check(endpoints, policy)`` once for all of them;
    ``engine``: the engine itself says it, and there is no ``check``;
``SIDES``
    the sides of a connection that it looks at: ``server``, ``client``;
``OPTIONS``
    the options that the policy may set: name to ``(default, meaning)``, with the allowed
    values as a third where only these are;
``BLAME``
    ``endpoint`` where something is missing: the line that the finding points at is then the
    endpoint's, unless a line of the same file has the wrong value; optional;
``check``
    a generator of ``Violation``.

Rules see plain endpoints.  A field that is open is ``None``, so a rule compares with values
(``endpoint.auth is False``) and never with "not".  What no field carries comes as a tag:

``mx-delivery``
    a client that delivers to the servers of other domains;
``auth-optional``
    a server with AUTH that takes mail from ordinary peers without it as well;
``host:<name>``
    a server's own name, which a client of the same run may dial.
"""

from __future__ import annotations

from . import (
    auth_on_relay_port,
    certificate_unverified,
    cleartext_auth,
    client_on_relay_port,
    client_server_mismatch,
    endpoint_unusable,
    implicit_tls_missing,
    implicit_tls_preferred,
    implicit_tls_unexpected,
    lmtp_exposed,
    port_unknown,
    provider_mismatch,
    relay_starttls_missing,
    relay_starttls_required,
    setting_deprecated,
    setting_ineffective,
    starttls_missing,
    starttls_optional,
    submission_auth_optional,
    suppression,
    syntax_error,
    tls_auto,
    tls_broken,
    tls_version_weak,
    trusted_network_cleartext,
    undecided,
    unreadable,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    # A module with the constants above.
    Rule = Any

RULES: dict[str, Rule] = {
    "syntax-error": syntax_error,
    "unreadable": unreadable,
    "endpoint-unusable": endpoint_unusable,
    "tls-broken": tls_broken,
    "implicit-tls-missing": implicit_tls_missing,
    "implicit-tls-unexpected": implicit_tls_unexpected,
    "starttls-missing": starttls_missing,
    "cleartext-auth": cleartext_auth,
    "tls-auto": tls_auto,
    "starttls-optional": starttls_optional,
    "provider-mismatch": provider_mismatch,
    "client-server-mismatch": client_server_mismatch,
    "client-on-relay-port": client_on_relay_port,
    "relay-starttls-missing": relay_starttls_missing,
    "relay-starttls-required": relay_starttls_required,
    "submission-auth-optional": submission_auth_optional,
    "trusted-network-cleartext": trusted_network_cleartext,
    "certificate-unverified": certificate_unverified,
    "tls-version-weak": tls_version_weak,
    "implicit-tls-preferred": implicit_tls_preferred,
    "lmtp-exposed": lmtp_exposed,
    "setting-ineffective": setting_ineffective,
    "suppression": suppression,
    "auth-on-relay-port": auth_on_relay_port,
    "port-unknown": port_unknown,
    "setting-deprecated": setting_deprecated,
    "undecided": undecided,
}
# Of these, the first that fires speaks for one endpoint and lists the others that it stands for.
PRECEDENCE = (
    "syntax-error",
    "endpoint-unusable",
    "tls-broken",
    "implicit-tls-missing",
    "implicit-tls-unexpected",
    "starttls-missing",
    "cleartext-auth",
    "tls-auto",
    "starttls-optional",
)
# No option and no policy switches these off: a run must not be clean because nothing was read, or
# while a password crosses the network.
MANDATORY = frozenset({"syntax-error", "unreadable", "cleartext-auth"})
# What could not be read is left out by name, never by a comment in it.
NEVER_SUPPRESSED = frozenset({"syntax-error", "unreadable", "suppression"})
DOCUMENTATION = "https://github.com/mailwarden/mailwarden/blob/main/docs/rules/%s.md"


def names() -> list[str]:
    """The rules' ids, in the order of the table: the gravest first."""
    return list(RULES)


def known(name: str) -> bool:
    """Whether there is a rule of this id."""
    return name in RULES


def load(name: str) -> Rule:
    """A rule's module; ``KeyError`` where there is none."""
    return RULES[name]


def url(name: str) -> str:
    """The address of a rule's manual."""
    return DOCUMENTATION % name


def endpoint_rules(side: str) -> list[tuple[str, Rule]]:
    """The rules that look at one endpoint of this side."""
    return [
        (name, rule)
        for name, rule in RULES.items()
        if rule.SCOPE == "endpoint" and side in rule.SIDES
    ]


def run_rules() -> list[tuple[str, Rule]]:
    """The rules that look at all endpoints of a run together."""
    return [(name, rule) for name, rule in RULES.items() if rule.SCOPE == "run"]
