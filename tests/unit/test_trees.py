"""The program behind ``make trees`` tells a tree that answers as expected from others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.field import trees

MASTER = "smtps inet n - n - - smtpd\n  -o smtpd_tls_wrappermode=yes\n"
MAIN = (
    "compatibility_level = 3.6\nsmtpd_tls_security_level = may\nsmtpd_tls_auth_only = yes\n"
    "smtpd_tls_cert_file = /etc/ssl/mail.pem\nsmtpd_tls_key_file = /etc/ssl/mail.key\n"
    "smtpd_sasl_auth_enable = yes\nsmtp_tls_security_level = may\n"
)
FAULT = {
    "file": "master.cf",
    "line": "  -o smtpd_tls_wrappermode=yes",
    "becomes": "  -o smtpd_tls_wrappermode=no",
    "rule": "implicit-tls-missing",
    "at": 1,
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "master.cf").write_text(MASTER)
    (folder / "main.cf").write_text(MAIN)
    return folder


@pytest.mark.parametrize(
    ("row", "words"),
    [
        pytest.param({"status": 0}, [], id="as expected"),
        pytest.param({"status": 1}, ["status 0, not 1"], id="another status"),
        pytest.param(
            {"status": 0, "errors": ["master.cf:1 tls-broken"]},
            ["missing: master.cf:1 tls-broken"],
            id="an error that is not there",
        ),
        pytest.param(
            {"status": 0, "faults": [{**FAULT, "rule": "tls-broken"}]},
            ["expected status 1 and master.cf:1 tls-broken"],
            id="a fault of another rule",
        ),
        pytest.param(
            {"status": 0, "faults": [{**FAULT, "line": "smtps"}]},
            ["no line reads 'smtps'"],
            id="a line that is not there",
        ),
    ],
)
def test_differences(tree: Path, row: dict[str, Any], words: list[str]) -> None:
    _count, wrong = trees.check(tree, row)
    assert len(wrong) == len(words)
    assert all(part in line for part, line in zip(words, wrong, strict=True))


def test_the_tree_is_left_alone(tree: Path) -> None:
    trees.check(tree, {"status": 0, "faults": [FAULT]})
    assert (tree / "master.cf").read_text() == MASTER


def test_no_trees(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert trees.main([str(tmp_path)]) == 2
    assert capsys.readouterr().out.splitlines()[-1].startswith("0 of ")


def test_the_table_names_thirty_faults() -> None:
    import yaml

    rows = yaml.safe_load(trees.TABLE.read_text(encoding="utf-8"))
    assert sum(len(row.get("faults", ())) for row in rows) >= 30
