# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Values as Dovecot takes them: ``$name`` and ``$SET:name``, ``$ENV:name``, ``<file``, ``%{...}``.

Source: config_write_keyvariable of config-parser.c, 2.3.19 and 2.4.1.
"""

from __future__ import annotations

from ...patterns import FILLED_IN
from ...text.values import Undecided, concatenated
from . import lines
from .filters import ROOT
from .settings import CONTENT, LIST, LISTENER, PATH, SETTINGS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Union

    from ...text.place import Place
    from .configuration import Configuration
    from .files import Said
    from .filters import Filter

    Value = Union[str, Undecided]

# Where ``%{...}`` is for a later time, and says nothing that counts here.
LATER = frozenset(
    (
        "imapc_user", "imapc_master_user", "pop3c_user", "pop3c_master_user",
        "submission_relay_user", "submission_relay_master_user", "submission_relay_password",
    )
)  # fmt: skip


def expanded(configuration: Configuration, said: Said, name: str, filters: Filter) -> Value:
    """The value of a setting, where it is said."""
    value = said.value
    if isinstance(value, Undecided):
        return value
    kind = SETTINGS.get(name, LISTENER["name"]).kind
    later = _filled_in(said, value, kind)
    if later is not None:
        return later
    if said.form == lines.VARIABLE:
        if configuration.modern:
            _no_lists(configuration, value, said.setting.place)
        value = _variables(configuration, value, name, filters)
    if said.form == lines.FILE and kind not in (CONTENT, PATH):
        return Undecided(f"what {value} holds")
    if isinstance(value, str) and configuration.modern and "%{" in value and name not in LATER:
        return Undecided(value)
    return value


def refers(said: Said, name: str) -> bool:
    """Whether a value takes over what the setting was before."""
    words = said.value.split() if isinstance(said.value, str) else ()
    return f"${name}" in words or f"$SET:{name}" in words


def form_of(configuration: Configuration, said: Said, filters: Filter) -> str:
    """How the value of a setting is written that may be that of another: ``$ssl_cert``."""
    if said.form != lines.VARIABLE or not isinstance(said.value, str):
        return said.form
    entry = configuration.filters.get(filters, {}).get(said.value[1:])
    return entry.form if entry is not None else said.form


def _variables(configuration: Configuration, value: str, name: str, filters: Filter) -> Value:
    sign = "$SET:" if configuration.modern else "$"
    words: list[str] = []
    unknown: list[str] = []
    for word in value.split():
        if word.startswith("$ENV:"):
            unknown.append(f"the environment variable {word[5:]}")
        elif word.startswith(sign) and len(word) > len(sign):
            found = _variable(configuration, word[len(sign) :], name, filters)
            if isinstance(found, Undecided):
                unknown.extend(found.depends_on)
            else:
                words.append(found)
        else:
            words.append(word)
    if unknown:
        return Undecided(*unknown)
    configuration.assume.budget.write(sum(map(len, words)), name)
    return " ".join(" ".join(words).split())


def _filled_in(said: Said, value: str, kind: str) -> Undecided | None:
    """A repository's value of which something is filled in later (envsubst(1)).

    A file of which a part of the name is known is named all the same.
    """
    place = said.setting.place
    if place is None or place.path.startswith("/") or said.form == lines.FILE:
        return None
    pieces: list[str | Undecided] = []
    done = 0
    for found in FILLED_IN.finditer(value):
        pieces.extend([value[done : found.start()], Undecided(found.group())])
        done = found.end()
    whole = concatenated([*pieces, value[done:]])
    if isinstance(whole, str) or (kind in (CONTENT, PATH) and len(whole.pieces) > 1):
        return None
    return whole


def _no_lists(configuration: Configuration, value: str, place: Place | None) -> None:
    """2.4 gives no list back as a text."""
    for word in value.split():
        known = SETTINGS.get(word[5:]) if word.startswith("$SET:") else None
        if known is not None and known.kind == LIST and place is not None:
            configuration.wrong(f"{word}: a list cannot be taken over like this", place)


def _variable(configuration: Configuration, wanted: str, name: str, filters: Filter) -> Value:
    """What a setting is at this point: here, or further out where it is the same setting."""
    known = SETTINGS.get(wanted)
    for place in (filters, ROOT) if wanted == name else (filters,):
        entry = configuration.filters.get(place, {}).get(wanted)
        if entry is not None and entry.value is not None:
            return entry.value
    if wanted == "protocols":
        return configuration.usual_protocols()
    if known is None:
        return Undecided(f"the setting {wanted}")
    return (known.since if configuration.modern else known.before) or ""
