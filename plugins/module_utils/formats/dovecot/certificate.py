# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether TLS can work: the certificate, its key, the oldest version that is permitted.

Files are asked for and never opened.

Source: master-service-ssl-settings.c and iostream-openssl-context.c of Dovecot 2.3.19,
ssl-settings.c of 2.4.1; openssl_min_protocol_to_options.
"""

from __future__ import annotations

from ...text.values import Undecided, Value, all_true, causes
from . import lines
from .effective import effective

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple

    from ...text.values import Answer, Setting
    from .configuration import Configuration
    from .effective import Effective
    from .filters import Connection
else:
    from ...tuples import NamedTuple

BEFORE = ("ssl_cert", "ssl_key")
SINCE = ("ssl_server_cert_file", "ssl_server_key_file")
INLINE = "inline:"
_WITHOUT_SIGN = "{} without < is the name of a file and not what it holds"
# What is read when Dovecot starts.
READ = (*BEFORE, "ssl_ca", "ssl_dh", *SINCE, "ssl_server_ca_file", "ssl_server_dh_file")
# What OpenSSL is told to speak at the least; names are taken in any case.
VERSIONS = {
    "any": "1.0", "sslv3": "1.0", "tlsv1": "1.0", "tlsv1.1": "1.1", "tlsv1.2": "1.2",
    "tlsv1.3": "1.3", "latest": "1.3",
}  # fmt: skip


class Certificate(NamedTuple):
    """Whether a handshake can work, as far as files and settings decide it, and from where on.

    ``words`` say why it cannot.
    """

    works: Answer
    why: tuple[Setting, ...]
    lowest: Value
    words: str = ""


def of(configuration: Configuration, connection: Connection) -> Certificate:
    """The certificate of a connection, for names that the client does not say."""
    connection = connection._replace(named="ssl_server")
    found = configuration.certificates.get(connection)
    if found is None:
        settings = effective(configuration, connection)
        found = configuration.certificates[connection] = _certificate(configuration, settings)
    return found


def _certificate(configuration: Configuration, settings: Effective) -> Certificate:
    answers: list[Answer] = []
    why: list[tuple[Setting, ...]] = []
    words: list[str] = []
    for name in SINCE if configuration.modern else BEFORE:
        value, causes_of = settings.needed(name)
        answers.append(_works(configuration, value, settings.form(name)))
        words.append(f"{name} is not set" if value == "" else _WITHOUT_SIGN.format(name))
        why.append(_seen(configuration, value, causes_of))
    works = all_true(answers)
    if works is False:
        first = answers.index(False)
        words = [words[first]]
        if any(one.place is not None for one in why[first]):
            why = [one for one, answer in zip(why, answers) if answer is False]
        else:
            # A setting that is missing goes beside the certificate's, if there is one.
            why = why[: first + 1]
        why.reverse()
        if _by_name(configuration):
            works = Undecided("the name that the client asks for")
    lowest, lowest_why = settings.text("ssl_min_protocol")
    if isinstance(lowest, str):
        known = VERSIONS.get(lowest.lower())
        if known is None:
            what = f"ssl_min_protocol = {lowest} is no version of TLS"
            return Certificate(False, lowest_why, Value(None, lowest_why), what)
        lowest = known
    found = words[0] if works is False else ""
    return Certificate(works, causes(*why), Value(lowest, lowest_why), found)


def _works(configuration: Configuration, value: str | Undecided, form: str) -> Answer:
    if isinstance(value, Undecided):
        return value
    if not value:
        return False
    if configuration.modern:
        return True
    # Without the < the name itself is taken for the certificate.
    return form == lines.FILE or "-----BEGIN" in value


def _by_name(configuration: Configuration) -> bool:
    """Whether clients that name the server (SNI) may get another certificate."""
    wanted = SINCE[0] if configuration.modern else BEFORE[0]
    return any(one.local_name and wanted in said for one, said in configuration.filters.items())


def missing(configuration: Configuration) -> None:
    """Note files that are named and not there: Dovecot does not start without them."""
    for said in configuration.filters.values():
        for name in READ:
            entry = said.get(name)
            if entry is None or not isinstance(entry.value, str) or not entry.value:
                continue
            place = entry.setting.place
            if entry.form != lines.FILE and not configuration.modern:
                continue
            if entry.value.startswith(INLINE) or place is None:
                continue
            if configuration.source.credential(entry.value, place.path) is False:
                configuration.wrong(f"{name}: there is no file {entry.value}", place)


def _seen(
    configuration: Configuration, value: str | Undecided, why: tuple[Setting, ...]
) -> tuple[Setting, ...]:
    """The settings, a file that nobody could look at marked as taken for granted."""
    if isinstance(value, Undecided) or not value or not why or why[-1].place is None:
        return why
    if configuration.source.credential(value, why[-1].place.path) is not None:
        return why
    text = f"{why[-1].text} (outside of what is checked: taken as present)"
    return (*why[:-1], why[-1]._replace(text=text))
