# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Settings that do nothing where they stand, and those that Postfix is giving up."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...endpoint import Reading
    from .configuration import Configuration

INEFFECTIVE = "setting-ineffective"


def add(configuration: Configuration, reading: Reading) -> None:
    """Add what there is to say about the settings of both files."""
