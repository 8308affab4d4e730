"""Equal keys in one table: postmap keeps the first and warns, inline: takes the last."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.assume import Assumptions
from ansible_collections.mailwarden.policy.plugins.module_utils.formats.postfix import (
    entries,
    lookups,
    tables,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.formats.postfix.parameters import (
    Parameters,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.formats.postfix.syntax import (
    read_main,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.source import MemorySource
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text

SOURCE = MemorySource({"/etc/postfix/t": b"a one\nA two\n"})
# As postmap of Postfix 3.7 answers when it is asked for "a".
ANSWERS = [
    ("hash:/etc/postfix/t", "one"),
    ("btree:/etc/postfix/t", "one"),
    ("texthash:/etc/postfix/t", "one"),
    ("inline:{a=one, a=two}", "two"),
]


@pytest.mark.parametrize(("spec", "value"), ANSWERS)
def test_lookups(spec: str, value: str) -> None:
    main = read_main(Text.of("/etc/postfix/main.cf", f"transport_maps = {spec}\n"))
    parameters = Parameters("trivial-rewrite", main, None, Assumptions({"postfix": "3.7"}))
    found = lookups.opened("transport_maps", parameters, SOURCE, "/etc/postfix/main.cf")
    entry = lookups.find(found, "a")
    assert isinstance(entry, entries.Entry)
    assert entry.value == value


@pytest.mark.parametrize(("spec", "value"), [one for one in ANSWERS if "inline" not in one[0]])
def test_tables(spec: str, value: str) -> None:
    table = tables.opened(spec, SOURCE, "/etc/postfix/main.cf", Assumptions({"postfix": "3.7"}))
    assert table is not None
    assert [rule.value for rule in table.entries if rule.key == "a"] == [value]
