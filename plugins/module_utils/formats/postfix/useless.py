# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Why a peer of smtpd gets nothing done, in words and by settings; loaded where one does not."""

from __future__ import annotations

from ... import peers
from ...text.values import any_true, causes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...shapes.server import Why
    from .smtpd import Sides, Smtpd


def words(smtpd: Smtpd, sides: Sides) -> str:
    """Why nothing gets done, where that is so."""
    if sides.possible is False and True in (smtpd.enforced, sides.wrapper):
        return without_tls(smtpd)
    if smtpd.enforced is True and sides.offered is False and sides.wrapper is False:
        return "STARTTLS is demanded and not offered"
    if any_true([sides.login_before, sides.login_after]) is not False:
        return "every recipient is refused, after a login too"
    if smtpd.sasl.enabled is not False:
        return "no login is possible, and without one every recipient is refused"
    return "every recipient is refused"


def without_tls(smtpd: Smtpd) -> str:
    """Why TLS does not work, where that is so."""
    if smtpd.certificate.works is not False:
        return "no TLS version is left"
    named = any(one.place is not None and one.value for one in smtpd.certificate.why)
    return "the certificate or its key is not there" if named else "there is no certificate"


def settings(smtpd: Smtpd, refusing: Why, stopping: Why = ()) -> Why:
    """The settings that decide whether anything gets done, the one to be edited last."""
    broken = smtpd.certificate.works is False or smtpd.versions.lowest is None
    if broken and True in (smtpd.enforced, smtpd.level.wrapper):
        # Without TLS nothing else is ever asked for.
        return causes(smtpd.level.why, smtpd.broken_why())
    hidden = smtpd.discard_why if smtpd.discards("starttls", peers.ORDINARY) is True else ()
    refusing = tuple(one for one in refusing if one not in stopping)
    why = causes(smtpd.level.why, smtpd.certificate.why, smtpd.sasl.why, hidden)
    return causes(why, refusing, stopping)
