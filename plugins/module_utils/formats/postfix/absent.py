# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The supplied content of a main.cf that is missing, or of its unknown lines.

Each function takes a parameter's name, what is missing, and what gives the parameter's default.
``None`` where nothing is taken for granted.
"""

from __future__ import annotations

from .macros import MARK
from .written import NOT_READ, Found

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

    from ...text.assume import Assumptions

    Default = Callable[[str], Found]

# What a main.cf that is not here is taken to leave at its default, or to say.
LEFT_ALONE = "main.cf leaves inet_interfaces, the restrictions and the like at their defaults"
SUPPLIED = dict.fromkeys(
    (
        "inet_interfaces", "inet_protocols", "master_service_disable", "known_tcp_ports",
        "smtpd_upstream_proxy_protocol", "smtpd_discard_ehlo_keywords",
        "smtpd_discard_ehlo_keyword_address_maps", "smtpd_delay_reject",
        "smtpd_client_restrictions", "smtpd_helo_restrictions", "smtpd_sender_restrictions",
        "smtpd_relay_restrictions", "smtpd_recipient_restrictions", "smtpd_data_restrictions",
        "smtpd_end_of_data_restrictions", "smtpd_restriction_classes",
        "smtpd_relay_before_recipient_restrictions", "smtpd_tls_req_ccert", "smtpd_tls_ask_ccert",
        "smtpd_tls_wrappermode", "smtpd_sasl_security_options", "smtpd_sasl_tls_security_options",
        "smtpd_sasl_mechanism_filter",
    ),
    "",
)  # fmt: skip
SUPPLIED["compatibility_level"] = "3.6"
# What it may say of TLS, each in turn.
SUPPOSED = ("smtpd_tls_security_level", "smtpd_tls_auth_only")
MAY_SAY = (("may", "no"), ("may", "yes"), ("none", "no"), ("encrypt", "no"))
# What has to be known of an absent main.cf for the relay of one that is added to it.
TRANSPORT = (
    "default_transport", "fallback_relay", "inet_protocols", "smtp_fallback_relay", "smtp_tcp_port",
    "smtp_tls_per_site", "smtp_tls_policy_maps",
)  # fmt: skip


def supplied(name: str, missing: str, assume: Assumptions, default: Default) -> Found | None:
    """What it says as long as nobody says otherwise.

    It hides and refuses nothing and binds every address; what it says of TLS stays a question.
    """
    if missing.endswith(NOT_READ) or name not in (*SUPPLIED, *SUPPOSED):
        return None
    if not assume.takes(f"the rest of {missing}", LEFT_ALONE):
        return None
    if name in SUPPOSED:
        return _supposed(name, missing, assume)
    found = default(name)
    return found._replace(text=SUPPLIED[name] or found.text)


def _supposed(name: str, missing: str, assume: Assumptions) -> Found:
    answers = {
        f"one with {' and '.join(map(' = '.join, zip(SUPPOSED, values)))}": values
        for values in MAY_SAY
    }
    answer = assume.suppose(missing, tuple(answers))
    if answer is None:
        return Found(MARK, (missing,), ())
    return Found(answers[answer][SUPPOSED.index(name)], (), ())


def left_alone(name: str, missing: str, assume: Assumptions, default: Default) -> Found | None:
    """The default, where the main.cf that is added to is taken to leave it alone.

    Without a transport no relay is known, and with tables each may be an exception.
    """
    return default(name) if is_left_alone(name, missing, assume) else None


def is_left_alone(name: str, missing: str, assume: Assumptions) -> bool:
    """Whether lines that are not known are taken not to set a parameter."""
    words = f"{missing} delivers by smtp, with one TLS level"
    return name in TRANSPORT and assume.takes(missing, words, TRANSPORT)
