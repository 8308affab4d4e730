# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""TLS of smtpd: the level, the certificate, the protocol versions.

Source: postconf(5), TLS_README; smtpd.c (pre_jail_init), tls_misc.c and tls_certkey.c of Postfix.
"""

from __future__ import annotations

from ...text.values import Setting, Undecided, causes
from . import protocols
from .macros import MARK
from .parameters import split_list
from .written import PROGRAM

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple, Sequence

    from ...source import Source
    from ...text.assume import Assumptions
    from ...text.values import Answer
    from .parameters import Parameters
else:
    from ...tuples import NamedTuple

NONE, MAY, ENCRYPT = "none", "may", "encrypt"
# Levels of clients that smtpd takes for "encrypt", with a warning.
AS_ENCRYPT = ("encrypt", "verify", "secure", "fingerprint")
LEGACY_PAIRS = (
    ("smtpd_tls_cert_file", "smtpd_tls_key_file"),
    ("smtpd_tls_dcert_file", "smtpd_tls_dkey_file"),
    ("smtpd_tls_eccert_file", "smtpd_tls_eckey_file"),
)
CERTIFICATES = ("smtpd_tls_chain_files", *(name for pair in LEGACY_PAIRS for name in pair))


class Level(NamedTuple):
    """How TLS is spoken: ``wrapper`` from the first byte, else by ``level``."""

    wrapper: Answer
    level: str | Undecided
    why: tuple[Setting, ...]
    wrapper_why: tuple[Setting, ...] = ()

    def enforced(self) -> Answer:
        """Whether nothing is done before TLS."""
        if self.wrapper is True:
            return True
        if isinstance(self.level, Undecided):
            return self.level
        if self.level == ENCRYPT:
            return True
        return self.wrapper

    def used(self) -> Answer:
        """Whether there is any TLS."""
        if self.wrapper is True:
            return True
        if isinstance(self.level, Undecided):
            return self.level
        return True if self.level != NONE else self.wrapper


def level(parameters: Parameters) -> Level:
    """The level of a service; what smtpd dies of is noted in the parameters.

    Wrapper mode ignores the level, a level that is not empty ignores the legacy parameters.
    """
    wrapper, why = parameters.flag("smtpd_tls_wrappermode")
    if wrapper is True:
        return Level(True, ENCRYPT, why)
    value, value_why = parameters.value("smtpd_tls_security_level")
    if isinstance(value, Undecided):
        return Level(wrapper, value, causes(named(why), value_why), tuple(why))
    if value:
        lowered = value.lower()
        if lowered in AS_ENCRYPT:
            return Level(wrapper, ENCRYPT, causes(named(why), value_why), tuple(why))
        if lowered not in (NONE, MAY):
            parameters.fail(f"invalid TLS level: {value}", value_why)
            return Level(wrapper, NONE, value_why, tuple(why))
        return Level(wrapper, lowered, causes(named(why), value_why), tuple(why))
    from .no_level import of_server

    return of_server(parameters, wrapper, why, value_why)


def named(why: Sequence[Setting]) -> tuple[Setting, ...]:
    """The settings, unless nothing but defaults is among them."""
    return tuple(why) if any(setting.place is not None for setting in why) else ()


class Certificate(NamedTuple):
    """Whether a handshake can work, as far as files and settings decide it."""

    works: Answer
    why: tuple[Setting, ...]


def certificate(
    parameters: Parameters, source: Source, assume: Assumptions, asks: Sequence[Setting]
) -> Certificate:
    """Whether smtpd has what it needs for TLS.

    ``asks`` are the settings that make it ask clients for theirs, if any do.  A file that the
    source cannot see counts as present, and the cause says so; only one that is not named, or that
    is known not to be there, is absent.
    """
    files = _Files(parameters, source)
    text, chain_why = parameters.pieces("smtpd_tls_chain_files")
    chain = split_list(text)
    if chain == [MARK]:
        # Not even whether there is one is known.
        return Certificate(Undecided(*parameters.names("smtpd_tls_chain_files")), chain_why)
    if chain:
        settings = chain_why
        works: Answer = all(files.present(word) for word in chain)
    else:
        works, settings = _legacy_pairs(parameters, files, assume, asks)
    if works is False:
        return Certificate(False, settings)
    authority, authority_why = parameters.pieces("smtpd_tls_CAfile")
    if authority and not files.present(authority):
        return Certificate(False, authority_why)
    if any(setting.place is not None for setting in settings):
        settings = files.marked(settings)
    return Certificate(works, causes(settings, asks))


def _legacy_pairs(
    parameters: Parameters, files: _Files, assume: Assumptions, asks: Sequence[Setting]
) -> tuple[Answer, tuple[Setting, ...]]:
    settings: list[tuple[Setting, ...]] = []
    found = False
    works: Answer = True
    for cert_name, key_name in LEGACY_PAIRS:
        path, why = parameters.pieces(cert_name)
        key, key_why = parameters.pieces(key_name)
        if cert_name == "smtpd_tls_cert_file" and path.lower() == NONE:
            settings.append(why)
            # Without a certificate there is no asking the client for one.
            works = False if asks else works
            found = True
            continue
        if not path:
            continue
        found = True
        if path == MARK and works is True:
            works = Undecided(*parameters.names(cert_name))
            settings.append(why)
            continue
        settings.append(causes(why, key_why if key != path else ()))
        if not files.present(path) or not files.present(key):
            return False, causes(why, key_why)
        if key == path and works is True and files.there(path):
            works = _holds_key(path, assume)
    if not found:
        return False, causes(parameters.value("smtpd_tls_cert_file").causes)
    return works, causes(*settings)


def _holds_key(path: str, assume: Assumptions) -> Answer:
    """A certificate file without a key file holds both; what it holds is nobody's to read here.

    One that nobody could even look at is taken for granted whole, its key included.
    """
    question = "the private key in {}".format(path.replace(MARK, "…"))
    answer = assume.choose(question, ["there", "missing"])
    return Undecided(question) if answer is None else answer == "there"


class _Files:
    """The files that settings name, which smtpd opens from its queue directory."""

    def __init__(self, parameters: Parameters, source: Source) -> None:
        self._parameters = parameters
        self._folder, _why = parameters.pieces("queue_directory")
        self._source = source

    def present(self, path: str) -> bool:
        """Whether a file is there, or may be for all that is known."""
        return self.there(path) is not False

    def there(self, path: str) -> bool | None:
        """Whether a file is there; ``None`` where nobody knows."""
        whole = path if path.startswith("/") else f"{self._folder}/{path}"
        return None if MARK in whole else self._source.credential(whole)

    def marked(self, settings: Sequence[Setting]) -> tuple[Setting, ...]:
        """The settings, each file that nobody could look at marked as taken for granted."""
        return tuple(self._marked(setting) for setting in settings)

    def _marked(self, setting: Setting) -> Setting:
        if setting.place is None or setting.name not in CERTIFICATES:
            return setting
        paths, _why = self._parameters.pieces(setting.name)
        named = [path for path in split_list(paths) if path.lower() != NONE and MARK not in path]
        if all(self.there(path) is not None for path in named):
            return setting
        text = f"{setting.text} (outside of what is checked: taken as present)"
        return setting._replace(text=text)


class Versions(NamedTuple):
    """The oldest TLS version; ``None`` where none is left or the list is refused."""

    lowest: str | Undecided | None
    why: tuple[Setting, ...]


def versions(parameters: Parameters, enforced: Answer, assume: Assumptions) -> Versions:
    """The oldest version that the service takes.

    Level "may" has one list, everything stronger another.  A list that Postfix cannot read
    switches TLS off.
    """
    if isinstance(enforced, Undecided):
        return Versions(enforced, ())
    name = "smtpd_tls_mandatory_protocols" if enforced else "smtpd_tls_protocols"
    value, why = parameters.value(name)
    if isinstance(value, Undecided):
        return Versions(value, why)
    bounded = "<=" in value or ">=" in value
    said = bounded and any(setting.place is not None for setting in why)
    limits = assume.since(PROGRAM, "3.6") if said else True
    plain = Versions(protocols.lowest(value, limits) or None, why)
    demands, demands_why = parameters.flag("smtpd_tls_req_ccert")
    if not enforced or demands is False:
        return plain
    strict = protocols.lowest(value, limits, protocols.DEMANDING_FLOOR) or None
    if strict == plain.lowest:
        return plain
    return Versions(strict if demands is True else demands, causes(why, demands_why))
