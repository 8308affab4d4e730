# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A setting that the program has renamed, ignores, or will drop.

It may still act today.  After the next upgrade it may not, and then TLS or authentication changes
without anybody having touched the file.

The program's release notes; the finding names what to write instead.

Wrong, main.cf:

    compatibility_level = 3.6
    smtpd_tls_chain_files = /etc/ssl/private/mail.pem
    smtpd_use_tls = yes

Wrong, master.cf:

    smtp inet n - n - - smtpd

Right, main.cf:

    compatibility_level = 3.6
    smtpd_tls_chain_files = /etc/ssl/private/mail.pem
    smtpd_tls_security_level = may

Right, master.cf:

    smtp inet n - n - - smtpd
"""

from __future__ import annotations

from ..engine.finding import Violation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator

    from ..endpoint import Remark
    from ..policy import Policy

SEVERITY = "note"
SCOPE = "setting"
SIDES = ("server", "client")
OPTIONS: dict[str, tuple[object, ...]] = {}


def check(remark: Remark, policy: Policy) -> Iterator[Violation]:
    """Yields what the format has to say about the setting."""
    setting = remark.setting
    yield Violation(remark.message, place=setting.place, cause=(setting,), fix=remark.fix)
