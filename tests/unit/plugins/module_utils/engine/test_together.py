"""Files that the policy says are read together, wherever they lie and whatever they are called."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import engine
from ansible_collections.mailwarden.policy.plugins.module_utils.policy.given import load
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource

MAIN = b"compatibility_level = 3.6\nsmtpd_tls_chain_files = /etc/mail.pem\n"
MASTER = b"submissions inet n - y - - smtpd\n  -o smtpd_tls_wrappermode=yes\n"
FILES = {"settings/mail.conf": MAIN, "services/mail.conf": MASTER}
SERVICES = {"services/mail.conf": "postfix/master"}
PAIR = {"format": "postfix/main", "with": "services/mail.conf"}


def units(policy: dict[str, Any], *paths: str) -> list[tuple[str, list[str]]]:
    report = engine.check(MemorySource(FILES), load({"files": policy}), paths)
    return [(one.unit.name, sorted(one.unit.texts)) for one in report.units]


@pytest.mark.parametrize(
    "paths",
    [
        pytest.param(tuple(FILES), id="both"),
        pytest.param(tuple(reversed(FILES)), id="the other way round"),
        pytest.param(("settings/mail.conf",), id="only the one that names the other"),
    ],
)
def test_together(paths: tuple[str, ...]) -> None:
    policy = {"settings/mail.conf": PAIR, **SERVICES}
    assert units(policy, *paths) == [("settings/mail.conf", ["main", "master"])]


def test_apart() -> None:
    policy = {"settings/mail.conf": "postfix/main", **SERVICES}
    assert sorted(units(policy, *FILES)) == [
        ("services/mail.conf", ["master"]),
        ("settings/mail.conf", ["main"]),
    ]


def test_a_file_of_the_same_role_is_no_partner() -> None:
    policy = {"settings/mail.conf": PAIR, "services/mail.conf": "postfix/main"}
    assert len(units(policy, *FILES)) == 2
