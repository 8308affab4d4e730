# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the files leave open, tried one answer at a time.

A format is written as if everything were known.  Where it is not, it asks: ``choose`` for a branch
of a template, ``since`` for a program's version.  ``explore`` runs the format once for every
combination of answers that it really asked for, so a question that decides nothing costs nothing,
and two places that hang on one question always agree.

A question may have a supplied answer, which holds unless something outside the files says
otherwise: an include that matches no file adds nothing.  ``takes`` asks whether it is taken.  The
supplied answers of a unit are taken together or not at all, so they cost at most a second pass: one
with all of them, and, where a question of this kind came up, one in which the format leaves open
what they decide.
"""

from __future__ import annotations

from .budget import Budget

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterable, Mapping, NamedTuple, Sequence, Tuple, TypeVar

    Result = TypeVar("Result")
    # A question and its answer.
    Condition = Tuple[str, str]
    Version = Tuple[int, ...]
else:
    from ..tuples import NamedTuple

LIMIT = 64
# What stands for the answer of a question that has a supplied one.
TAKEN, NOT_TAKEN = "(taken)", "(not taken)"


class Supplied(NamedTuple):
    """A supplied answer: the sentence that says it, and the settings that another could bring."""

    words: str
    could_set: frozenset[str]


class Assumptions:
    """The answers under which one alternative holds."""

    def __init__(
        self,
        programs: Mapping[str, str],
        path: Sequence[Condition] = (),
        keep_open: bool = False,
        facts: Mapping[str, str] | None = None,
        taking: bool = True,
        budget: Budget | None = None,
    ) -> None:
        # What reading the unit may cost, in all of its alternatives together.
        self.budget = budget or Budget()
        self._programs = programs
        self._facts = facts or {}
        self._given = list(path)
        self._answers: dict[str, str] = {}
        self._bounds: dict[str, tuple[Version, Version | None]] = {}
        self._keep_open = keep_open
        self._taking = taking
        self.supplied: dict[str, Supplied] = {}
        self.supposed: set[str] = set()
        self.taken: list[Condition] = []
        self.untried: list[list[Condition]] = []
        self.left_open: list[str] = []
        # What a format has made under these answers and may ask for again.
        self.made: dict[object, Any] = {}

    def choose(self, question: str, answers: Sequence[str]) -> str | None:
        """The answer to ``question``, one of ``answers``; ``None`` where it has to stay open."""
        if question in self._answers:
            return self._answers[question]
        if not answers:
            return None
        if len(answers) > 1 and self._keep_open:
            if question not in self.left_open:
                self.left_open.append(question)
            return None
        return self._branch(question, list(answers))

    def suppose(self, question: str, answers: Sequence[str]) -> str | None:
        """As ``choose``, where the answers are only supposed: of a file that is not here.

        What holds under some of them and not under all is no finding.
        """
        self.supposed.add(question)
        return self.choose(question, answers)

    def takes(self, question: str, words: str, could_set: Iterable[str] = ()) -> bool:
        """Whether the supplied answer of ``question`` is taken; if not, the question is open.

        ``words`` is the answer as a short sentence, for ``rests_on``.  ``could_set`` names the
        settings that another answer could bring: a finding that rests on the default of one of
        them is no more than possible.
        """
        if question not in self.supplied:
            self.supplied[question] = Supplied(words, frozenset(could_set))
        return self._taking

    def fact(self, name: str) -> str | None:
        """A fact of another part of the run (``sasl-mechanisms:dovecot``), if it is known."""
        return self._facts.get(name)

    def named(self, program: str) -> str | None:
        """The version that the caller names for the program; ``None`` if it names none."""
        return self._programs.get(program) or None

    def written_for(self, program: str, version: str) -> None:
        """Take ``version`` as the oldest: an older program refuses what the files say.

        A version that the caller names goes before it, and what an older one refuses is reported.
        """
        if not self._programs.get(program):
            low, high = self._bounds.get(program, ((), None))
            self._bounds[program] = (max(low, parse_version(version)), high)

    def written_before(self, program: str, version: str) -> None:
        """Take the program for older than ``version``, which refuses what the files say.

        As with ``written_for``, a version that the caller names goes before it.
        """
        if not self._programs.get(program):
            low, high = self._bounds.get(program, ((), None))
            wanted = parse_version(version)
            self._bounds[program] = (low, wanted if high is None else min(high, wanted))

    def since(self, program: str, version: str) -> bool:
        """Whether the program is of ``version`` ("3.6") or newer.

        Without a named version both sides of every boundary that matters are tried.
        """
        wanted = parse_version(version)
        known = self._programs.get(program)
        if known:
            have = parse_version(known)
            # "3" and "3.6" name a whole series: its newest member counts.
            return have >= wanted[: len(have)]
        low, high = self._bounds.get(program, ((), None))
        if low >= wanted:
            return True
        if high is not None and high <= wanted:
            return False
        answer = self._branch(f"{program}>={version}", ["yes", "no"])
        if answer == "yes":
            self._bounds[program] = (wanted, high)
            return True
        self._bounds[program] = (low, wanted)
        return False

    def conditions(self) -> tuple[Condition, ...]:
        """The questions that were asked and their answers, those of supplied ones first."""
        answer = TAKEN if self._taking else NOT_TAKEN
        return (*((question, answer) for question in self.supplied), *self.taken)

    def _branch(self, question: str, answers: list[str]) -> str:
        depth = len(self.taken)
        if depth < len(self._given):
            answer = self._given[depth][1]
        else:
            answer = answers[0]
            # The last in is tried first, so the outcomes come in the order of the answers.
            for other in reversed(answers[1:]):
                self.untried.append(self.taken + [(question, other)])
        self.taken.append((question, answer))
        self._answers[question] = answer
        return answer


def decider(question: str) -> str:
    """What a reader is told about a question: every boundary of a version is one thing."""
    program, boundary, _version = question.partition(">=")
    return f"the version of {program}" if boundary else question


def parse_version(text: str) -> Version:
    """``3.10.13`` as numbers that compare; raises ``ValueError`` where it is none."""
    return tuple(int(part) for part in text.split("."))


def explore(
    read: Callable[[Assumptions], Result],
    programs: Mapping[str, str],
    facts: Mapping[str, str] | None = None,
    limit: int = LIMIT,
    budget: Budget | None = None,
) -> tuple[list[tuple[tuple[Condition, ...], Result]], list[str]]:
    """Every outcome of ``read``, each with the answers that led to it.

    The outcomes with the supplied answers come first.  Beyond ``limit`` combinations the questions
    stay open instead (each field that they decide is then undecided), and the second value names
    them.  Program versions are tried all the same: their boundaries are few.
    Raises ``Overspent`` where all of it costs more than the ``budget``.
    """
    budget = budget or Budget()
    outcomes: list[tuple[Assumptions, Result]] = []
    for taking in (True, False):
        if taking or any(assume.supplied for assume, _result in outcomes):
            outcomes += _pass(read, programs, facts, limit, taking, budget)
    open_questions = sorted({name for assume, _result in outcomes for name in assume.left_open})
    return [(assume.conditions(), result) for assume, result in outcomes], open_questions


def _pass(
    read: Callable[[Assumptions], Result],
    programs: Mapping[str, str],
    facts: Mapping[str, str] | None,
    limit: int,
    taking: bool,
    budget: Budget,
) -> list[tuple[Assumptions, Result]]:
    """The outcomes with the supplied answers, or without."""
    for keep_open in (False, True):
        waiting: list[list[Condition]] = [[]]
        outcomes: list[tuple[Assumptions, Result]] = []
        while waiting and (keep_open or len(outcomes) < limit):
            assume = Assumptions(programs, waiting.pop(), keep_open, facts, taking, budget)
            outcomes.append((assume, read(assume)))
            waiting.extend(assume.untried)
        if not waiting:
            break
    return outcomes
