"""A file that several formats claim, by its name or by what it holds."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import catalogue, engine
from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import (
    Endpoint,
    Problem,
    Reading,
    Unit,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import Report
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.options import Options
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.policy.given import load
from ansible_collections.mailwarden.policy.plugins.module_utils.source import Source
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import Assumptions
from ansible_collections.mailwarden.policy.plugins.module_utils.text.values import Value

PLAIN = {"protocol": "submission", "port": 587, "tls": "none", "auth": True, "usable": True}


def read(unit: Unit, source: Source, assume: Assumptions) -> Reading:
    """Read lines ``NAME_HOST = host``; anything else is no file of the dialect's."""
    del source, assume
    reading, text = Reading(), unit.texts.get("config")
    at = 0
    for line in text.string.splitlines(keepends=True) if text is not None else ():
        assert text is not None
        place = text.place(at, at + len(line.rstrip()))
        at += len(line)
        key, equals, host = line.strip().partition(" = ")
        if line.startswith("#"):
            continue
        if not equals:
            reading.problems.append(Problem("syntax-error", "no setting", place))
        elif key == unit.format.upper() + "_HOST":
            fields = {name: Value(value) for name, value in PLAIN.items()}
            fields["host"] = Value(host)
            name = f"{unit.format}:{host}"
            reading.endpoints.append(Endpoint(name, "client", unit.format, host, place, fields))
    return reading


MODULE = SimpleNamespace(
    units=lambda found, _source: [(path, {role: path}) for path, role in found.items()],
    read=read,
    edit=lambda *_all: None,
)


def row(name: str, **fields: Any) -> catalogue.Row:
    files = fields.pop("files", ())
    return catalogue.Row(name, name.title(), "", ("client",), lambda: MODULE, files, **fields)


@pytest.fixture(autouse=True)
def dialects(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three dialects: two that share a file type, and one with a name of its own."""
    env = (("env", "config"),)
    rows = {
        "one": row("one", maybe=env, content=("ONE_HOST",), files=(("one.ini", "config"),)),
        "two": row("two", maybe=env, content=("TWO_HOST", " = ")),
        "any": row("any", files=(("any/*.conf", "config"),)),
    }
    monkeypatch.setattr(catalogue, "dialects", lambda: rows)


def claims(path: str, content: str, policy: Policy | None = None, said: str = "") -> list[object]:
    source = MemorySource({path: content.encode()})
    look = catalogue.look(path, policy or Policy.default(), said, source)
    return [(name, "content" if name in look.by_content else "name") for name, _role in look.claims]


@pytest.mark.parametrize(
    ("path", "content", "expected"),
    [
        pytest.param("one.ini", "", [("one", "name")], id="by its name, whatever it holds"),
        pytest.param("a/any/x.conf", "", [("any", "name")], id="by a folder"),
        pytest.param(".env", "ONE_HOST = h\n", [("one", "content")], id="by what it holds"),
        pytest.param(".env", "TWO_HOST=h", [], id="not every word"),
        pytest.param(
            "a.env",
            "ONE_HOST = h\nTWO_HOST = h\n",
            [("one", "content"), ("two", "content")],
            id="of several",
        ),
        pytest.param("x.txt", "ONE_HOST = h\n", [], id="another ending"),
        pytest.param("main.cf", "ONE_HOST = h\n", [("postfix", "name")], id="a format goes first"),
    ],
)
def test_claims(path: str, content: str, expected: list[object]) -> None:
    assert claims(path, content) == expected


def test_what_is_said_of_a_file_is_exclusive() -> None:
    content = "ONE_HOST = h\nTWO_HOST = h\n"
    assert claims(".env", content, said="two") == [("two", "name")]
    assert claims(".env", content, load({"files": {".env": "any"}})) == [("any", "name")]
    none = {"files": {".env": {"format": "none", "reason": "a sample"}}}
    assert claims(".env", content, load(none)) == []


def test_what_is_nobodys_is_never_decoded() -> None:
    class Undecoded(MemorySource):
        def text(self, path: str) -> Any:
            raise AssertionError(path)

    source = Undecoded({".env": b"DATABASE_HOST = h\n", "one.env": b"\0\xff"})
    options = Options(skip_unknown=True)
    report = engine.check(source, Policy.default(), [".env", "one.env", "gone.env"], options)
    assert (report.files, report.unread, report.findings) == ([], [], [])


def judged(path: str, content: str) -> Report:
    source = MemorySource({path: content.encode()})
    return engine.check(source, Policy.default(), [path])


def test_a_file_of_two_has_the_endpoints_of_both() -> None:
    report = judged(".env", "ONE_HOST = a\nTWO_HOST = b\n")
    assert [shown.endpoint.id for _unit, shown in report.endpoints] == ["one:a", "two:b"]
    missing = [one.place.line for one in report.findings if one.rule == "starttls-missing"]
    assert missing == [1, 2]
    assert report.unread == []


@pytest.mark.parametrize(
    ("path", "content", "unread", "rules"),
    [
        pytest.param("one.ini", "x\n", 1, ["syntax-error"], id="by its name"),
        pytest.param(".env", "ONE_HOST = a\nx\n", 0, ["undecided"], id="by content alone"),
        pytest.param(".env", "ONE_HOST = {{ a }}\n", 0, ["undecided"], id="a template"),
        pytest.param(".env", "ONE_HOST = a\0\n", 0, ["undecided"], id="no text"),
        pytest.param("one.ini", "ONE_HOST = {{ a }}\n", 1, ["unreadable"], id="one by its name"),
    ],
)
def test_what_cannot_be_parsed(path: str, content: str, unread: int, rules: list[str]) -> None:
    report = judged(path, content)
    assert len(report.unread) == unread
    assert [finding.rule for finding in report.findings] == rules
    assert [shown.endpoint.id for _unit, shown in report.endpoints] == []


def test_a_suppression_is_unused_only_if_no_claim_needs_it() -> None:
    comment = "# mailwarden: ignore[starttls-missing] a closed network\n"
    report = judged(".env", f"ONE_HOST = a\n{comment}TWO_HOST = b\n{comment}X = c\n")
    found = {(one.rule, one.place.line): one.suppressed is not None for one in report.findings}
    assert found[("starttls-missing", 1)] is False
    assert found[("starttls-missing", 3)] is True
    assert [line for rule, line in found if rule == "suppression"] == [4]
