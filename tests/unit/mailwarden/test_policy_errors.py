"""What is wrong with a policy file, and where."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError

from mailwarden import config


def told(text: str) -> list[str]:
    """The lines that a user gets for a policy file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "policy"
        path.write_text(text)
        with pytest.raises(MailwardenError) as caught:
            config.load(str(path))
    return caught.value.reason.splitlines()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param("profil: strict\n", "1:1: profil: unknown key", id="key"),
        pytest.param("# x\nprofile: lax\n", "2:1: profile: is 'lax'", id="value"),
        pytest.param("rules:\n  tls-auto: x\n", "2:3: rules.tls-auto: is 'x'", id="nested"),
        pytest.param("rules: {tls-auto: x}\n", "1:9: rules.tls-auto: is 'x'", id="flow"),
        pytest.param("ports:\n  - port: 1\n", "2:5: ports[0]: needs", id="item"),
        pytest.param(
            "internal:\n  ports:\n  - 25\n  - x\n", "4:5: internal.ports[1]: is 'x'", id="scalar"
        ),
        pytest.param("- a\n", "1:1: is a list; wanted: a mapping", id="no mapping"),
    ],
)
def test_an_error_has_line_and_column(text: str, place: str) -> None:
    assert told(text)[1].strip().startswith(place)


def test_every_error_is_told_in_the_order_of_the_file() -> None:
    lines = told("rules:\n  a: off\nprofile: x\nports: 3\nb: 1\n")
    assert lines[0] == "4 errors in the policy"
    assert [line.split(":")[0].strip() for line in lines[1:]] == ["2", "3", "4", "5"]


def test_a_key_that_stands_twice_is_told() -> None:
    lines = told("rules: {}\nprofile: x\nrules: {}\n")
    assert "  3:1: this key stands twice" in lines


@pytest.mark.parametrize(
    ("text", "places"),
    [
        pytest.param("profile: strict\nprofile: strict\n", ["2:1"], id="nothing else is wrong"),
        pytest.param("roots: {a: /, b: /x, a: /y}\n", ["1:22"], id="flow"),
        pytest.param("rules: {}\nrules: {}\nfiles: {}\nfiles: {}\n", ["2:1", "4:1"], id="two"),
    ],
)
def test_a_policy_that_is_valid_but_for_it(text: str, places: list[str]) -> None:
    assert told(text)[1:] == [f"  {place}: this key stands twice" for place in places]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x: &x {tls-auto: note}\nrules: {<<: *x, tls-auto: error}\n", id="over <<"),
        pytest.param(
            "x: {y: &a {<<: &b {tls-auto: off}, tls-auto: note}}\nrules: {<<: *a}\n", id="deep"
        ),
    ],
)
def test_a_key_over_a_merged_one_stands_once(text: str) -> None:
    assert not [line for line in told(text) if "twice" in line]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            "ignore:\n- rule: tls-auto\n  reason: x\n  until: 2027-13-01\n",
            "4:3: ignore[0].until: is '2027-13-01'; wanted: a date",
            id="month",
        ),
        pytest.param(
            "internal:\n  ports: [0x_]\n", "2:11: internal.ports[0]: is '0x_'", id="number"
        ),
        pytest.param("public_mx: !!bool x\n", "1:1: public_mx: is 'x'", id="tag"),
    ],
)
def test_what_only_looks_like_a_date_or_number(text: str, said: str) -> None:
    assert told(text)[1].strip().startswith(said)


def test_one_error_is_not_told_twice() -> None:
    assert told("profile: x\n")[0] == "1 error in the policy"
