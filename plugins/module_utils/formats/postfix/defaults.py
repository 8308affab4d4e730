# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The programs of which we know all parameters, and the tables of what each reads."""

from __future__ import annotations

import functools

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, NamedTuple
else:
    from ...tuples import NamedTuple


def _smtpd() -> Any:
    from . import defaults_smtpd

    return defaults_smtpd


def _postscreen() -> Any:
    from . import defaults_postscreen

    return defaults_postscreen


def _smtp() -> Any:
    from . import defaults_smtp

    return defaults_smtp


def _lmtp() -> Any:
    from . import defaults_lmtp

    return defaults_lmtp


def _master() -> Any:
    return _MASTER


def _routing() -> Any:
    return _ROUTING


# Each is loaded where its program is asked about.
LOADERS: dict[str, Callable[[], Any]] = {
    "smtpd": _smtpd,
    "postscreen": _postscreen,
    "smtp": _smtp,
    "lmtp": _lmtp,
    "master": _master,
    "trivial-rewrite": _routing,
}


def tables(program: str) -> list[Any]:
    """The tables of a program's parameters: what all programs read, and its own."""
    from . import defaults_common

    own = LOADERS.get(program)
    return [defaults_common] if own is None else [defaults_common, own()]


def rows(text: str) -> dict[str, str]:
    """The lines of a table by name; ``row`` takes one apart when it is asked for."""
    return dict(line.split(" ", 1) for line in text.split("\n") if line)


class Row(NamedTuple):
    """A parameter: its kind, its default, and the least and greatest value or length (0: none).

    A default of ``None`` is made by the build or asked of the host.
    """

    kind: str
    default: str | None
    low: int = 0
    high: int = 0


@functools.lru_cache(maxsize=None)
def row(text: str) -> Row:
    """The row behind a name of a table: ``kind low high = default``."""
    head, equals, default = text.partition("=")
    kind, low, high = f"{head} 0 0".split()[:3]
    return Row(kind, default.strip() if equals else None, int(low), int(high))


class _Small(NamedTuple):
    """What the modules of the larger tables have."""

    ROWS: dict[str, str]
    HISTORY: dict[str, tuple[tuple[str, str | None], ...]] = {}  # noqa: RUF012  never changed
    GONE: dict[str, str] = {}  # noqa: RUF012  never changed


# master_vars.c of Postfix 3.4 to 3.11.
_MASTER = _Small(
    rows("""
master_service_disable str =
service_throttle_time time 1 = 60s
""")
)
# Where mail goes: trivial-rewrite.c, cleanup_init.c and local.c of Postfix 3.4 to 3.11.
_ROUTING = _Small(
    rows("""
content_filter str =
default_transport str 1 = smtp
fallback_transport str =
fallback_transport_maps str =
local_transport str 1 = local:$myhostname
mailbox_transport str =
mailbox_transport_maps str =
relay_transport str 1 = relay
sender_dependent_default_transport_maps str =
sender_dependent_relayhost_maps str =
transport_maps str =
virtual_mailbox_domains str = $virtual_mailbox_maps
virtual_mailbox_maps str =
virtual_transport str 1 = virtual
""")
)
