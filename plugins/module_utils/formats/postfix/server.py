# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Postfix listens on."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...endpoint import Reading
    from ...source import Source
    from .configuration import Configuration


def add(configuration: Configuration, source: Source, reading: Reading) -> None:
    """Add the server endpoints."""
