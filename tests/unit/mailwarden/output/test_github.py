"""A workflow command comes back as it was from what GitHub's runner makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailwarden.output.github import command
from tests.support import reports

VALUE = st.text(alphabet=st.sampled_from("a%25,:=0AD\r\n \u00e9"), min_size=1, max_size=12)


@given(VALUE, VALUE, VALUE)
def test_a_command_comes_back(message: str, path: str, title: str) -> None:
    line = command("error", message, {"file": path, "title": f"x{title}x"})
    assert line.count("\n") == 1
    found = reports.command(line.rstrip("\n"))
    assert found == reports.Command("error", {"file": path, "title": f"x{title}x"}, message)


@pytest.mark.parametrize(
    ("text", "kind", "values"),
    [
        pytest.param("tls_certcheck off\n", "warning", {"line": "8", "col": "1", "endColumn": "18"},
                     id="a line"),
        pytest.param("tls_starttls on\n", "error", {"line": "8", "col": "1", "endColumn": "16"},
                     id="an error"),
    ],
)  # fmt: skip
def test_an_annotation(tmp_path: Path, text: str, kind: str, values: dict[str, str]) -> None:
    head = "account a\nhost mail.example.com\nport 465\nauth on\ntls on\nuser jane\n"
    reports.write(tmp_path, {"a,b:c/msmtprc": f"{head}tls_starttls off\n{text}"})
    shown = reports.run(tmp_path, names=["github"]).of["github"].splitlines()
    (found,) = (one for one in map(reports.command, shown) if one and one.name == kind)
    assert found.properties.items() >= {"file": "a,b:c/msmtprc", **values}.items()
    # The last line is for the log.
    assert reports.command(shown[-1]) is None
    assert shown[-1].startswith("1 file, 1 endpoint: ")
