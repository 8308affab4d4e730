# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Files that only their content makes a format's, and that cannot be parsed.

Such a file is another program's, or a template of one: no error.  The words of a mail setting stand
in it, so that it may define clients; that is noted.
"""

from __future__ import annotations

from ..endpoint import Reading
from ..text.place import Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..catalogue import Row
    from ..endpoint import Unit


def noted(unit: Unit, row: Row, reading: Reading) -> Reading:
    """The reading with nothing in it but the note: what may be there, and the first place."""
    places = [problem.place for problem in reading.problems]
    place = places[0] if places else Place(unit.name, 1, 1, 1, 1, 0, 0)
    left = Reading()
    left.clients.append((f"{place.path} (cannot be read as {row.title})", place))
    return left
