"""What is read of plays is what ``ansible-playbook`` was seen to write.

``make recorded`` renews the records.  Where everything is known the files are the same, byte for
byte.  Where variables are forgotten the real file is among the readings.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from mailwarden.deploy import concerns
from mailwarden.deploy.steps import settings
from tests.support import followed, recorded
from tests.support.followed import Followed
from tests.support.recorded import FIRST, SECOND
from tests.support.rendered import may_be, may_set, shown

# Plays of which a file is not known although all variables are, and what it hangs on.
OPEN = {
    "assembled": "fragments on the host",
    "groups": "which other groups the host is in: no inventory is read",
    "handlers_write": "whether a task changes something, which notifies a handler",
    "kept_original": "a copy on the host",
    "mapping_content": "a mapping as a text",
    "other_loops": "with_sequence, with_subelements and with_flattened",
    "registered": "the results of tasks",
    "rescued": "whether a task fails",
    "sed_and_echo": "programs",
    "template_lookup": "a lookup",
}
# Plays that are read in another way than ansible-core 2.19 was seen to run them, and why.
OTHERS = {
    "text_condition": "a text as a condition counts by its truth, as it does in 2.17",
}
# Variables that are a path: where nobody knows them, it is said that any file may be written.
PATHS = {"kept_folder", "loop_main_cf", "os_main_cf"}
# So often variables are forgotten, each time others.
TRIALS = 6
RUNS = recorded.runs()
# Of a play that fails nobody has the configuration: its checks are taken to hold.
FORGETTING = [
    (name, which)
    for name, which in RUNS
    if name not in OTHERS and not recorded.seen(recorded.case(name), which)[0].failed
]
KNOWN = [run for run in RUNS if run[0] not in OPEN and run[0] not in OTHERS]


def real(name: str, which: str) -> dict[str, str | None]:
    """The mail files that the play has written, and those that it has left as they were."""
    case = recorded.case(name)
    once, _again = recorded.seen(case, which)
    files = {**case.ground, **once.files}
    return {path: text for path, text in files.items() if concerns.concerns(path)}


def followed_as_known(name: str, which: str, folder: Path) -> Followed:
    case = recorded.case(name)
    return followed.follow(case, case.sets[which], folder)


def is_same(made: Followed, path: str, text: str | None) -> bool:
    """Whether a file is known to be this one."""
    read = made.text(path)
    return (read if read is None else shown(read)) == text


def is_among(made: Followed, path: str, text: str | None) -> bool:
    """Whether a file may be this one."""
    read = made.text(path)
    if read is None:
        return text is None or made.host.may_hold(path)
    if text is not None and settings.is_of_settings(path) and may_set(read, text):
        return True
    # Nothing stands for no file: then a text may be anything.
    return may_be(read, "\0" if text is None else text)


def test_there_are_as_many_as_were_asked_for() -> None:
    assert len([name for name, which in KNOWN if which == FIRST]) >= 40
    assert len([name for name, which in KNOWN if which == SECOND]) >= 30


def test_what_is_recorded_is_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorded, "RECORDS", tmp_path)
    case = recorded.case("line_loop")
    main = case.ground["/etc/postfix/main.cf"]
    once = recorded.Seen({"/etc/a": "a\n\nb", "/etc/postfix/main.cf": f"# a\n{main}é"}, False)
    again = recorded.Seen({"/etc/a": None, "/etc/postfix/main.cf": main}, True)
    recorded.record(case, {FIRST: (once, again)})
    assert recorded.seen(case, FIRST) == (once, again)


@pytest.mark.parametrize(("name", "which"), KNOWN)
def test_known_files_are_the_real_ones(name: str, which: str, tmp_path: Path) -> None:
    made = followed_as_known(name, which, tmp_path)
    for path, text in real(name, which).items():
        read = made.text(path)
        assert (read if read is None else shown(read)) == text
    assert made.host.files.keys() <= real(name, which).keys()


@pytest.mark.parametrize(("name", "which"), [run for run in RUNS if run[0] in OPEN])
def test_open_files_may_be_the_real_ones(name: str, which: str, tmp_path: Path) -> None:
    made = followed_as_known(name, which, tmp_path)
    files = real(name, which)
    assert all(is_among(made, path, text) for path, text in files.items())
    assert not all(is_same(made, path, text) for path, text in files.items())


@pytest.mark.parametrize(("name", "which"), [run for run in RUNS if run[0] in OTHERS])
def test_what_is_read_in_another_way(name: str, which: str, tmp_path: Path) -> None:
    made = followed_as_known(name, which, tmp_path)
    assert not all(is_among(made, path, text) for path, text in real(name, which).items())


@pytest.mark.integration
@pytest.mark.parametrize(("name", "which"), FORGETTING)
def test_the_real_file_is_among_the_readings(name: str, which: str, tmp_path: Path) -> None:
    case = recorded.case(name)
    names = sorted({one.name for one in followed.variables(case.sets[which])} - PATHS)
    chance = random.Random(f"{name} {which}")
    for trial in range(TRIALS if names else 0):
        forgotten = set(chance.sample(names, chance.randint(1, len(names))))
        files = followed.without(case.sets[which], forgotten)
        made = followed.follow(case, files, tmp_path / str(trial))
        for path, text in real(name, which).items():
            read = made.text(path)
            words = read if read is None else shown(read)
            assert is_among(made, path, text), f"{path} without {forgotten}: {words}"
