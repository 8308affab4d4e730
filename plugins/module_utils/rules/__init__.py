# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rules.

A rule is a module whose docstring is its manual.  It has

``SEVERITY``
    its level in the default profile: ``off``, ``note``, ``warning`` or ``error``; ``PROFILES`` may
    name others by profile;
``SCOPE``
    ``endpoint``: ``check(endpoint, policy)`` is asked for every endpoint of every alternative;
    ``setting``: ``check(remark, policy)`` for every remark of a format;
    ``run``: ``check(endpoints, policy)`` once for all of them;
``OPTIONS``
    the options that the policy may set for it: name to ``(default, meaning)``;
``check``
    a generator of ``Violation``.

Rules see plain endpoints.  A field that is open is ``None``, so a rule compares with values
(``endpoint.auth is False``) and never with "not".
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Tuple

from . import (  # noqa: E402
    auth_on_relay_port,
    certificate_unverified,
    cleartext_auth,
    client_on_relay_port,
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
    tls_auto,
    tls_broken,
    tls_version_weak,
    trusted_network_cleartext,
)
