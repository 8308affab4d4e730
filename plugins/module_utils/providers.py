# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What well-known providers offer to mail programs.

A row is a group of hosts that offer the same.  A provider's page that lists its ports in full makes
a row complete: a port that is not on it is then a mistake.  Where a source only recommends, the row
is not complete, and only the mode of a listed port is judged.

ISPDB is Thunderbird's database of providers (github.com/thunderbird/autoconfig, commit c6ad796).
"""

from __future__ import annotations

from .ports import IMPLICIT, REQUIRED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple

    # Protocol, port, modes that a client may use there.
    Offer = tuple[str, int, tuple[str, ...]]
else:
    from .tuples import NamedTuple

# A client that takes STARTTLS where it is offered gets it as well: whether it may be stripped is
# the matter of other rules.
STARTTLS = (*REQUIRED, "starttls-optional")


class Provider(NamedTuple):
    """A group of hosts of one provider and what they offer."""

    hosts: tuple[str, ...]
    offers: tuple[Offer, ...]
    complete: bool = False


def _offers(
    protocol: str, implicit: tuple[int, ...] = (), starttls: tuple[int, ...] = ()
) -> tuple[Offer, ...]:
    return (
        *((protocol, port, IMPLICIT) for port in implicit),
        *((protocol, port, STARTTLS) for port in starttls),
    )


def _smtp(*hosts: str, implicit: tuple[int, ...] = (), starttls: tuple[int, ...] = ()) -> Provider:
    return Provider(hosts, _offers("submission", implicit, starttls))


def _all_of_it(row: Provider) -> Provider:
    """The row, known to be all that there is."""
    return row._replace(complete=True)


PROVIDERS: dict[str, tuple[Provider, ...]] = {
    # https://www.smtp2.cz/podporovane-smtp-porty ("overview of supported ports"): 5870 and 12345
    # are twins of 587 for networks that block it, 4650 of 465.
    "smtp2": (
        _all_of_it(
            _smtp(
                "smtp2.cz", "*.smtp2.cz",
                implicit=(465, 4650), starttls=(587, 5870, 12345, 25),
            )
        ),
    ),
    # https://developers.smtp2go.com/docs/smtp-relay ("SMTP Settings"); its names for regions are
    # mail-us, mail-eu, mail-eu2 and mail-au.
    "smtp2go": (
        _all_of_it(
            _smtp(
                "*.smtp2go.com",
                implicit=(465, 8465, 443), starttls=(587, 2525, 8025, 80, 25),
            )
        ),
    ),
    # https://docs.aws.amazon.com/ses/latest/dg/smtp-connect.html ("STARTTLS", "TLS Wrapper").
    "amazon-ses": (
        _all_of_it(
            _smtp(
                "email-smtp.*.amazonaws.com", "email-smtp-fips.*.amazonaws.com",
                implicit=(465, 2465), starttls=(587, 2587, 25),
            )
        ),
    ),
    # https://learn.microsoft.com/exchange/mail-flow-best-practices, "How to set up a multifunction
    # device or application to send email": port 587 (recommended) or 25.  The others: ISPDB,
    # office365.com.xml and hotmail.com.xml.
    "microsoft-365": (
        _all_of_it(_smtp("smtp.office365.com", starttls=(587, 25))),
        _smtp("smtp-mail.outlook.com", starttls=(587,)),
        Provider(
            ("outlook.office365.com",),
            (*_offers("imap", implicit=(993,)), *_offers("pop3", implicit=(995,))),
        ),
    ),
    # https://support.apple.com/102525 names one port for sending and one for fetching; the same in
    # ISPDB, me.com.xml.
    "icloud": (
        _all_of_it(_smtp("smtp.mail.me.com", starttls=(587,))),
        _all_of_it(Provider(("imap.mail.me.com",), _offers("imap", implicit=(993,)))),
    ),
    # https://support.google.com/a/answer/176600 (smtp.gmail.com, smtp-relay.gmail.com); ISPDB,
    # googlemail.com.xml.
    "gmail": (
        _smtp("smtp.gmail.com", implicit=(465,), starttls=(587,)),
        _smtp("smtp-relay.gmail.com", implicit=(465,), starttls=(587, 25)),
        Provider(("imap.gmail.com",), _offers("imap", implicit=(993,))),
        Provider(("pop.gmail.com",), _offers("pop3", implicit=(995,))),
    ),
    # ISPDB, yahoo.com.xml and aol.com.xml.
    "yahoo": (_smtp("smtp.mail.yahoo.com", "smtp.aol.com", implicit=(465,)),),
    # ISPDB, gmx.net.xml, gmx.com.xml and web.de.xml.
    "gmx": (
        _smtp("mail.gmx.net", "mail.gmx.com", "smtp.web.de", implicit=(465,), starttls=(587,)),
    ),
    # ISPDB, seznam.cz.xml.
    "seznam": (_smtp("smtp.seznam.cz", implicit=(465,)),),
}  # fmt: skip
