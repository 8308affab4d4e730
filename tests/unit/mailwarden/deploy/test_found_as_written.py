"""What is found on a host that is read is found in the files that ``ansible-playbook`` wrote.

Where everything is known both find the same.  Where variables are forgotten nothing that is sure
is wrong of the real files, and each of their endpoints is among those that may be there.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from mailwarden.deploy.mounted import Mounted
from tests.support import followed, judged, recorded
from tests.support.judged import Said
from tests.support.recorded import FIRST, SECOND
from tests.unit.mailwarden.deploy.test_recorded import (
    FORGETTING,
    KNOWN,
    PATHS,
    TRIALS,
    followed_as_known,
    real,
)

# What is said of a line of a package's own file, and so of no file of the repository.
OF_PACKAGES = {
    ("block_main", FIRST): {"setting-ineffective"},
    ("block_main", SECOND): {"setting-ineffective"},
    ("line_series", FIRST): {"setting-ineffective"},
}
# Every one of so many is a test of the fast loop.
SHARE = 8


def is_sure(one: Said) -> bool:
    """Whether nothing has to be supplied for a finding about the files."""
    sure = one.confidence == "certain" or (one.confidence == "likely" and not one.rests_on)
    return sure and one.rule != "undecided"


@pytest.mark.parametrize(("name", "which"), KNOWN)
def test_the_same_is_found(name: str, which: str, tmp_path: Path) -> None:
    made = followed_as_known(name, which, tmp_path)
    written = judged.as_written(made, real(name, which))
    read = judged.as_read(made)
    assert set(judged.said(read)) == set(judged.said(written))
    assert [repr(one.endpoint) for _unit, one in read.endpoints] == [
        repr(one.endpoint) for _unit, one in written.endpoints
    ]
    of_role = judged.as_read(made, Mounted)
    unsaid = {one.rule for one in judged.said(read)} - {one.rule for one in judged.said(of_role)}
    assert unsaid == OF_PACKAGES.get((name, which), set())


def forget(name: str, which: str, trial: int, folder: Path) -> None:
    """Forget some variables of a play, and compare what is found with the real files."""
    case = recorded.case(name)
    names = sorted({one.name for one in followed.variables(case.sets[which])} - PATHS)
    chance = random.Random(f"{name} {which} {trial}")
    forgotten = set(chance.sample(names, chance.randint(min(1, len(names)), len(names))))
    made = followed.follow(case, followed.without(case.sets[which], forgotten), folder)
    written = judged.as_written(made, real(name, which))
    read = judged.as_read(made)
    true = {(one.rule, one.endpoint) for one in judged.said(written)}
    wrong = [one for one in judged.said(read) if is_sure(one)]
    assert not [one for one in wrong if (one.rule, one.endpoint) not in true], forgotten
    endpoints = [one.endpoint for _unit, one in written.endpoints]
    assert not [one for one in endpoints if not judged.is_among(one, read)], forgotten


@pytest.mark.parametrize(("name", "which"), FORGETTING[::SHARE])
def test_nothing_sure_is_wrong_where_variables_are_forgotten(
    name: str, which: str, tmp_path: Path
) -> None:
    forget(name, which, 0, tmp_path)


@pytest.mark.integration
@pytest.mark.parametrize(
    ("name", "which", "trial"),
    [
        pytest.param(*run, trial, marks=pytest.mark.slow(f"forgotten: {run[0]}"))
        for run in FORGETTING
        for trial in range(1, TRIALS)
    ],
)
def test_nor_where_others_are(name: str, which: str, trial: int, tmp_path: Path) -> None:
    forget(name, which, trial, tmp_path)
