# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""TLS where no level is set: the settings that the level replaced, and what 3.11 does by default.

Source: postconf(5), smtp_use_tls, smtpd_use_tls and their like; smtp.c, smtp_tls_policy.c and
smtpd.c of Postfix 3.4 to 3.11.
"""

from __future__ import annotations

from ...text.values import Setting, Undecided, Value, causes, default, open_part
from . import client_level, macros, tls
from .tls import named
from .written import PROGRAM

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Sequence

    from ...text.values import Answer
    from .parameters import Parameters


def of_client(parameters: Parameters, prefix: str, why: Sequence[Setting]) -> client_level.Level:
    """The level of smtp or lmtp; ``why`` are the settings that leave it empty."""
    if not parameters.is_set(prefix + "_tls_security_level") and prefix == "smtp":
        modern = _modern(parameters)
        if modern is not None:
            return modern
    enforce = parameters.flag(prefix + "_enforce_tls")
    names = parameters.flag(prefix + "_tls_enforce_peername")
    use = parameters.flag(prefix + "_use_tls")
    steps = (
        (enforce, names, "verify"),
        (enforce, Value(True), "encrypt"),
        (use, Value(True), "may"),
    )
    for first, second, level in steps:
        unknown = open_part((first.value, second.value))
        if first.value is False or second.value is False:
            continue
        if unknown is not None:
            return client_level.Level(unknown, causes(why, first.causes, second.causes))
        return client_level.Level(level, causes(why, second.causes, first.causes))
    return client_level.Level("none", tuple(why))


def _modern(parameters: Parameters) -> client_level.Level | None:
    """What 3.11 takes by default where the compatibility level is its own."""
    level = _compatibility_level(parameters)
    _value, why = parameters.value("compatibility_level")
    if isinstance(level, Undecided):
        return client_level.Level(level, why) if parameters.assume.since(PROGRAM, "3.11") else None
    if level < (3, 11) or not parameters.assume.since(PROGRAM, "3.11"):
        return None
    reason = "since 3.11 with that compatibility_level"
    return client_level.Level(
        "may", causes(why, (default(PROGRAM, "smtp_tls_security_level", "may", reason),))
    )


def _compatibility_level(parameters: Parameters) -> tuple[int, ...] | Undecided:
    """The compatibility level as numbers that compare."""
    value, why = parameters.value("compatibility_level")
    if isinstance(value, Undecided):
        return value
    try:
        return macros.level(value)
    except macros.MacroError as error:
        parameters.fail(str(error), why)
        return (0, 0, 0)


def of_server(
    parameters: Parameters, wrapper: Answer, why: Sequence[Setting], level_why: Sequence[Setting]
) -> tls.Level:
    """The level of smtpd, whose ``level_why`` leaves it empty; what ``wrapper`` says stands."""
    enforce, enforce_why = parameters.flag("smtpd_enforce_tls")
    use, use_why = parameters.flag("smtpd_use_tls")
    if enforce is not False:
        level = enforce if isinstance(enforce, Undecided) else tls.ENCRYPT
        return tls.Level(wrapper, level, causes(named(why), level_why, enforce_why), tuple(why))
    if isinstance(use, Undecided):
        return tls.Level(wrapper, use, causes(named(why), level_why, use_why), tuple(why))
    settings = causes(named(why), level_why, named(enforce_why), use_why if use else named(use_why))
    return tls.Level(wrapper, tls.MAY if use else tls.NONE, settings, tuple(why))
