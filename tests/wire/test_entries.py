"""Entries are never removed: entries.txt names them all, and has only ever grown.

`python -m tests.wire.test_entries` adds what is new in the tables to the list.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from .table import TABLES, load_seen, load_table

LIST = Path(__file__).parent / "entries.txt"
LEAST = {
    "postfix_server": 80,
    "postfix_client": 30,
    "postfix_dovecot_server": 10,
    "dovecot_server": 70,
    "dovecot_client": 10,
    "msmtp_client": 15,
}


def listed() -> list[str]:
    return LIST.read_text("utf-8").split() if LIST.exists() else []


def in_the_tables() -> list[str]:
    return [f"{name}/{case.id}" for name in TABLES for case in load_table(name)]


def ever_listed() -> set[str]:
    """What the history of the list ever had, as far as the checkout knows it."""
    git = ("git", "-C", str(LIST.parent), "-c", "safe.directory=*")
    command = (*git, "log", "-p", "--format=", "--", LIST.name)
    history = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return {line[1:] for line in history.splitlines() if line[:1] == "+" and line[1:2] != "+"}


def test_the_tables_have_every_listed_entry() -> None:
    assert sorted(set(listed()) - set(in_the_tables())) == []


def test_the_list_has_every_entry() -> None:
    assert sorted(set(in_the_tables()) - set(listed())) == []


@pytest.mark.needs_command("git")
def test_the_list_has_only_grown() -> None:
    if not (LIST.parents[2] / ".git").exists():
        pytest.skip("the list's history is not here; run: make test, in a clone")
    assert sorted(ever_listed() - set(listed())) == []


@pytest.mark.parametrize("name", TABLES)
def test_every_entry_of_a_large_table_is_recorded(name: str) -> None:
    cases = load_table(name)
    assert len(cases) >= LEAST[name]
    assert [case.id for case in cases if not load_seen(case)] == []


if __name__ == "__main__":
    known = listed()
    known += [name for name in in_the_tables() if name not in known]
    LIST.write_text("".join(f"{name}\n" for name in known), "utf-8")
