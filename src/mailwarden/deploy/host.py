"""A host of files: what its distribution ships, then what a play or a role does there, in order."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from ansible_collections.mailwarden.policy.plugins.module_utils import catalogue
from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import CLIENT
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Hole, Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import parse_version

from ..render import render
from ..render.supplied import empty
from . import concerns, effects, loose
from .action import Unfollowed
from .evaluate import Scope
from .rounds import is_granted
from .steps import settings
from .steps.outcome import Failed, Outcome, fork, hole, opened, same
from .steps.twice import twice

if TYPE_CHECKING:
    from ansible_collections.mailwarden.policy.plugins.module_utils.source import Source
    from ansible_collections.mailwarden.policy.plugins.module_utils.text.place import Place

    from .action import Action, Sequence
    from .ground import Ground

YES, NO = "yes", "no"
# What is taken for granted of a file of settings that is known in part.
ONCE = "sets nothing twice where it is not known"
# A folder is copied with all that is in it, as far as that is a configuration.
FILES, DEEPEST = 500, 16
# So much is edited on one host, every edit with its whole file; what comes then leaves files open.
CHARACTERS = 32 << 20
# So many questions may stand one in another; as many answers nobody tries.
QUESTIONS = 64


class Unstable(NamedTuple):
    """An action that changes a file again where it is run a second time."""

    action: Action
    path: str
    first: Outcome
    second: Outcome


class Written(NamedTuple):
    """What wrote a file: the actions in their order.

    ``files`` are those of the repository that it is made of; ``granted``: of their variables
    something is taken for granted; ``laid`` are the templates and copies
    that were ever laid there; ``rests_on`` is in words what else is taken for granted of the file.
    """

    actions: tuple[Action, ...] = ()
    files: tuple[str, ...] = ()
    granted: bool = False
    laid: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()


class Host:
    """The files of one host, which a role or plays make.

    ``files`` has what actions have made of each path: a text, or ``None`` where it is taken away;
    ``written`` has by whom.  ``failed`` are files that could not be made, with the reason.
    ``unfollowed`` are the places behind which anything may be done; ``empty`` are variables of
    templates that are empty as long as nobody sets them; ``loose`` are the paths of lines that do
    not fit the pattern by which they are looked for.  ``granted``
    is what is taken for granted of variables, ``roles`` are the roles of which the tasks were
    followed.
    """

    def __init__(self, ground: Ground, source: Source) -> None:
        self.ground = ground
        self.rests_on: tuple[str, ...] = ()
        self.granted = ""
        self.roles: frozenset[str] = frozenset()
        self.files: dict[str, Text | None] = {}
        self.written: dict[str, Written] = {}
        self.failed: dict[str, MailwardenError] = {}
        self.unfollowed: list[Unfollowed] = []
        self.unstable: list[Unstable] = []
        self.empty: frozenset[str] = frozenset()
        self.loose: list[str] = []
        # What may have been written anywhere, in words; and what of it a file has been laid over.
        self._astray: dict[str, None] = {}
        self._covered: dict[str, tuple[str, ...]] = {}
        self._source = source
        # Paths that are written, each with a part that is not known.
        self._targets: list[Text] = []
        # Of the action that is being followed: the files of the repository that it reads, and
        # whether it takes variables for granted.
        self._read: dict[str, None] = {}
        self._granted = False
        self._left = CHARACTERS
        # How many questions stand one in another in each file.
        self._questions: dict[str, int] = {}
        # What it renders, for a step is run twice.
        self._rendered: dict[str, Text | None] = {}

    def follow(self, sequence: Sequence) -> None:
        """Do what is done, in order."""
        self.rests_on = tuple(dict.fromkeys(sequence.rests_on.values()))
        self.granted, self.roles = sequence.granted, sequence.roles
        for one in sequence.actions:
            if isinstance(one, Unfollowed):
                self.unfollowed.append(one)
            else:
                self._act(one)

    def text(self, path: str) -> Text | None:
        """A file as it now is; ``None`` where there is none.  Raises ``MailwardenError``."""
        if path in self.failed:
            raise self.failed[path]
        return self.files[path] if path in self.files else self.ground.text(path)

    def knows(self, path: str) -> bool:
        """Whether it is known what is at a path, be it nothing."""
        return path in self.files or (self.ground.covers(path) and not self.may_hold(path))

    def may_hold(self, path: str) -> bool:
        """Whether an action may have written a file there, of whose path it leaves a part open."""
        return any(True for one in self._targets for _ in concerns.fitting(one, [path]))

    def rests_on_file(self, path: str) -> Iterator[str]:
        """What is taken for granted of one file, in words."""
        yield from self.written.get(path, Written()).rests_on
        covered = self._covered.get(path, ())
        yield from (words for words in self._astray if words not in covered)

    # What effects ask

    def paths(self) -> set[str]:
        return {*self.files, *self.ground.paths, *concerns.usual()}

    def is_folder(self, path: str) -> bool:
        return self.ground.holds(path) or any(one.startswith(f"{path}/") for one in self.paths())

    def version(self, program: str) -> tuple[int, ...]:
        known = self.ground.distribution.versions.get(program)
        return parse_version(known) if known else ()

    def rendered(self, action: Action, name: str, settings: dict[str, Any]) -> Text | None:
        if name not in self._rendered:
            self._rendered[name] = self._render(action, name, settings)
        return self._rendered[name]

    def _render(self, action: Action, name: str, settings: dict[str, Any]) -> Text | None:
        template = self._found(action, "templates", name)
        if template is None:
            return None

        def load(name: str, beside: str) -> Text | None:
            return self._included(action, name, beside)

        made = render(template, action.variables, load=load, settings=settings)
        self.empty |= empty(made)
        self._granted |= bool(made.absent) or any(one.supplied for one in made.used.values())
        return made.text

    def copies(self, action: Action, name: str) -> dict[str, str]:
        candidates = list(self._candidates(action, "files", name))
        for path in candidates:
            if self._source.listing(path):
                return self._below(path)
        return next(({"": path} for path in candidates if self._source.exists(path)), {})

    def copied(self, path: str) -> Text:
        self._read[path] = None
        return self._source.text(path)

    # Files of the repository

    def _candidates(self, action: Action, kind: str, name: str) -> Iterable[str]:
        if os.path.isabs(name):
            located = self._source.locate(name)
            return [located] if located else []
        inside = [
            os.path.join(folder, part)
            for folder in action.folders
            for part in (kind, "")
        ]  # fmt: skip
        paths = (self._source.locate(os.path.join(folder, name)) for folder in inside)
        return [path for path in paths if path]

    def _found(self, action: Action, kind: str, name: str) -> Text | None:
        for path in self._candidates(action, kind, name):
            if self._source.exists(path) and not self._source.listing(path):
                self._read[path] = None
                return self._source.text(path)
        return None

    def _included(self, action: Action, name: str, beside: str) -> Text | None:
        if name.startswith("/") or ".." in name.split("/"):
            return None
        folders = [*(os.path.join(one, "templates") for one in action.folders), *action.folders]
        for folder in (*folders, os.path.dirname(beside)):
            path = self._source.locate(os.path.join(folder, name))
            if path and self._source.exists(path):
                try:
                    text = self._source.text(path)
                except MailwardenError:
                    return None
                self._read[path] = None
                return text
        return None

    def _below(self, top: str) -> dict[str, str]:
        found: dict[str, str] = {}
        waiting = [("", DEEPEST)]
        while waiting and len(found) < FILES:
            below, depth = waiting.pop()
            for name in self._source.listing(os.path.join(top, below)):
                path = os.path.join(below, name)
                if depth and self._source.listing(os.path.join(top, path)):
                    waiting.append((path, depth - 1))
                else:
                    found[path] = os.path.join(top, path)
        return found

    # Actions

    def _act(self, action: Action) -> None:
        target = effects.open_target(action)
        if target is not None:
            self._targets.append(target)
        self._read, self._rendered = {}, {}
        self._granted = isinstance(action.variables, Scope) and is_granted(action.variables)
        found = effects.of(action, self)
        if found is None:
            reason = f"{action.task.name}: which file it writes is not known"
            self.unfollowed.append(Unfollowed(_place(action), reason))
            self._astray[f"{action.task.name} writes another file"] = None
            return
        for effect in found:
            self._write(action, effect)

    def _write(self, action: Action, effect: effects.Effect) -> None:
        path = effect.path
        if path in self.failed and not effect.whole:
            return
        before = self._before(path, action)
        self._left -= 1 + _size(before)
        if self._left < 0:
            self.files[path] = opened(path, action.task)
            self._note(action, effect)
            return
        try:
            runs = twice(effect.step, before)
        except MailwardenError as error:
            self.failed[path] = error
            self._note(action, effect)
            return
        after = runs.first
        if isinstance(after, Failed):
            reason = f"{action.task.name} fails: {after.reason}"
            self.unfollowed.append(Unfollowed(_place(action), reason))
            return
        if loose.is_loose(action):
            self.loose.append(path)
        if not runs.holds:
            self.unstable.append(Unstable(action, path, after, runs.second))
        known = path in self.files or path in self.failed
        # What is laid whole is this role's, though it is what the package ships.
        if not known and not effect.whole and same(before, after):
            return
        self.failed.pop(path, None)
        made = _under(action, path, before, after)
        questions = len(action.questions) if made is not after else 0
        if not (effect.whole and not action.questions):
            questions += self._questions.get(path, 0)
        self._questions[path] = questions
        if questions > QUESTIONS:
            made, self._questions[path] = opened(path, action.task), 0
        self.files[path] = made
        is_open = not effect.whole and settings.is_open(path, before)
        self._note(action, effect, (f"{path} {ONCE}",) if is_open else ())

    def _before(self, path: str, action: Action) -> Text | None:
        if path in self.files:
            return self.files[path]
        if self.ground.covers(path) or self.ground.lacks(path):
            return self.ground.text(path)
        return hole(path, action.task, Hole(f"what {path} holds before"))

    def _note(self, action: Action, effect: effects.Effect, rests_on: tuple[str, ...] = ()) -> None:
        before = self.written.get(effect.path, Written())
        laid = tuple(dict.fromkeys((*before.laid, *self._read)))
        if effect.whole and not action.questions:
            before = Written()
            self._covered[effect.path] = tuple(self._astray)
        self.written[effect.path] = Written(
            (*before.actions, action),
            tuple(dict.fromkeys((*before.files, action.path, *self._read))),
            before.granted or self._granted,
            laid,
            tuple(dict.fromkeys((*before.rests_on, *rests_on))),
        )


def _place(action: Action) -> Place:
    return action.task.written.place(0, len(action.task.written))


def _size(text: Text | None) -> int:
    """The characters of a file, those of all that its holes may be among them."""
    if text is None:
        return 0
    options = (option for one in text.holes.values() for _label, option in one.options)
    return len(text) + sum(map(_size, options))


def _under(action: Action, path: str, before: Text | None, after: Text | None) -> Text | None:
    """A file behind an action that may run or not."""
    if not action.questions or same(before, after):
        return after
    if before is None:
        before = _absent(path)
    if after is None:
        after = _absent(path)
    for question in reversed(action.questions):
        if before is None or after is None:
            after = hole(path, action.task, Hole(question, [(YES, after), (NO, before)]))
        else:
            after = fork(path, action.task, question, [(YES, after), (NO, before)])
    return after


def _absent(path: str) -> Text | None:
    """What stands for no file where there may be one; ``None``: it may be anything.

    A client without its file dials nobody, a server without one may serve.
    """
    known = catalogue.recognise(path)
    clients = known is not None and catalogue.row(known[0]).sides == (CLIENT,)
    return Text(path, "", []) if clients else None
