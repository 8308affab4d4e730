"""The schemas: current, equal to what checks a policy, and true of real reports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import engine
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import PolicyErrors
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.policy.check import check
from ansible_collections.mailwarden.policy.plugins.module_utils.policy.table import POLICY, Kind
from ansible_collections.mailwarden.policy.plugins.module_utils.report import as_data
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource
from hypothesis import given, settings
from hypothesis import strategies as st

from mailwarden import schemas
from tests.support.properties import examples

FOLDER = Path(__file__).resolve().parents[3] / "schemas"
VALIDATOR = jsonschema.Draft202012Validator(schemas.policy())


@pytest.mark.parametrize("name", schemas.written())
def test_the_schemas_in_the_repository_are_current(name: str) -> None:
    current = (FOLDER / name).read_text(encoding="utf-8") == schemas.written()[name]
    assert current, "run: .venv/bin/python -m mailwarden.schemas"


@pytest.mark.parametrize("make", schemas.SCHEMAS.values())
def test_a_schema_is_one(make: Any) -> None:
    jsonschema.Draft202012Validator.check_schema(make())


SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "text": st.sampled_from(["a reason", "x"]),
    "endpoint": st.sampled_from(["postfix:smtp/inet", "msmtp:*"]),
    "flag": st.booleans(),
    "port": st.integers(1, 65535),
    "date": st.dates().map(str),
    "version": st.sampled_from(["3", "3.10", "3.7.11"]),
    "path": st.sampled_from(["a/b", "*.cf", "**", "a/..b", "hosts/**/main.cf"]),
    "target": st.sampled_from(["/", "/etc/postfix"]),
    "network": st.ip_addresses(v=4).map(lambda one: f"{one}/32"),
    "address": st.ip_addresses().map(str),
    "host": st.sampled_from(["mail.example.org", "*.example.org"]),
    "format": st.sampled_from(["postfix", "postfix/main", "msmtp"]),
    "placeholder": st.sampled_from(["[[NAME]]", "PH-NAME"]),
    "program": st.sampled_from(["postfix", "thunderbird", "msmtp"]),
    "owner": st.sampled_from(["postfix", "postfix/main", "none"]),
}
JUNK = st.sampled_from(
    [None, "", " ", 0, -1, 3.5, True, False, "off", [], {}, ["x"], {"x": 1}, "../x"]
)


def values(kind: Kind) -> st.SearchStrategy[Any]:
    """Values that fit a kind."""
    if kind.form == "choice":
        return st.sampled_from(kind.values)
    if kind.form == "either":
        return st.one_of(*(values(one) for one in kind.kinds))
    if kind.form == "list":
        assert kind.of
        return st.lists(values(kind.of), max_size=2)
    if kind.form == "map":
        assert kind.of
        assert kind.names
        return st.dictionaries(values(kind.names), values(kind.of), max_size=2)
    if kind.form == "record":
        must = {key.name: values(key.kind) for key in kind.keys if key.required}
        may = {key.name: values(key.kind) for key in kind.keys if not key.required}
        return st.fixed_dictionaries(must, optional=may)
    return SCALARS[kind.form]


def accepted(data: Any) -> bool:
    """Whether the engine takes the policy, what no single value shows aside."""
    try:
        check(data)
    except PolicyErrors as errors:
        joint = (
            "one finding at a time",
            "no provider of this name",
            "needs reason: why a file",
            "goes with a format",
        )
        return all(any(words in one.message for words in joint) for one in errors.errors)
    return True


@given(values(POLICY))
@settings(max_examples=examples(150), deadline=None)
def test_what_the_table_describes_fits_the_table_and_the_schema(data: Any) -> None:
    assert accepted(data)
    assert VALIDATOR.is_valid(data), list(VALIDATOR.iter_errors(data))


@given(values(POLICY), st.data())
@settings(max_examples=examples(300), deadline=None)
def test_table_and_schema_refuse_the_same(data: Any, draw: st.DataObject) -> None:
    spoiled = spoil(data, draw)
    assert accepted(spoiled) == VALIDATOR.is_valid(spoiled)


def spoil(data: Any, draw: st.DataObject) -> Any:
    """The data with one value replaced by junk, or one key misspelt."""
    if isinstance(data, dict) and data and draw.draw(st.booleans()):
        key = draw.draw(st.sampled_from(sorted(data)))
        if draw.draw(st.booleans()):
            return {**data, key: spoil(data[key], draw)}
        return {**{one: value for one, value in data.items() if one != key}, key + "?": data[key]}
    if isinstance(data, list) and data and draw.draw(st.booleans()):
        return [spoil(data[0], draw), *data[1:]]
    return draw.draw(JUNK)


ACCOUNT = "account {}\nhost mail.example.com\nport {}\ntls {}\nauth plain\nuser jo\n"
REASON = "# mailwarden: ignore[starttls-missing] known\n"
OPEN = "smtpd_tls_security_level = $mode\nimport_environment = mode\n"
SERVICES = "25 inet n - n - - smtpd\n587 inet n - n - - smtpd\n"
REPORTS = [
    pytest.param({"msmtprc": ACCOUNT.format("a", 587, "on")}, id="right"),
    pytest.param({"msmtprc": ACCOUNT.format("a", 465, "on")}, id="a fix"),
    pytest.param({"msmtprc": ACCOUNT.format("a", 587, "off")}, id="cleartext"),
    pytest.param({"msmtprc": ACCOUNT.format("a", "x", "maybe")}, id="syntax"),
    pytest.param({"msmtprc": REASON + ACCOUNT.format("a", 587, "off")}, id="suppressed"),
    pytest.param({"main.cf": "smtpd_tls_security_level = may\n"}, id="one half of Postfix"),
    pytest.param({"main.cf": OPEN, "master.cf": SERVICES}, id="Postfix"),
    pytest.param({"msmtprc": "a\0b"}, id="unreadable"),
]


@pytest.mark.parametrize("files", REPORTS)
def test_reports_fit_their_schema(files: dict[str, str]) -> None:
    source = MemorySource({path: text.encode() for path, text in files.items()})
    report = engine.check(source, Policy.default(), list(files))
    data = json.loads(json.dumps(as_data(report, "0")))
    jsonschema.validate(data, schemas.report(), jsonschema.Draft202012Validator)


def test_declared_endpoints_fit_their_schema() -> None:
    one = {"side": "client", "host": "mail.example.org", "protocol": "imap", "port": 993,
           "tls": "implicit", "certificate_verified": "full"}  # fmt: skip
    validator = jsonschema.Draft202012Validator(schemas.endpoints())
    assert validator.is_valid({"endpoints": [one]})
    assert not validator.is_valid({"endpoints": [{**one, "tls": "ssl"}]})
    assert not validator.is_valid({"endpoints": [{**one, "prot": 993}]})
    assert not validator.is_valid({"endpoints": [{"side": "client"}]})
