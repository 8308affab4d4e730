"""What the records of ``tests/fixtures/recorded`` say is what ``ansible-playbook`` still writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.field.recorded import RELEASES, observe
from tests.firewall.managed import make_keys
from tests.support import recorded
from tests.wire import chroots

pytestmark = [
    pytest.mark.needs_root,
    pytest.mark.needs_command("ssh", "sshd", *chroots.TOOLS),
    pytest.mark.slow("recorded plays"),
]


@pytest.mark.parametrize(("name", "which"), recorded.runs())
def test_a_record_is_what_is_written(name: str, which: str, tmp_path: Path) -> None:
    case = recorded.case(name)
    release = RELEASES[case.distribution]
    try:
        lower = chroots.ensure([release])[release]
    except chroots.NotPossibleError as error:
        pytest.skip(str(error))
    once, again, printed = observe(case, which, lower, make_keys(tmp_path))
    assert (once, again) == recorded.seen(case, which), printed
