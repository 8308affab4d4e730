# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The programs of which we know all parameters, and the tables of what each reads."""

from __future__ import annotations

from . import defaults_common

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable


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


def _routing() -> Any:
    from . import defaults_routing

    return defaults_routing


# Each is loaded where its program is asked about.
LOADERS: dict[str, Callable[[], Any]] = {
    "smtpd": _smtpd,
    "postscreen": _postscreen,
    "smtp": _smtp,
    "lmtp": _lmtp,
    "trivial-rewrite": _routing,
}


def tables(program: str) -> list[Any]:
    """The tables of a program's parameters: what all programs read, and its own."""
    own = LOADERS.get(program)
    return [defaults_common] if own is None else [defaults_common, own()]
