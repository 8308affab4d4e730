"""The fixtures that every format of the catalogue has: ``tests/fixtures/formats/<name>/<case>/``.

A case is a folder of files under the names that they really have, in which each secret is
``SECRET``.  A case that a format cannot have is a ``none.txt`` that says why.
"""

from __future__ import annotations

from ansible_collections.mailwarden.policy.plugins.module_utils import engine, report
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import Report
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.source import Source
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource

from tests.support.checkout import ROOT

FOLDER = ROOT / "tests/fixtures/formats"
NONE = "none.txt"
SECRET = "S3cr3t-of-mine"
# What the files of a case come to.
CASES = {
    "secure": "TLS is certain, and no finding is more than a note",
    "optional": "STARTTLS may be skipped",
    "plaintext": "there is no TLS: an error, or a warning",
    "missing": "as little as there can be: defaults of the program are among the causes",
    "hole": "a placeholder such as @PORT@ decides something, by its name",
}


def files(name: str, case: str) -> dict[str, bytes]:
    """The files of a case by their paths; none where the format cannot have it."""
    folder = FOLDER / name / case
    found = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    return {} if list(found) == [NONE] else found


def judged(held: dict[str, bytes], source: Source | None = None) -> Report:
    """One run over files, as the command would have it: nothing says what they are."""
    return engine.check(source or MemorySource(held), Policy.default(), list(held))


def shown(checked: Report) -> str:
    """Everything that a run shows, as one text."""
    return repr(report.as_data(checked, "0"))
