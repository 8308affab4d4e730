"""The tasks of a play in the order in which they run, with what each of them sees.

Source: ansible-core 2.17 and 2.19, ``PlayIterator``, ``IncludedFile``, ``IncludeRole`` and the
linear strategy.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.text import HOLE, Hole, Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.place import Place

from ..render.limits import STEPS, Limits
from ..variables import files, layers, levels
from ..variables.files import Value
from ..variables.layers import Layer
from . import evaluate, firsts, included, modules, written
from .action import Action, Unfollowed
from .evaluate import Scope
from .facts import Facts
from .frame import Frame
from .handlers import Handlers
from .project import Project
from .reached import Reached
from .roles import Entered, Roles
from .rounds import Facts as Known
from .rounds import Round, Rounds, anchored, may_be_elsewhere, of_task
from .steps.outcome import Task as Named
from .steps.parameters import Given
from .words import RAW
from .written import Block, Entry, RoleEntry, Task

# What one host may come to; behind it nothing is followed.
ACTIONS = 2_000
TASKS = 20_000
DEEPEST = 32
# Parameters that say which file it is: what is repeated leaves open all others.
NAMING = frozenset(("chdir", "dest", "destfile", "name", "path"))


class Ended(Exception):  # noqa: N818  an end, not an error
    """Nothing more is done: of the play, or of its ``role``."""

    def __init__(self, role: bool = False) -> None:
        super().__init__()
        self.role = role


class FailedError(Exception):
    """The task at a place is sure to fail."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place


class Walk:
    """Follows the tasks of one host, and keeps what they do.

    ``alone`` is what defaults of roles rest on where nobody says who uses them, in words.  Roles
    in which nothing of mail is ``reached`` are passed by.
    """

    def __init__(
        self,
        project: Project,
        facts: Known,
        local: bool,
        alone: str = "",
        reached: Reached | None = None,
    ) -> None:
        self.project = project
        self.facts = Facts()
        self.limits = Limits(steps=20 * STEPS)
        self.done: list[Action | Unfollowed] = []
        self._alone = alone
        self._reached = reached
        # The folders of the roles that were followed.
        self.entered: dict[str, None] = {}
        # Whether something is not done for what is only taken for granted.
        self.granted = False
        self.begin(())
        self._known = facts
        self._rounds = Rounds(project, local, facts, self.limits)
        self._left = TASKS
        self._called: Counter[str] = Counter()
        # What has to hold since a task may have ended the play or the role.
        self._since: tuple[str, ...] = ()
        self._by_module: dict[str, Callable[[Task, Frame, Round], None]] = {
            **dict.fromkeys(modules.TASK_FILES, self._tasks),
            **dict.fromkeys(modules.ROLES, self._role),
            "include_vars": self._vars,
            "set_fact": self._set_fact,
            "meta": self._meta,
            "fail": self._fail,
            "assert": self._assert,
        }

    def begin(self, base: Iterable[Layer]) -> None:
        """Begin a play, of which these are the variables."""
        self.base = tuple(base)
        self.roles = Roles(self.project, self._alone)
        self.handlers = Handlers()

    # What stands where

    def entries(self, entries: Iterable[Entry], frame: Frame) -> None:
        """Follow entries; raises ``Ended`` and ``FailedError``."""
        for entry in entries:
            if isinstance(entry, Block):
                self._block(entry, frame)
            else:
                self.task(entry, frame)

    def _block(self, block: Block, frame: Frame) -> None:
        inner = frame.under(block.keywords)
        try:
            self._tried(block, inner)
        except FailedError:
            if not _is_any_run(block.rescue, inner):
                self.entries(block.always, inner)
                raise
            self.entries(block.rescue, inner)
        else:
            question = f"whether a task of {block.place.path}:{block.place.line} fails"
            fails = inner._replace(questions=(*inner.questions, question))
            self.entries(block.rescue, fails)
        self.entries(block.always, inner)

    def _tried(self, block: Block, frame: Frame) -> None:
        """Follow the tasks of a block; those behind one that may fail are not sure to be done."""
        inner = frame
        for entry in block.block:
            self.entries([entry], inner)
            if block.rescue:
                question = f"whether {block.place.path}:{entry.place.line} does not fail"
                inner = inner._replace(
                    questions=(*inner.questions, question), tried=(*inner.tried, question)
                )

    def task(self, task: Task, frame: Frame) -> None:
        """Follow a task; raises likewise."""
        self._spend(task.place)
        inner, own = of_task(task, frame)
        is_static = task.module.startswith("import_")
        if not inner.is_run() or (inner.is_done and not is_static):
            return
        is_idle = self._is_idle(task, inner)
        if is_idle and not self.roles.asks(inner.once):
            self._register(task)
            return
        asked = inner._replace(conditions=(), undone=()) if is_static else inner
        asked = asked._replace(questions=(*self._since, *asked.questions, *asked.undone))
        self._rounds.granted = False
        try:
            rounds = self._rounds.of(task, asked, self._seen(frame, own))
            self._note_run(task, asked, rounds)
            if task.module in modules.DECIDING or not modules.is_harmless(task.module):
                self.granted |= self._rounds.granted
            for one in rounds if not is_idle else ():
                self.handlers.notify(inner.notify)
                self._by_module.get(task.module, self._act)(task, frame, one)
        except MailwardenError as error:
            self.roles.ran(inner.once, surely=False)
            if not is_idle:
                self.unfollowed(task.place, error)
        finally:
            self._register(task)

    def _note_run(self, task: Task, frame: Frame, rounds: Iterable[Round]) -> None:
        """Tell the roles whether a task of theirs runs: not what ``meta`` does, nor an import."""
        if task.module == "meta" or task.module.startswith("import_"):
            return
        if may_be_elsewhere(frame):
            self.roles.ran(frame.once, surely=False)
        for one in rounds:
            # If nothing of the role has run before, this has now.
            asked = set(one.questions) - set(frame.undone)
            self.roles.ran(frame.once, surely=not asked and not one.repeats)

    def _is_idle(self, task: Task, inner: Frame) -> bool:
        """Whether a task does nothing here, however often it runs."""
        does = task.module in self._by_module or bool(inner.notify)
        return modules.is_harmless(task.module) and not does

    def _register(self, task: Task) -> None:
        register = task.keywords.get("register")
        if register is not None:
            self.facts.open([str(register.plain)], task.name)

    def _seen(self, frame: Frame, own: Iterable[Layer] = ()) -> tuple[Layer, ...]:
        return (*self.base, *self.roles.exported, *frame.layers, *own, *self.facts.layers())

    def scope(self, every: Iterable[Layer]) -> Scope:
        """The variables that these layers are on the host."""
        return Scope(every, facts=self._known)

    def _spend(self, place: Place) -> None:
        self._left -= 1
        if self._left < 0 or len(self.done) >= ACTIONS:
            reason = f"more than {TASKS:,} tasks or {ACTIONS:,} actions are not followed"
            self.done.append(Unfollowed(place, reason))
            raise Ended

    def fails(self, error: FailedError) -> None:
        """Note where it ends, though nothing says that it has to."""
        reason = "it fails here, and nothing behind it is done"
        self.done.append(Unfollowed(error.place, reason))

    def unfollowed(self, place: Place, reason: str | MailwardenError) -> None:
        """Note that nobody knows what is done behind a place."""
        if isinstance(reason, MailwardenError):
            here = (reason.path, reason.line) == (place.path, place.line)
            reason = reason.reason if here else str(reason)
        self.done.append(Unfollowed(place, reason))
        name = f"what is done at {place.path}:{place.line}"
        self.facts.add(Layer(levels.SET_FACT, name, unseen="is not followed"))

    # What modules do

    def _act(self, task: Task, frame: Frame, one: Round) -> None:
        if modules.is_harmless(task.module):
            return
        self._called[task.name] += 1
        number = self._called[task.name]
        name = task.name if number == 1 else f"{task.name} ({number})"
        given = self._given(task, frame, one)
        self.done.append(
            Action(
                Named(name, task.text),
                task.module,
                given,
                one.questions,
                frame.path,
                frame.folders(),
                one.scope,
            )
        )

    def _given(self, task: Task, frame: Frame, one: Round) -> Given | None:
        if task.arguments.open is not None:
            return None
        defaults = _defaults(task, frame)
        found: dict[str, Text | list[Text]] = {}
        try:
            for name, value in {**defaults, **task.arguments.values}.items():
                text = self._source(value, frame, one) if name == "src" else None
                if text is None:
                    text = evaluate.printed(value, one.scope, self.limits)
                if text is not None:
                    open_ = one.repeats and name not in NAMING
                    found[name] = _opened(task, one.repeats) if open_ else text
        except MailwardenError:
            return None
        return found

    def _source(self, value: Value, frame: Frame, one: Round) -> Text | list[Text] | None:
        """What ``src`` is."""
        value = frame.anchored(value)
        terms = firsts.looked_up(value, one.scope, self.limits)
        if terms is not None:
            search = firsts.Search(self.project.source, frame.folders(), "")
            text = firsts.chosen(anchored(terms, frame), search, one.scope, self.limits)
            if text is not None:
                return text
        return evaluate.printed(value, one.scope, self.limits)

    def _set_fact(self, task: Task, frame: Frame, one: Round) -> None:
        given = task.arguments
        # A round sees what the rounds before it have set.
        scope = self.scope((*self._seen(frame, of_task(task, frame)[1]), *one.layers))
        plain = None if given.open is not None else self._worked_out(given.values, scope)
        value = Value(files.LITERAL, plain, task.place)
        layer = layers.of_set_fact(task.name, value, not one.questions and not one.repeats)
        rests_on = [*scope.supplied, *(f"nobody sets {name}" for name in scope.absent)]
        if rests_on and not layer.unread:
            layer = layer._replace(supplied=" and ".join(rests_on))
        self.facts.add(layer)

    def _worked_out(self, values: Mapping[str, Value], scope: Scope) -> dict[str, Value]:
        try:
            return {
                name: evaluate.worked_out(value, scope, self.limits)
                for name, value in values.items()
            }
        except MailwardenError:
            return dict(values)

    def _vars(self, task: Task, frame: Frame, one: Round) -> None:
        found = included.variables(task, frame, self.project.source, one.scope, self.limits)
        for layer, questions in found:
            self.facts.add(layer, always=not (one.questions or questions or one.repeats))

    def _fail(self, task: Task, frame: Frame, one: Round) -> None:
        if one.scope.supplied or one.scope.absent:
            # Whoever uses it sets what it demands.
            return
        # Where an earlier task of the block fails, the block fails as well.
        asked = set(one.questions) - set(frame.tried)
        if not asked and not one.repeats and not included.is_ignored(task, frame):
            raise FailedError(task.place)

    def _assert(self, task: Task, frame: Frame, one: Round) -> None:
        asked = written.words(task.arguments.get("that"))
        if self._rounds.questions(asked, one.scope) is None:
            self._fail(task, frame, one)

    def _meta(self, task: Task, frame: Frame, one: Round) -> None:
        word = task.arguments.get(RAW)
        what = str(word.plain).strip() if word is not None else ""
        if what == "flush_handlers":
            self.flush(one.questions)
        elif what in ("end_play", "end_host", "end_batch", "end_role"):
            if not one.questions:
                raise Ended(role=what == "end_role")
            self._since = (*self._since, f"whether {task.name} does not end it")

    def flush(self, asked: tuple[str, ...] = ()) -> None:
        """Follow the handlers that may have been notified; ``asked`` decides whether now."""
        for handler, frame, question in list(self.handlers.notified(keep=bool(asked))):
            questions = (*asked, *frame.questions, question)
            self.task(handler, frame._replace(questions=questions))

    # What is included

    def _deeper(self, frame: Frame) -> None:
        if frame.depth >= DEEPEST:
            raise MailwardenError(f"files are included more than {DEEPEST} deep", frame.path)

    def _tasks(self, task: Task, frame: Frame, one: Round) -> None:
        self._deeper(frame)
        is_static = task.module == "import_tasks"
        name = task.arguments.get(RAW, "file")
        if name is None or task.arguments.open is not None:
            raise _error("no file is named", task.place)
        name = frame.anchored(name)
        folders = list(frame.task_folders(is_static))
        text = evaluate.printed(name, one.scope, self.limits)
        chosen = isinstance(text, Text) and firsts.named(
            name, text, folders, self.project.source, one.scope, self.limits
        )
        if not chosen:
            raise _error(f"{name.plain} is not in the repository, or not known", task.place)
        for choice in chosen:
            inner = included.frame(task, frame, one, is_static)
            inner = inner._replace(questions=(*inner.questions, *choice.questions))
            self.file(choice.path, inner.inside(choice.path), task.place)

    def file(self, path: str, frame: Frame, place: Place) -> None:
        """Follow a file of tasks; ``frame`` is that of its tasks."""
        try:
            entries = self.project.tasks(path)
        except MailwardenError as error:
            self.unfollowed(place, error)
            return
        self.entries(entries, frame)

    def _role(self, task: Task, frame: Frame, one: Round) -> None:
        self._deeper(frame)
        is_static = task.module == "import_role"
        entry, parts = included.role(task, one.scope, self.limits)
        inner = included.frame(task, frame, one, is_static)
        is_public = is_static or included.is_public(task)
        self.role(entry, inner, parts, repeats=True, exports=is_public)

    def role(
        self,
        entry: RoleEntry,
        frame: Frame,
        parts: dict[str, str] | None = None,
        repeats: bool = False,
        exports: bool = True,
    ) -> None:
        """Follow a role: first the roles that it depends on, then its own tasks.

        ``parts`` are the files of it that count for ``main``; what ``repeats`` is done again.
        """
        self._spend(entry.place)
        try:
            found = self.roles.entered(entry, frame, parts or {}, self.named(entry, frame))
        except MailwardenError as error:
            if self._is_asked(entry, frame):
                self.unfollowed(entry.place, error)
            return
        if not repeats:
            found = self.roles.once(found)
        self.announce(found, exports)
        for dependency in found.meta.dependencies:
            # What it sets the role shows with its own.
            self.role(dependency, found.frame, exports=False)
        since = self._since
        try:
            if self.is_idle(found):
                self._pass_by(found)
            elif found.tasks:
                self.entered[found.frame.role] = None
                self.file(found.tasks, found.frame.inside(found.tasks, "tasks"), entry.place)
        except Ended as end:
            if not end.role:
                raise
        self._since = since
        if not repeats:
            self.roles.done(found)

    def is_idle(self, role: Entered) -> bool:
        """Whether a role does nothing of mail, so that its tasks are not followed."""
        frame = role.frame
        return self._reached is not None and self._reached.is_idle(frame.role, frame.playbook)

    def brings(self, role: Entered) -> bool:
        """Whether a role may show the variables of others to the play."""
        frame = role.frame
        return self._reached is None or self._reached.brings(frame.role, frame.playbook)

    def _pass_by(self, role: Entered) -> None:
        """Note what the tasks of a role may set that are not followed."""
        layer = self._reached.sets(role.frame.role) if self._reached is not None else None
        if layer is not None:
            self.facts.add(layer)

    def announce(self, role: Entered, exports: bool = True) -> None:
        """Make a role's variables and handlers known to the play."""
        if exports:
            self.roles.export(role)
        path = role.handlers
        if path:
            try:
                entries = self.project.tasks(path)
            except MailwardenError as error:
                self.unfollowed(Place(path, 1, 1, 1, 1, 0, 0), error)
            else:
                self.add_handlers(entries, role.frame.inside(path, "handlers"), role.name)

    def add_handlers(self, entries: Iterable[Entry], frame: Frame, role: str = "") -> None:
        """Make handlers known to the play, those of files that are imported by their own names."""
        for entry in entries:
            if isinstance(entry, Task) and entry.module in ("import_tasks", "include"):
                try:
                    self._add_imported(entry, frame, role)
                except MailwardenError as error:
                    self.unfollowed(entry.place, error)
            else:
                self.handlers.add([entry], frame, role)

    def _add_imported(self, task: Task, frame: Frame, role: str) -> None:
        self._deeper(frame)
        self._spend(task.place)
        name = task.arguments.get(RAW, "file")
        path = ""
        if name is not None and name.kind == files.LITERAL:
            folders = list(frame.task_folders(static=True))
            path = firsts.first(str(name.plain), folders, self.project.source)
        if not path:
            raise _error("the handlers that it imports are not known", task.place)
        inner = frame.under(task.keywords).inside(path)
        self.add_handlers(self.project.tasks(path), inner, role)

    def named(self, entry: RoleEntry, frame: Frame) -> str:
        """The name of a role; raises ``MailwardenError`` where it is not known."""
        name = evaluate.printed(entry.role, self.scope(self._seen(frame)), self.limits)
        if not isinstance(name, Text) or name.holes:
            raise _error(f"the role {entry.role.plain} is not known", entry.place)
        return name.string

    def _is_asked(self, entry: RoleEntry, frame: Frame) -> bool:
        """Whether a role may be done at all."""
        inner = frame.under(entry.keywords)
        scope = self.scope(self._seen(inner))
        return inner.is_run() and self._rounds.questions(inner.conditions, scope) is not None


def _is_any_run(entries: Iterable[Entry], frame: Frame) -> bool:
    """Whether the tags of entries leave any of them to be done."""
    return any(
        _is_any_run((*one.block, *one.rescue, *one.always), frame.under(one.keywords))
        if isinstance(one, Block)
        else of_task(one, frame)[0].is_run()
        for one in entries
    )


def _defaults(task: Task, frame: Frame) -> dict[str, Value]:
    """The parameters that ``module_defaults`` gives a module."""
    keyword = task.keywords.get("module_defaults", frame.keywords.get("module_defaults"))
    found: dict[str, Value] = {}
    if keyword is not None and isinstance(keyword.plain, dict):
        for name, value in keyword.plain.items():
            if modules.short(str(name)) == task.module and isinstance(value.plain, dict):
                found.update(value.plain)
    return found


def _opened(task: Task, name: str) -> Text:
    """A parameter that is another one in each round."""
    whole = task.text.span(0, len(task.text))
    return Text(task.text.path, HOLE, [(0, *whole)], {0: Hole(name)})


def _error(reason: str, place: Place) -> MailwardenError:
    return MailwardenError(reason, place.path, place.line, place.column)
