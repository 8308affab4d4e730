# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rules.

A rule is a module whose docstring is its manual: ``docs/adding-a-rule.md`` has its layout.  It has

``SEVERITY``
    its level in the default profile: ``off``, ``note``, ``warning`` or ``error``; ``PROFILES`` may
    name others by profile.  Its row in ``rule_table`` has the same, and a test compares them;
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
``open-relay``
    a server that takes mail from any peer for any domain; its cause stands under that name;
``host:<name>``
    a server's own name, which a client of the same run may dial;
``trusts:<network>``
    the network without which a server that requires a trusted one serves no peer.
"""

from __future__ import annotations

from ..ports import KNOWN, family
from ..rule_table import IMPLICIT, RELAY, RULES, STARTTLS, UNUSUAL
from .ports import is_relay_port, port_modes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from ..endpoint import Endpoint
    from ..policy import Policy
    from ..rule_table import Row

    # A module with the constants above.
    Rule = Any

DOCUMENTATION = "https://github.com/mailwarden/mailwarden/blob/main/docs/rules/%s.md"


_OF_ENDPOINTS = {name: row for name, row in RULES.items() if row.scope == "endpoint"}
_loaded: dict[str, Rule] = {}


def names() -> list[str]:
    """The rules' ids, in the order of the table: the gravest first."""
    return list(RULES)


def known(name: str) -> bool:
    """Whether there is a rule of this id."""
    return name in RULES


def load(name: str) -> Rule:
    """A rule's module; ``KeyError`` where there is none."""
    if name not in _loaded:
        if name not in RULES:
            raise KeyError(name)
        # What importlib.import_module does, without importing importlib.
        _loaded[name] = __import__(__name__ + "." + name.replace("-", "_"), fromlist=["check"])
    return _loaded[name]


def url(name: str) -> str:
    """The address of a rule's manual."""
    return DOCUMENTATION % name


def concerning(endpoint: Endpoint, policy: Policy) -> Iterator[str]:
    """The rules that may have something to say of one endpoint."""
    kinds = _kinds(endpoint, policy)
    for name, row in _OF_ENDPOINTS.items():
        fits = row.port in kinds and hangs(row, endpoint)
        if fits or (row.option and policy.sets_option(name, row.option)):
            yield name


def of_run(endpoints: Sequence[Endpoint]) -> Iterator[str]:
    """The rules that may have something to say of these endpoints together."""
    for name, row in RULES.items():
        if row.scope == "run" and any(hangs(row, endpoint) for endpoint in endpoints):
            yield name


def _kinds(endpoint: Endpoint, policy: Policy) -> list[str]:
    """The kinds of ports that the endpoint's is of; the empty one is any."""
    modes = port_modes(endpoint, policy)
    fits = {
        "": True,
        RELAY: is_relay_port(endpoint, policy),
        IMPLICIT: modes == {"implicit"},
        STARTTLS: bool(modes) and "implicit" not in modes,
        UNUSUAL: (endpoint.port, family(endpoint.protocol)) not in KNOWN,
    }
    return [kind for kind, is_so in fits.items() if is_so]


def hangs(row: Row, endpoint: Endpoint) -> bool:
    """Whether the endpoint is of a side, and has values, at which the rule may speak."""
    if endpoint.side not in row.sides:
        return False
    if row.protocols and endpoint.protocol not in row.protocols:
        return False
    if row.without in endpoint.tags:
        return False
    if not row.field or row.tag in endpoint.tags:
        return True
    if row.also and any(getattr(endpoint, at) for at in row.also):
        return True
    value = getattr(endpoint, row.field)
    if row.field == "tags":
        return not value.isdisjoint(row.values)
    return value in row.values if row.values else bool(value)


def shipped() -> tuple[Rule, ...]:
    """All rules, loaded.  Ansible ships to a managed node what such a statement names."""
    from . import (  # noqa: F401  used as locals
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
        open_relay,
        port_protocol_mismatch,
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

    return tuple(locals().values())
