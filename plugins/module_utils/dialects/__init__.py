# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Dialects: applications whose mail settings are a few keys in a general file type.

Each is a row of plain data (``row.Dialect``); ``interpreter`` makes client endpoints of a file and
its row.  What a row cannot say is a format of its own.
"""

from __future__ import annotations

from ..patterns import FOREIGN
from .frameworks import LARAVEL, SPRING
from .golang import ALERTMANAGER, GITEA, GRAFANA, LISTMONK, MATTERMOST
from .himalaya import HIMALAYA
from .null_clients import DMA, SSMTP
from .row import in_variables
from .services import DOCKER_MAILSERVER, SYNAPSE, VAULTWARDEN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Sequence

    from ..endpoint import Endpoint, Fix, Reading, Unit
    from ..source import Source
    from ..text.assume import Assumptions
    from .row import Dialect

_GITEA = in_variables(GITEA, "GITEA__mailer__", "SMTP_ADDR")
_GRAFANA = in_variables(GRAFANA, "GF_SMTP_", "HOST")
_MATTERMOST = in_variables(MATTERMOST, "MM_EMAILSETTINGS_", "SMTPSERVER")
_SPRING = in_variables(SPRING, "SPRING_MAIL_", "HOST")

ROWS: dict[str, Dialect] = {
    "alertmanager": ALERTMANAGER,
    "dma": DMA,
    "docker-mailserver": DOCKER_MAILSERVER,
    "gitea": GITEA,
    "gitea-variables": _GITEA,
    "grafana": GRAFANA,
    "grafana-variables": _GRAFANA,
    "himalaya": HIMALAYA,
    "laravel": LARAVEL,
    "listmonk": LISTMONK,
    "mattermost": MATTERMOST,
    "mattermost-variables": _MATTERMOST,
    "spring-boot": SPRING,
    "spring-boot-variables": _SPRING,
    "ssmtp": SSMTP,
    "synapse": SYNAPSE,
    "vaultwarden": VAULTWARDEN,
}

# What none of the programs gives a meaning, or a meaning that depends on what is outside.
PLACEHOLDERS = ("${NAME}", *FOREIGN, "<NAME>")


def units(found: dict[str, str], source: Source) -> list[tuple[str, dict[str, str]]]:
    """Every file is a unit; the files beside it that it builds on are read too."""
    return [(path, {role: path}) for path, role in found.items()]


def read(unit: Unit, source: Source, assume: Assumptions) -> Reading:
    """The clients of one file; ``unit.format`` names the row, its text has the role ``config``."""
    from . import interpreter

    return interpreter.read(ROWS[unit.format], unit, source, assume)


def edit(unit: Unit, endpoints: Sequence[Endpoint], field: str, value: Any) -> Fix | None:
    """The edits that give the endpoints' field that value; ``None`` if none are known."""
    from . import edits

    return edits.edit(ROWS[unit.format], unit, endpoints, field, value)
