# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which of the two grammars a configuration is written in.

2.4 wants its version first, and 2.3 does not know that setting.

Source: config_parser_get_version of config-parser.c, 2.4.1.
"""

from __future__ import annotations

from .files import Said
from .settings import GONE, GONE_IN, NEW, SETTINGS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...text.assume import Assumptions
    from .configuration import Configuration
    from .files import Blind, Files, Opened

PROGRAM = "dovecot"
VERSION = "dovecot_config_version"


def decide(configuration: Configuration, files: Files, item: Said | Opened | Blind) -> None:
    """Set the grammar by the first line of the files, of which ``item`` is the first thing said."""
    assume = configuration.assume
    first = files.first
    if files.partial or first is None:
        _by_names(files, assume)
        configuration.modern = assume.since(PROGRAM, "2.4")
        return
    known = not first.text.has_hole(*first.key)
    said = known and first.key_text == VERSION
    if said:
        assume.written_for(PROGRAM, "2.4")
        if isinstance(item, Said) and isinstance(item.value, str):
            configuration.version = item.setting
    elif known:
        assume.written_before(PROGRAM, "2.4")
    else:
        _by_names(files, assume)
    configuration.modern = assume.since(PROGRAM, "2.4")
    place = first.text.place(*first.span)
    if configuration.modern and known and not said:
        configuration.wrong(f"Dovecot 2.4 wants {VERSION} as the first setting", place)
    elif said and not configuration.modern:
        configuration.wrong(f"Dovecot 2.3 knows no {VERSION}", place)


def _by_names(files: Files, assume: Assumptions) -> None:
    """Files whose first line is not known show their version by names that the other refuses."""
    names = set(files.names())
    old = GONE | {name for name, known in SETTINGS.items() if known.since is None}
    old |= {f"{section} {name}" for section, gone in GONE_IN.items() for name in gone}
    new = NEW | {name for name, known in SETTINGS.items() if known.before is None}
    if names & old and not names & new:
        assume.written_before(PROGRAM, "2.4")
    if names & new and not names & old:
        assume.written_for(PROGRAM, "2.4")
