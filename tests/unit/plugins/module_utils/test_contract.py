"""What every format and dialect of the catalogue keeps to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import catalogue, engine, report
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import Report
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.options import Options
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Hole
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.__main__ import HoledSource
from tests.support.checkout import ROOT
from tests.support.contract import CASES, FOLDER, NONE, SECRET, files, judged, shown
from tests.support.nulls import unsaid

NAMES = catalogue.names()
# Programs whose files have no secrets: dma keeps its own in auth.conf.
WITHOUT_SECRETS = ("dma",)
HELD = {(name, case): files(name, case) for name in NAMES for case in CASES}
RUNS = [key for key, held in HELD.items() if held]
# Fields that each endpoint has a reason for; the others may be so for every file.
CAUSED = ("port", "tls", "auth")
# What is put into files, besides any bytes: what opens, closes, escapes, refers and goes on.
SIGNS = ["\n", "\\\n", "\\", *"\"'{}[]<&#=:", "${x}", "$x"]


@pytest.fixture(scope="module")
def runs() -> dict[tuple[str, str], tuple[Report, dict[str, Any]]]:
    """Every case, judged once, with its report as data."""
    checked = {key: judged(HELD[key]) for key in RUNS}
    return {key: (one, report.as_data(one, "0")) for key, one in checked.items()}


Runs = dict[tuple[str, str], tuple[Report, dict[str, Any]]]


@pytest.mark.parametrize("name", NAMES)
def test_every_case_is_there(name: str) -> None:
    """A case that a format cannot have has a ``none.txt`` that says why."""
    folder = FOLDER / name
    why_not = [case for case in CASES if (folder / case / NONE).is_file()]
    missing = [case for case in CASES if not HELD[name, case] and case not in why_not]
    assert not missing, "\n".join(
        f"put the program's files, under their real names, in {folder.relative_to(ROOT)}/{case}/: "
        f"{CASES[case]}" + (f"; or a {NONE} that says why not" if case != "secure" else "")
        for case in missing
    )
    assert "secure" not in why_not
    for case in why_not:
        assert (folder / case / NONE).read_text().strip(), f"{folder / case / NONE} says no reason"


@pytest.mark.parametrize("name", NAMES)
def test_the_manual_has_a_section(name: str) -> None:
    """The variables of an application are in the application's."""
    headings = re.findall(r"(?m)^#{2,3} (.+)$", (ROOT / "docs/formats.md").read_text())
    assert name.removesuffix("-variables") in headings, (
        f"say in docs/formats.md, under a heading {name!r}, what surprises in these files"
    )


def test_no_case_is_of_nobody() -> None:
    nobody = {path.name for path in FOLDER.iterdir()} - set(NAMES)
    assert not nobody, f"the catalogue has no format of these names: {sorted(nobody)}"


def severities(data: dict[str, Any]) -> set[str]:
    return {finding["severity"] for finding in data["findings"]}


def modes(data: dict[str, Any]) -> list[str]:
    return [endpoint["tls"] for endpoint in data["endpoints"] if endpoint["tls"]]


@pytest.mark.parametrize("name", [name for name, case in RUNS if case == "secure"])
def test_secure(name: str, runs: Runs) -> None:
    _checked, data = runs[name, "secure"]
    assert severities(data) <= {"note"}, data["findings"]
    assert modes(data)
    assert set(modes(data)) <= {"implicit", "starttls-required"}


@pytest.mark.parametrize("name", [name for name, case in RUNS if case == "optional"])
def test_optional(name: str, runs: Runs) -> None:
    assert "starttls-optional" in modes(runs[name, "optional"][1])


@pytest.mark.parametrize("name", [name for name, case in RUNS if case == "plaintext"])
def test_plaintext(name: str, runs: Runs) -> None:
    _checked, data = runs[name, "plaintext"]
    assert "none" in modes(data)
    assert severities(data) & {"error", "warning"}


@pytest.mark.parametrize("name", [name for name, case in RUNS if case == "missing"])
def test_missing(name: str, runs: Runs) -> None:
    _checked, data = runs[name, "missing"]
    whys = [why for endpoint in data["endpoints"] for why in causes(endpoint)]
    assert any(why["path"] is None and "default" in why["text"] for why in whys), whys


@pytest.mark.parametrize("name", [name for name, case in RUNS if case == "hole"])
def test_hole(name: str, runs: Runs) -> None:
    """What is filled in decides by its name, which stands in the file."""
    _checked, data = runs[name, "hole"]
    open_fields = [one for endpoint in data["endpoints"] for one in endpoint["undecided"].values()]
    names = {decider for one in open_fields for decider in one["depends_on"]}
    content = b"".join(HELD[name, "hole"].values()).decode()
    assert any(decider in content for decider in names), (
        f"what is open depends on {sorted(names)}, and none of these stands in the files: does the "
        "module's PLACEHOLDERS name the form?"
    )


def causes(endpoint: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for field in endpoint["causes"].values():
        yield from field


@pytest.mark.parametrize(("name", "case"), RUNS)
def test_what_every_run_keeps_to(name: str, case: str, runs: Runs) -> None:
    checked, data = runs[name, case]
    assert data["unread"] == []
    assert unsaid(data) == []
    ids = [endpoint["id"] for endpoint in data["endpoints"]]
    assert ids
    assert len(ids) == len(set(ids))
    sizes = {path: held.count(b"\n") + 1 for path, held in HELD[name, case].items()}
    for endpoint in data["endpoints"]:
        for field in CAUSED:
            assert endpoint[field] is None or endpoint["causes"].get(field), (endpoint["id"], field)
        for why in (endpoint, *causes(endpoint)):
            assert why["path"] is None or 1 <= why["line"] <= sizes[why["path"]]
    for finding in data["findings"]:
        assert 1 <= finding["line"] <= finding["end_line"] <= sizes[finding["path"]]
    for text in checked.texts.values():
        assert text.path in sizes


@pytest.mark.parametrize(("name", "case"), RUNS)
def test_a_file_is_told_without_help_and_has_one_owner(name: str, case: str, runs: Runs) -> None:
    """Two claims of one endpoint at the same span would be an error in the catalogue."""
    checked, _data = runs[name, case]
    assert {unit.format for unit, _endpoint in checked.endpoints} == {name}
    spans = [shown.endpoint.place for _unit, shown in checked.endpoints]
    assert all(0 <= at.start <= at.end <= len(HELD[name, case][at.path]) for at in spans)


@pytest.mark.parametrize("name", NAMES)
def test_no_planted_secret_is_shown(name: str, runs: Runs) -> None:
    planted = [case for case in CASES if SECRET.encode() in b"".join(HELD[name, case].values())]
    assert planted or name in WITHOUT_SECRETS, (
        f"let a password in {(FOLDER / name).relative_to(ROOT)} be {SECRET}, or add {name!r} to "
        "WITHOUT_SECRETS if its files hold none"
    )
    for case in planted:
        assert SECRET not in shown(runs[name, case][0])


@pytest.mark.parametrize("name", dict.fromkeys(name for name, _case in RUNS))
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_whatever_bytes_and_holes(name: str, data: st.DataObject) -> None:
    """Nothing raises, a field that is null says why, and no finding is outside of its file."""
    case = data.draw(st.sampled_from([case for case in CASES if HELD[name, case]]))
    held, holes = dict(HELD[name, case]), {}
    path = data.draw(st.sampled_from(sorted(held)))
    at = data.draw(st.integers(0, len(held[path])))
    length = data.draw(st.integers(0, 20))
    put = data.draw(st.one_of(st.binary(max_size=6), st.sampled_from(SIGNS).map(str.encode)))
    held[path] = held[path][:at] + put + held[path][at + length :]
    for place in data.draw(st.lists(st.integers(0, len(held[path])), max_size=3)):
        holes[place] = Hole("x")
    source = HoledSource(held, {path: holes})
    options = Options(formats=dict.fromkeys(held, name))
    checked = report.as_data(engine.check(source, Policy.default(), list(held), options), "0")
    assert unsaid(checked) == []
    for finding in checked["findings"]:
        assert 1 <= finding["line"] <= held[finding["path"]].count(b"\n") + 1
