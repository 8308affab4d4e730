# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""AUTH of smtpd: whether it is offered, when it is accepted, and which mechanisms there are.

Source: postconf(5), SASL_README; smtpd_sasl_glue and the xsasl modules of Postfix.
"""

from __future__ import annotations

from ...shapes.client import PLAINTEXT
from ...text.values import Undecided, any_true, causes, open_part
from .lists import match_list

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import FrozenSet, NamedTuple, Union

    from ...source import Source
    from ...text.assume import Assumptions
    from ...text.values import Answer, Setting
    from .parameters import Parameters

    Mechanisms = Union[FrozenSet[str], Undecided]
else:
    from ...tuples import NamedTuple

TYPES = ("cyrus", "dovecot")
# What every backend offers that nobody told otherwise.
USUAL = frozenset(("PLAIN", "LOGIN"))
OPTIONS = (
    "noplaintext", "noactive", "nodictionary", "noanonymous", "forward_secrecy", "mutual_auth",
)  # fmt: skip
# What an option takes away, by what the mechanisms say of themselves.
DICTIONARY = frozenset(("CRAM-MD5", "DIGEST-MD5", "APOP", "NTLM", "RPA", "SKEY", "OTP"))
MUTUAL = frozenset(
    ("DIGEST-MD5", "GSSAPI", "GSS-SPNEGO", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512")
)
WITHOUT: dict[str, frozenset[str]] = {
    "noplaintext": PLAINTEXT,
    "noactive": DICTIONARY | PLAINTEXT - {"XOAUTH2", "OAUTHBEARER"},
    "nodictionary": DICTIONARY | PLAINTEXT - {"XOAUTH2", "OAUTHBEARER"},
    "noanonymous": frozenset(("ANONYMOUS",)),
}
ALONE = "PLAIN and LOGIN alone"
MORE = "others as well"


class Sasl(NamedTuple):
    """AUTH of one service.

    ``before`` and ``after`` are the mechanisms that are accepted before and behind TLS where AUTH
    is enabled at all; none at all kills the process at the moment when it would offer them.
    """

    enabled: Answer
    before: Mechanisms
    after: Mechanisms
    why: tuple[Setting, ...]
    why_mechanisms: tuple[Setting, ...]


def read(parameters: Parameters, source: Source, assume: Assumptions, beside: str) -> Sasl:
    """AUTH as the parameters make it; what smtpd dies of is noted in them."""
    enabled, why = parameters.flag("smtpd_sasl_auth_enable")
    nothing: frozenset[str] = frozenset()
    if enabled is False:
        return Sasl(False, nothing, nothing, why, ())
    kind, kind_why = parameters.value("smtpd_sasl_type")
    if isinstance(kind, str) and kind not in TYPES:
        parameters.fail(f"there is no SASL type {kind}", causes(why, kind_why))
        return Sasl(enabled, nothing, nothing, why, kind_why)
    known, known_why = _known(kind, parameters, source, assume, beside)
    stages: list[Mechanisms] = []
    settings: list[tuple[Setting, ...]] = [kind_why, known_why]
    for name in ("smtpd_sasl_security_options", "smtpd_sasl_tls_security_options"):
        options, options_why = parameters.words(name)
        settings.append(options_why)
        bad = [one for one in options if isinstance(one, str) and one.lower() not in OPTIONS]
        if bad:
            parameters.fail(f"unknown SASL security option: {bad[0]}", options_why)
        if known is None and isinstance(enabled, Undecided) and not _is_usual(options):
            # What the backend has does not matter before it is known that it is asked.
            stages.append(enabled)
            continue
        stages.append(_remaining(known, options, parameters, source, assume, beside))
    return Sasl(enabled, stages[0], stages[1], why, causes(*settings))


def _known(
    kind: str | Undecided,
    parameters: Parameters,
    source: Source,
    assume: Assumptions,
    beside: str,
) -> tuple[frozenset[str] | None, tuple[Setting, ...]]:
    """The backend's mechanisms, and where they are said; ``None`` where nobody knows."""
    if isinstance(kind, Undecided):
        return None, ()
    if kind == "dovecot":
        _socket(parameters, assume)
        fact = assume.fact("sasl-mechanisms:dovecot")
        return (None if fact is None else frozenset(fact.upper().split())), ()
    from .cyrus import mechanisms

    return mechanisms(parameters, source, beside), ()


def _socket(parameters: Parameters, assume: Assumptions) -> None:
    """A Dovecot of the same run has to make the socket that smtpd asks; else smtpd dies."""
    made = assume.fact("sasl-sockets:dovecot")
    path, why = parameters.value("smtpd_sasl_path")
    folder, folder_why = parameters.value("queue_directory")
    if made is None or isinstance(path, Undecided) or isinstance(folder, Undecided):
        return
    whole = path if path.startswith("/") else f"{folder}/{path}"
    # What Dovecot makes of itself is in its own folder; over TCP nothing is made.
    usual = path.startswith("inet:") or whole.startswith(("/run/dovecot/", "/var/run/dovecot/"))
    if not usual and whole not in made.split("\n"):
        message = f"the Dovecot of this run makes no socket {whole}"
        parameters.fail(message, causes(folder_why, why))


def _is_usual(options: list[str | Undecided]) -> bool:
    """Whether the options leave the usual mechanisms, whatever else the backend has."""
    return all(isinstance(one, str) and one.lower() == "noanonymous" for one in options)


def _remaining(
    known: frozenset[str] | None,
    options: list[str | Undecided],
    parameters: Parameters,
    source: Source,
    assume: Assumptions,
    beside: str,
) -> Mechanisms:
    """The mechanisms that the options and the filter leave."""
    unknown = open_part(options)
    if unknown is not None:
        return unknown
    lowered = [one.lower() for one in options if isinstance(one, str)]
    mechanisms = known
    if mechanisms is None and _is_usual(options):
        mechanisms = USUAL
    if mechanisms is None:
        question = f"the mechanisms of the SASL backend of {beside}"
        answer = assume.choose(question, [ALONE, MORE])
        if answer is None:
            return Undecided(question)
        mechanisms = USUAL if answer == ALONE else USUAL | {"CRAM-MD5", "SCRAM-SHA-256"}
    for option in lowered:
        mechanisms = mechanisms - WITHOUT.get(option, frozenset())
        if option == "mutual_auth":
            mechanisms = mechanisms & MUTUAL
        if option == "forward_secrecy":
            mechanisms = frozenset()
    return _filtered(mechanisms, parameters, source, beside)


def _filtered(
    mechanisms: frozenset[str], parameters: Parameters, source: Source, beside: str
) -> Mechanisms:
    """The filter hides mechanisms, and accepts them all the same; hiding all kills the process."""
    if not parameters.is_set("smtpd_sasl_mechanism_filter"):
        # The default only keeps EXTERNAL from being offered.
        return mechanisms
    if not parameters.known("smtpd_sasl_mechanism_filter"):
        return mechanisms
    words, why = parameters.words("smtpd_sasl_mechanism_filter", braces=True)
    wanted = match_list(words, why, source, beside, parameters.assume)
    left = any_true(wanted.matches(mechanism) for mechanism in sorted(mechanisms))
    if isinstance(left, Undecided):
        return left
    return mechanisms if left else frozenset()
