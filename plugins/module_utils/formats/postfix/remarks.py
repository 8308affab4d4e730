# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Settings that do nothing where they stand, and those that Postfix is giving up."""

from __future__ import annotations

from ...endpoint import Remark
from .parameters import entry_setting, option_setting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Iterator, List, Tuple

    from ...endpoint import Reading, Setting
    from .configuration import Configuration

INEFFECTIVE = "setting-ineffective"


def add(configuration: Configuration, reading: Reading) -> None:
    """Add what there is to say about the settings of both files."""
