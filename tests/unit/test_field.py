"""The program behind ``make field`` tells what is as expected from what is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import STARTTLS_OPTIONAL
from ansible_collections.mailwarden.policy.plugins.module_utils.formats import autoconfig
from ansible_collections.mailwarden.policy.plugins.module_utils.rules import starttls_missing

from tests.field import __main__ as field
from tests.field.counts import COUNTS, Counts
from tests.field.provider_files import BLAMED, TABLE
from tests.support.autoconfig import document, entry

PLAIN = entry("smtp", "587", "plain") + entry("imap", "143", "STARTTLS")
EXPECTED = "every entry and every finding as expected"


@pytest.fixture
def ispdb(tmp_path: Path) -> Path:
    (tmp_path / "plain.example.xml").write_text(document(PLAIN))
    (tmp_path / "right.example.xml").write_text(document())
    return tmp_path


def test_what_is_as_expected(ispdb: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert field.main([str(ispdb)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "2 files, 2 domains, 6 entries"
    assert "  smtp   587 plain        1  (1 listed first)" in said
    assert said[-2:] == ["counts: none recorded for files of no commit, so not compared", EXPECTED]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(document(entry("smtp", "26")), "no row for smtp 26 SSL", id="a new kind"),
        pytest.param(document(entry(auth="x")), "no row for imap 993 SSL ", id="nothing known"),
        pytest.param(document(head="<emailProvider>"), "too many: odd.example.xml  setting-inef",
                     id="what Thunderbird does not take"),
        pytest.param("<clientConfig/>", "setting-ineffective", id="no provider"),
        pytest.param("<clientConfig>", "not read: odd.example.xml: line 1: no XML", id="no XML"),
    ],
)  # fmt: skip
def test_what_is_not(
    ispdb: Path, capsys: pytest.CaptureFixture[str], text: str, words: str
) -> None:
    (ispdb / "odd.example.xml").write_text(text)
    assert field.main([str(ispdb)]) == 1
    assert words in capsys.readouterr().out


def test_a_wrong_reader_is_found(
    ispdb: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(autoconfig.MODES, "STARTTLS", STARTTLS_OPTIONAL)
    assert field.main([str(ispdb)]) == 1
    said = capsys.readouterr().out
    assert "missing: plain.example.xml imap-1 mail.example.com imap 143 STARTTLS\n" in said
    assert "too many: plain.example.xml imap-1 cleartext-auth+starttls-optional error" in said


def test_a_silent_rule_is_found(
    ispdb: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starttls_missing, "check", lambda _endpoint, _policy: iter(()))
    assert field.main([str(ispdb)]) == 1
    said = capsys.readouterr().out
    assert "missing: plain.example.xml smtp-1 starttls-missing+cleartext-auth error" in said


def test_other_counts_are_found(
    ispdb: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(COUNTS, "", Counts(2, 3, {}))
    assert field.main([str(ispdb)]) == 1
    assert "counts: other than those recorded" in capsys.readouterr().out


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    assert field.main([str(tmp_path)]) == 2


def test_the_table_knows_what_is_to_blame() -> None:
    assert {rule for rules in TABLE.values() for rule in rules} <= set(BLAMED)
    assert {kind for counts in COUNTS.values() for kind in counts.kinds} <= set(TABLE)
