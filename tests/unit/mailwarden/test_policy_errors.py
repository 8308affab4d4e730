"""What is wrong with a policy file, and where."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import PolicyErrors
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import load

from mailwarden.config import parsed
from mailwarden.policy_errors import explained


def told(text: str) -> list[str]:
    """The lines that a user gets for a policy file."""
    data = text.encode()
    with pytest.raises(PolicyErrors) as caught:
        load(parsed(data, "policy"))
    return explained(data, caught.value).splitlines()


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


def test_one_error_is_not_told_twice() -> None:
    assert told("profile: x\n")[0] == "1 error in the policy"
