"""Where ansible-lint's comment counts in YAML; in other files it is a suppression of our own."""

from __future__ import annotations

import pytest

from mailwarden import noqa

RULE = "starttls-missing"
COMMENT = f"# noqa: mailwarden[{RULE}]"
# The first lines are of no task; tasks begin in the lines with a dash.
LINES = ["---", "a: 1", "b: 2", "", "- first", "  x", "", "- second", "  y", "  z"]
STARTS = [5, 8]


@pytest.mark.parametrize(
    ("at", "line", "hides"),
    [
        pytest.param("b: 2", 3, True, id="behind the line"),
        pytest.param("b: 2", 2, False, id="behind the next line"),
        pytest.param("  x", 6, True, id="behind a line of the task"),
        pytest.param("  x", 5, True, id="behind another line of the task"),
        pytest.param("  x", 9, False, id="in another task"),
        pytest.param("- second", 10, True, id="behind the first line of the task"),
        pytest.param("  z", 9, True, id="behind the last line"),
    ],
)
def test_a_comment_behind_a_line(at: str, line: int, hides: bool) -> None:
    lines = [f"{one} {COMMENT}" if one == at else one for one in LINES]
    assert noqa.hidden(lines, line, STARTS) == ({RULE} if hides else set())


@pytest.mark.parametrize(
    ("above", "line", "hides"),
    [
        pytest.param(2, 2, True, id="above the line"),
        pytest.param(2, 3, False, id="above another line"),
        pytest.param(5, 6, True, id="above the task"),
        pytest.param(8, 6, False, id="above the next task"),
        pytest.param(8, 10, True, id="above the last task"),
        pytest.param(7, 9, True, id="above a blank line above the task"),
        pytest.param(10, 9, True, id="above a line of the task"),
    ],
)
def test_a_comment_above_a_line(above: int, line: int, hides: bool) -> None:
    lines = [*LINES[: above - 1], COMMENT, *LINES[above - 1 :]]
    starts = [start + (start >= above) for start in STARTS]
    assert noqa.hidden(lines, line + (line >= above), starts) == ({RULE} if hides else set())


@pytest.mark.parametrize(
    ("comment", "rules"),
    [
        (f"# noqa: yaml mailwarden[{RULE}] mailwarden[cleartext-auth]", {RULE, "cleartext-auth"}),
        ("# noqa: yaml", set()),
        ("# noqa", set()),
        (f"# mailwarden[{RULE}]", set()),
    ],
)
def test_whose_rules_it_names(comment: str, rules: set[str]) -> None:
    assert noqa.hidden([comment, "a: 1"], 2, []) == rules


@pytest.mark.parametrize(
    ("text", "tasks"),
    [
        (
            "- name: a\n  debug:\n    msg: [a]\n- name: b\n  loop:\n    - a: 1\n",
            {1: False, 4: False},
        ),
        (
            "- block:\n    - a:\n    - b:\n  rescue:\n    - c:\n",
            {1: False, 2: False, 3: False, 5: False},
        ),
        (
            "- hosts: all\n  tasks:\n    - a:\n      tags: [x, skip_ansible_lint]\n",
            {1: False, 3: True},
        ),
        ("- a:\n  tags: skip_ansible_lint\n- b:\n  tags: [x]\n", {1: True, 3: False}),
        ("- &a\n  block: &b [*a, {block: *b}]\n", {1: False, 2: False}),
        ("- ? [a]\n  : b\n- !vault x\n- 1\n", {1: False}),
        ("a: 1\n", {}),
        ("", {}),
        ("- [", {}),
    ],
)
def test_where_tasks_begin(text: str, tasks: dict[int, bool]) -> None:
    assert noqa.tasks(text) == tasks
