"""What the provider database held, by its commit (github.com/thunderbird/autoconfig)."""

from __future__ import annotations

from typing import NamedTuple


class Counts(NamedTuple):
    """Files, domains, and by protocol, port and socketType: entries, and those listed first."""

    files: int
    domains: int
    kinds: dict[str, tuple[int, int]]


COUNTS: dict[str, Counts] = {
    # 2026-03-12
    "c6ad79659b5fc321d1593ec4c277815b83e5dec5": Counts(
        163,
        963,
        {
            "smtp 465 SSL": (99, 97),
            "smtp 587 STARTTLS": (63, 31),
            "smtp 587 plain": (24, 23),
            "smtp 25 plain": (10, 10),
            "smtp 25 STARTTLS": (4, 0),
            "smtp 587 SSL": (1, 1),
            "smtp 586 SSL": (1, 1),
            "imap 993 SSL": (117, 116),
            "imap 143 STARTTLS": (22, 2),
            "imap 143 plain": (2, 2),
            "imap 587 STARTTLS": (1, 0),
            "pop3 995 SSL": (108, 108),
            "pop3 110 plain": (34, 33),
            "pop3 110 STARTTLS": (22, 4),
            "pop3 993 SSL": (1, 1),
        },
    ),
}
