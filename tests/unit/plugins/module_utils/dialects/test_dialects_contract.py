"""What holds of every dialect, whatever its file says."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import dialects
from ansible_collections.mailwarden.policy.plugins.module_utils.dialects import files
from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import FIELDS
from ansible_collections.mailwarden.policy.plugins.module_utils.report.secrets import masked
from hypothesis import given
from hypothesis import strategies as st

from tests.support import contract
from tests.support.checkout import ROOT
from tests.support.dialects import readings

# The files of the cases that every dialect has (``test_contract.py`` asks for them).
FILES = [
    (name, path, content.decode())
    for name in sorted(dialects.ROWS)
    for case in contract.CASES
    for path, content in contract.files(name, case).items()
]

# The section of ``docs/formats.md`` about each application.
MANUALS = dict(
    section.split("\n", 1) for section in (ROOT / "docs/formats.md").read_text().split("\n### ")[1:]
)


@pytest.mark.parametrize("name", sorted(dialects.ROWS))
def test_every_row_says_where_its_facts_come_from(name: str) -> None:
    section = MANUALS[name.partition("-variables")[0]]
    known = any(f"\n{word}: " in section for word in ("Source", "Manual", "Run"))
    assert known is not dialects.ROWS[name].remembered


@pytest.mark.parametrize("name", [name for name, row in dialects.ROWS.items() if row.reader])
def test_every_reader_has_the_variant_of_the_row(name: str) -> None:
    """One that it has not would be read as its default."""
    row = dialects.ROWS[name]
    assert hasattr(files.LOADERS[row.reader](), row.variant), f"{row.reader} has no {row.variant}"


@pytest.mark.parametrize("name", sorted(dialects.ROWS))
def test_a_file_is_told_by_its_name_or_by_what_it_holds(name: str) -> None:
    row = dialects.ROWS[name]
    assert row.name == name
    assert row.files or (row.maybe and row.content)
    assert bool(row.maybe) == bool(row.content)


@given(
    file=st.sampled_from(FILES),
    at=st.integers(0, 250),
    length=st.integers(0, 12),
    put=st.one_of(st.just("{{ x }}"), st.text(max_size=4), st.sampled_from("\n:={}[]\"'#$,")),
)
def test_whatever_the_file_says(file: tuple[str, str, str], at: int, length: int, put: str) -> None:
    """Nothing raises, every field is accounted for, ids differ, and no secret is shown."""
    name, path, string = file
    changed = string[:at] + put + string[at + length :]
    # What was torn apart may be part of another value.
    whole = {line for line in string.splitlines() if contract.SECRET in line} <= set(
        changed.splitlines()
    )
    for reading in readings(name, changed, path):
        ids = [endpoint.id for endpoint in reading.endpoints]
        assert len(ids) == len(set(ids))
        for endpoint in reading.endpoints:
            assert 0 <= endpoint.place.start <= endpoint.place.end <= len(changed.encode())
            for field in FIELDS:
                known = getattr(endpoint, field) is not None
                assert (
                    known + (field in endpoint.undecided) + (field in endpoint.not_applicable) == 1
                )
            for why in (why for cause in endpoint.causes.values() for why in cause):
                assert contract.SECRET not in masked(why.text) or not whole


@pytest.mark.parametrize("name", dict.fromkeys(name for name, _path, _string in FILES))
def test_what_is_only_remembered_is_marked(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path, string = next((path, string) for known, path, string in FILES if known == name)
    assert not readings(name, string, path)[0].endpoints[0].tags
    remembered = dialects.ROWS[name]._replace(remembered=True)
    monkeypatch.setitem(dialects.ROWS, name, remembered)
    assert readings(name, string, path)[0].endpoints[0].tags == {"remembered"}
