# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Settings that do nothing where they stand, and those that Postfix is giving up.

Only TLS and AUTH are looked at: what a reader of the files believes about them has to be true.

Source: postconf(5), DEPRECATION_README; postconf_unused.c of Postfix 3.9 to 3.11.
"""

from __future__ import annotations

from ...endpoint import Remark
from ...text.assume import parse_version
from .macros import MARK
from .shown import entry_setting, option_setting
from .written import PROGRAM

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, Sequence

    from ...endpoint import Reading
    from ...text.assume import Assumptions
    from .configuration import Configuration
    from .lookup_tables import Table
    from .parameters import Parameters
    from .services import Option, Service

# Parameters of clients that the TLS level has replaced.
_OLD = ("use_tls", "enforce_tls", "tls_enforce_peername", "tls_per_site")
INEFFECTIVE, DEPRECATED = "setting-ineffective", "setting-deprecated"
# Parameters of servers: what each is to be replaced by, and the first version that warns of it.
GIVEN_UP: dict[str, tuple[str, str]] = {
    "smtpd_use_tls": ("smtpd_tls_security_level", "3.9"),
    "smtpd_enforce_tls": ("smtpd_tls_security_level", "3.9"),
    "postscreen_use_tls": ("postscreen_tls_security_level", "3.9"),
    "postscreen_enforce_tls": ("postscreen_tls_security_level", "3.9"),
    "tlsproxy_use_tls": ("tlsproxy_tls_security_level", "3.9"),
    "tlsproxy_enforce_tls": ("tlsproxy_tls_security_level", "3.9"),
    "smtpd_tls_dh1024_param_file": ("", "3.9"),
    "smtpd_tls_eecdh_grade": ("", "3.9"),
}
# What smtpd ignores beside a level.
LEGACY = {"smtpd_use_tls": "use_tls", "smtpd_enforce_tls": "enforce_tls"}
LEVEL = "smtpd_tls_security_level"
OUTDONE = "{} does nothing beside " + LEVEL
WATCHED = ("_tls", "_sasl_", "_wrappermode", "auth_only")


def add(configuration: Configuration, reading: Reading) -> None:
    """Add what there is to say about the settings of both files."""
    reading.remarks.extend(_of_main(configuration))
    if configuration.stock:
        return
    for service in configuration.master.services if configuration.master else ():
        reading.remarks.extend(_of_service(configuration, service))


def _watched(name: str) -> bool:
    return any(part in name for part in WATCHED)


def _of_main(configuration: Configuration) -> Iterator[Remark]:
    main = configuration.main
    if main is None:
        return
    for name, numbers in main.named.items():
        last = main.entries[numbers[-1]]
        if name in LEGACY and _outdone_everywhere(configuration, LEGACY[name]):
            yield Remark(INEFFECTIVE, OUTDONE.format(name), entry_setting(last))
            continue
        given_up = _given_up(name, configuration.assume)
        if given_up:
            yield Remark(DEPRECATED, given_up, entry_setting(last))
        if len(numbers) < 2 or not _watched(name):
            continue
        value = last.line.string[last.value_start : last.value_end]
        line = last.place().line
        for number in numbers[:-1]:
            lost = main.entries[number]
            # Postfix says nothing either where both are the same.
            if lost.line.string[lost.value_start : lost.value_end] != value:
                message = f"lost: line {line} sets {name} again, and the last one counts"
                yield Remark(INEFFECTIVE, message, entry_setting(lost))


def _outdone_everywhere(configuration: Configuration, legacy: str) -> bool:
    """Whether main.cf's level outdoes the older setting, and no service takes the level away."""
    master = configuration.master
    for service in master.services if master is not None else ():
        for option in service.options:
            named = option.entry is not None and option.entry.name == LEVEL
            if named and not _value(service, option):
                return False
    return is_outdone(configuration.parameters("smtpd"), "smtpd", legacy)


def _of_service(configuration: Configuration, service: Service) -> Iterator[Remark]:
    program = service.column("command", configuration.assume)
    screen = isinstance(program, str) and program.rpartition("/")[2] == "postscreen"
    last: dict[str, Option] = {}
    for option in reversed(service.options):
        name = option.entry.name if option.entry is not None else None
        if name is None:
            continue
        legacy = LEGACY.get(name) if program == "smtpd" else None
        if legacy and is_outdone(configuration.parameters("smtpd", service), "smtpd", legacy):
            yield Remark(INEFFECTIVE, OUTDONE.format(name), option_setting(service, option))
            continue
        given_up = _given_up(name, configuration.assume)
        if given_up:
            yield Remark(DEPRECATED, given_up, option_setting(service, option))
        if not _watched(name):
            continue
        if name in last and _value(service, option) != _value(service, last[name]):
            message = f"lost: the service sets {name} again, and the last one counts"
            yield Remark(INEFFECTIVE, message, option_setting(service, option))
        last.setdefault(name, option)
        if screen and name.startswith("smtpd_") and not _known_to_postscreen(configuration, name):
            message = (
                f"postscreen does not read {name}; it acts at the smtpd of type pass behind it"
            )
            yield Remark(INEFFECTIVE, message, option_setting(service, option))


def _value(service: Service, option: Option) -> str:
    entry = option.entry
    return service.line.string[entry.value_start : entry.value_end] if entry else ""


def _known_to_postscreen(configuration: Configuration, name: str) -> bool:
    return configuration.parameters("postscreen").known(name)


def _given_up(name: str, assume: Assumptions) -> str:
    """What to say about a parameter that the version in use, or a newer one, is giving up."""
    known = GIVEN_UP.get(name)
    if known is None:
        return ""
    replacement, since = known
    named = assume.named(PROGRAM)
    if named is not None and parse_version(named) < parse_version(since):
        return ""
    advice = f"{replacement} takes its place" if replacement else "leave it at its default"
    return f"Postfix {since} and newer warn that {name} will go; {advice}"


def lost(tables: Sequence[Table]) -> Iterator[Remark]:
    """Entries whose key another entry of the table has, which counts in their place."""
    for table in tables:
        # Where a key twice makes every lookup fail, that is no remark.
        for entry, kept in () if table.fault is not None else table.lost:
            place = kept.setting.place
            if entry.value == kept.value or place is None:
                continue
            inline = entry.setting.place == place
            where = (
                "again behind it, and the last"
                if inline
                else f"in line {place.line}, and the first"
            )
            message = f"lost: {entry.key} stands {where} one counts"
            yield Remark(INEFFECTIVE, message, entry.setting)


def deprecated(parameters: Parameters, prefix: str) -> Iterator[Remark]:
    """The settings that the TLS level has replaced; without effect where they ask for more."""
    policies, _why = parameters.pieces(prefix + "_tls_policy_maps")
    for name in _OLD:
        parameter = f"{prefix}_{name}"
        _value, why = parameters.pieces(parameter)
        if not parameters.is_set(parameter) or why[0].name != parameter:
            # Lines that are not known may set it, or not.
            continue
        newer = "policy_maps" if name == "tls_per_site" else "security_level"
        instead = f"{prefix}_tls_{newer}"
        replaced = name == "tls_per_site" and policies and MARK not in policies
        if replaced or is_outdone(parameters, prefix, name):
            message = f"{parameter} does nothing beside {instead}"
            yield Remark(INEFFECTIVE, message, why[0])
        else:
            message = f"{parameter} is given up by Postfix; {instead} takes its place"
            yield Remark(DEPRECATED, message, why[0])


def is_outdone(parameters: Parameters, prefix: str, name: str) -> bool:
    """Whether a level that is set lets go what ``use_tls`` or ``enforce_tls`` asks for."""
    level, _why = parameters.pieces(prefix + "_tls_security_level")
    weaker = {"use_tls": ("none",), "enforce_tls": ("none", "may")}.get(name, ())
    return level.lower() in weaker and parameters.flag(f"{prefix}_{name}").value is True
