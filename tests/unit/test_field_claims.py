"""The program behind ``make claims`` tells what comes of each file from what the table expects."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.field import claims

FILES = {
    "deploy/.env.web": "APP_KEY=k\nMAIL_MAILER=smtp\nMAIL_HOST=mail.example.org\n",
    "grafana.ini.j2": "[smtp]\nhost = {{ host }}\n",
    "grafana.ini": "[smtp]\nhost = {{ host }}\n",
    "config.json": '{"database": {"host": "db.example.org", "port": 465}}',
    ".git/config.ini": "[mailer]\nENABLED = true\nSMTP_ADDR = mail.example.org\n",
}
TEMPLATE = "a template, which is not read: check what it renders to"
SEEN = {"deploy/.env.web": ["laravel"], "grafana.ini.j2": TEMPLATE, "grafana.ini": "unreadable"}


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    folder = tmp_path / "owner" / "name"
    for name, content in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    (folder / "link.ini").symlink_to("grafana.ini")
    return folder


def test_judged(clone: Path) -> None:
    assert claims.judged(clone, claims.paths(clone)) == SEEN


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        pytest.param(SEEN, [], id="as expected"),
        pytest.param({**SEEN, "config.json": "nothing: a database"}, [], id="a known miss"),
        pytest.param(
            {**SEEN, "deploy/.env.web": "nothing: x"},
            ["deploy/.env.web: ['laravel'], not nothing"],
            id="a miss that is read by now",
        ),
        pytest.param(
            {**SEEN, "config.json": ["listmonk"]},
            ["config.json: nothing, not ['listmonk']"],
            id="not read",
        ),
        pytest.param(
            {path: one for path, one in SEEN.items() if path != "grafana.ini"},
            ["grafana.ini: unreadable, not nothing"],
            id="a false claim",
        ),
    ],
)
def test_differences(expected: dict[str, Any], words: list[str]) -> None:
    assert claims.differences(expected, SEEN) == words


@pytest.mark.parametrize(
    ("row", "status", "says"),
    [
        pytest.param({"files": SEEN}, 0, "4 files, 3 with mail", id="as expected"),
        pytest.param({}, 1, "owner/name: grafana.ini: unreadable, not nothing", id="a false claim"),
        pytest.param({"repository": "owner/other"}, 2, "not read: owner/other", id="none"),
    ],
)
def test_status(
    clone: Path,
    row: dict[str, Any],
    status: int,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    table = clone.parent / "claims.yml"
    table.write_text(yaml.safe_dump([{"repository": "owner/name", **row}]))
    monkeypatch.setattr(claims, "TABLE", table)
    assert claims.main([str(clone.parent.parent)]) == status
    assert says in capsys.readouterr().out


def test_the_table() -> None:
    rows = yaml.safe_load(claims.TABLE.read_text(encoding="utf-8"))
    assert len({row["repository"] for row in rows}) == len(rows)
    assert all(set(row) <= {"repository", "commit", "files"} for row in rows)
    assert all(len(row["commit"]) == 40 for row in rows)
