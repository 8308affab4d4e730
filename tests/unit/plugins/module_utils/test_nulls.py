"""A field of a report is null only where it is undecided or does not apply, and says which."""

from __future__ import annotations

import random

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import engine, report
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource

from tests.fuzz import __main__ as fuzz
from tests.support.nulls import unsaid

DESTINATIONS = (
    "[", "]", "[]", "[h", "[h]:x", ":", "[h]:", "h:", "[h]:99999", "[::1]:0", "$x", "[ipv6:x]:25",
    "(", ",", "[h]:587junk", "[h]:0", "unix:", "smtp:[", "h:x:y",
)  # fmt: skip


@pytest.mark.parametrize("destination", DESTINATIONS)
def test_a_destination_that_is_none(destination: str) -> None:
    text = (
        f"relayhost = {destination}\ntransport_maps = inline:{{ {{a.b = smtp:{destination}}} }}\n"
    )
    files = {"main.cf": b"compatibility_level = 3.6\n" + text.encode()}
    data = report.as_data(engine.check(MemorySource(files), Policy.default(), ["main.cf"]), "0")
    clients = [one for one in data["endpoints"] if one["side"] == "client"]
    assert clients
    assert unsaid(data) == []


@pytest.fixture(scope="module")
def corpus() -> dict[str, list[bytes]]:
    """Real files by name."""
    return fuzz.corpus()


@pytest.mark.parametrize("seed", range(30))
def test_what_the_fuzzer_makes(corpus: dict[str, list[bytes]], seed: int) -> None:
    """Raises where a field is null without a reason, and for all else that the fuzzer looks for."""
    chance = random.Random(seed)
    for names in fuzz.TOGETHER:
        files = {
            name: fuzz.mutated(chance, chance.choice(corpus[name]), corpus[name]) for name in names
        }
        made = {name: fuzz.holes(chance, data, corpus[name]) for name, data in files.items()}
        fuzz.judged(files, made)
