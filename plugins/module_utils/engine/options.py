# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a caller of the engine decides about a run."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Mapping, NamedTuple
else:
    from ..tuples import NamedTuple


class Options(NamedTuple):
    """What a caller decides about one run, beyond the policy.

    ``formats`` says what a path is (``--as``), for paths that do not show it themselves;
    ``programs`` are versions that the caller has found out, which go before the policy's;
    ``facts`` are what the caller knows beyond the files (``sasl-mechanisms:dovecot``);
    ``today`` is an ISO date, for suppressions that end; empty means that none has ended;
    so many ``combinations`` of answers are tried before questions stay open;
    ``step`` hears the name of each unit before it is judged.
    """

    formats: Mapping[str, str] = {}
    programs: Mapping[str, str] = {}
    facts: Mapping[str, str] = {}
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    suppressions: bool = True
    skip_unknown: bool = False
    fixes: bool = True
    today: str = ""
    step: Callable[[str], object] = str
    combinations: int = 64
