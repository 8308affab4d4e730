"""Equal keys in one table, and tables that Postfix refuses.

postmap keeps the first and warns, ``inline:`` takes the last, and ``texthash:`` fails every lookup
(seen on the wire: ``policy-twice`` and its like).
"""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import engine
from ansible_collections.mailwarden.policy.plugins.module_utils.formats.postfix import (
    entries,
    lookups,
    tables,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.formats.postfix.entries import (
    NO_EQUALS,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.formats.postfix.parameters import (
    Parameters,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.formats.postfix.syntax import (
    read_main,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import Assumptions
from ansible_collections.mailwarden.policy.plugins.module_utils.text.budget import Budget

SOURCE = MemorySource({"/etc/postfix/t": b"a one\nA two\n"})
ANSWERS = [
    ("hash:/etc/postfix/t", "one"),
    ("btree:/etc/postfix/t", "one"),
    ("inline:{a=one, a=two}", "two"),
]
TWICE = "texthash:/etc/postfix/t"


@pytest.mark.parametrize(("spec", "value"), ANSWERS)
def test_lookups(spec: str, value: str) -> None:
    main = read_main(Text.of("/etc/postfix/main.cf", f"transport_maps = {spec}\n"))
    parameters = Parameters("trivial-rewrite", main, None, Assumptions({"postfix": "3.7"}))
    found = lookups.opened("transport_maps", parameters, SOURCE, "/etc/postfix/main.cf")
    entry = lookups.find(found, "a", Budget())
    assert isinstance(entry, entries.Entry)
    assert entry.value == value


@pytest.mark.parametrize(("spec", "value"), [one for one in ANSWERS if "inline" not in one[0]])
def test_tables(spec: str, value: str) -> None:
    table = tables.opened(spec, SOURCE, "/etc/postfix/main.cf", Assumptions({"postfix": "3.7"}))
    assert table is not None
    assert [rule.value for rule in table.entries if rule.key == "a"] == [value]


def test_a_table_that_is_read_as_it_is_fails() -> None:
    main = read_main(Text.of("/etc/postfix/main.cf", f"transport_maps = {TWICE}\n"))
    parameters = Parameters("trivial-rewrite", main, None, Assumptions({"postfix": "3.7"}))
    found = lookups.opened("transport_maps", parameters, SOURCE, "/etc/postfix/main.cf")
    for key in ("a", "b"):
        entry = lookups.find(found, key, Budget())
        assert isinstance(entry, entries.Entry)
        assert entry.fault == "A stands twice in the table, so every lookup in it fails"
        assert entry.setting.place is not None
        assert entry.setting.place.line == 2


def test_what_such_a_table_says_of_peers_is_not_guessed() -> None:
    assert tables.opened(TWICE, SOURCE, "/etc/postfix/main.cf", Assumptions({})) is None


@pytest.mark.parametrize(
    ("table", "fails"),
    [
        ("{ a=may }", False),
        ("{ {a = may} }", False),
        # postmap of Postfix 3.7 and 3.10: "missing '=' after attribute name".
        ("{ a = may }", True),
        ("{ {a may} }", True),
        ("{ {[h.example]:587 = may}, bob:hunter2 }", True),
    ],
)
def test_an_entry_without_an_equals_sign_fails_its_table(table: str, fails: bool) -> None:
    main = f"relayhost = [h.example]:587\nsmtp_tls_policy_maps = inline:{table}\n"
    files = {"main.cf": main.encode(), "master.cf": b"smtp unix - - n - - smtp\n"}
    report = engine.check(MemorySource(files), Policy.default(), list(files))
    said = [one.message for one in report.findings]
    dead = [one.message for one in report.findings if one.rule == "endpoint-unusable"]
    assert any(NO_EQUALS in one for one in dead) is fails
    assert not any("hunter2" in one for one in said)
    assert not (fails and any("no next hop is spelled" in one for one in said))
