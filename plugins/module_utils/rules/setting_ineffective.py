# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A TLS or AUTH setting that does not act where it stands.

The files look right and the wire does not: `-o` lines below a head that is commented out belong
to the service above it, which is an error where they decide about TLS, logins or restrictions; a
setting of `main.cf` with a blank in front is part of the setting above it; the `-o` lines of the
first of two entries for one service are lost; a key of a map that stands twice, or that cannot
match anything; a PROXY line that is expected from a content filter too; `tls_starttls off` without
`tls on`; an entry of an autoconfig file that Thunderbird passes over.  What a reader of the file
believes and what the program does are two things.

The program's own manual says which setting acts where; the finding names it.

Wrong, msmtprc:

    account work
    host mail.example.com
    port 587
    tls_starttls on

Right, msmtprc:

    account work
    host mail.example.com
    port 587
    tls on
    tls_starttls on
"""

from __future__ import annotations

from ..engine.finding import Violation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

    from ..endpoint import Remark
    from ..policy import Policy

SEVERITY = "warning"
SCOPE = "setting"
SIDES = ("server", "client")
OPTIONS: dict[str, tuple[object, ...]] = {}


def check(remark: Remark, policy: Policy) -> Iterator[Violation]:
    """Yields what the format has to say about the setting."""
    setting = remark.setting
    yield Violation(
        remark.message,
        place=setting.place,
        cause=(setting,),
        severity=remark.severity,
        fix=remark.fix,
    )
