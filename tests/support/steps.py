"""Steps of tasks, run on strings: a table's rows are files and parameters as they are written."""

from __future__ import annotations

from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import (
    Assumptions,
    explore,
)

from mailwarden.deploy.steps import (
    blockinfile,
    command,
    copied,
    ini_file,
    lineinfile,
    postconf,
    postconf_master,
    replace,
)
from mailwarden.deploy.steps.command import MAIN
from mailwarden.deploy.steps.outcome import Failed, Outcome, Task

PATH = "/etc/postfix/main.cf"
PLAY = "roles/mail/tasks/main.yml"
TASK = Task("edit main.cf", Text.of(PLAY, "edit main.cf"))
STEPS = {
    "lineinfile": lineinfile.apply,
    "blockinfile": blockinfile.apply,
    "replace": replace.apply,
    "ini_file": ini_file.apply,
    "copy": copied.apply,
}
# What a row has in the place of a file that nobody writes.
FAILS = "(fails)"
OPEN = "(open)"


def text(value: str | Text) -> Text:
    """A parameter as it is written in the tasks."""
    return Text.of(PLAY, value) if isinstance(value, str) else value


def parameters(values: dict[str, str | Text | list[str]]) -> dict[str, Text | list[Text]]:
    """The parameters of a task."""
    return {
        name: list(map(text, value)) if isinstance(value, list) else text(value)
        for name, value in values.items()
    }


def step(
    module: str, before: str | bytes | Text | None, values: dict[str, str | Text | list[str]]
) -> Outcome:
    """The outcome of one task on a file."""
    file = before if before is None or isinstance(before, Text) else Text.of(PATH, before)
    return STEPS[module](file, PATH, parameters(values), TASK)


def shown(outcome: Outcome) -> str | None:
    """A file's string; ``FAILS`` and ``OPEN`` for what is none."""
    if isinstance(outcome, Failed):
        return FAILS
    if outcome is None:
        return None
    whole = outcome.holes.get(0)
    if whole is not None and len(outcome) == 1 and whole.name == TASK.name and not whole.options:
        return OPEN
    return outcome.string


def drawn(outcome: Outcome) -> list[str]:
    """The files that an outcome may be, a hole as its name."""
    if not isinstance(outcome, Text):
        return [str(shown(outcome))]

    def one(assume: Assumptions) -> str:
        settled = outcome.settled(assume)
        settled = settled.filled(assume, lambda _text, _at: True)
        return "".join(
            f"<{settled.holes[at].name}>" if at in settled.holes else sign
            for at, sign in enumerate(settled.string)
        )

    found, _open = explore(one, {})
    return list(dict.fromkeys(text for _conditions, text in found))


def call(
    line: str | Text, before: str | Text | None, shell: bool = False, version: str = "3.10"
) -> str | None:
    """The file behind the calls of postconf in a command."""
    found = command.requests({"_raw_params": text(line)}, shell)
    if found is None:
        return OPEN
    if isinstance(found, Failed):
        return FAILS
    file = Text.of(PATH, before) if isinstance(before, str) else before
    numbers = tuple(map(int, version.split("."))) if version else ()
    outcome: Outcome = file
    for request in found:
        edit = postconf.apply if request.kind == MAIN else postconf_master.apply
        outcome = edit(file, request, TASK, numbers)
        if not isinstance(outcome, Text):
            break
        file = outcome
    return shown(outcome)
