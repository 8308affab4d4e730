# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the files leave open, tried one answer at a time.

A format is written as if everything were known.  Where it is not, it asks: ``choose`` for a branch
of a template, ``since`` for a program's version.  ``explore`` runs the format once for every
combination of answers that it really asked for, so a question that decides nothing costs nothing,
and two places that hang on one question always agree.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Mapping, Sequence, Tuple, TypeVar

    Result = TypeVar("Result")
    # A question and its answer.
    Condition = Tuple[str, str]
    Version = Tuple[int, ...]

LIMIT = 64


class Assumptions:
    """The answers under which one alternative holds."""

    def __init__(
        self,
        programs: Mapping[str, str],
        path: Sequence[Condition] = (),
        keep_open: bool = False,
        facts: Mapping[str, str] | None = None,
    ) -> None:
        self._programs = programs
        self._facts = facts or {}
        self._given = list(path)
        self._answers: dict[str, str] = {}
        self._bounds: dict[str, tuple[Version, Version | None]] = {}
        self._keep_open = keep_open
        self.taken: list[Condition] = []
        self.untried: list[list[Condition]] = []
        self.left_open: list[str] = []

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

    def fact(self, name: str) -> str | None:
        """What another part of the run knows (``sasl-mechanisms:dovecot``); ``None``: nobody."""
        return self._facts.get(name)

    def named(self, program: str) -> str | None:
        """The version that somebody named for the program; ``None``: nobody."""
        return self._programs.get(program) or None

    def written_for(self, program: str, version: str) -> None:
        """Take ``version`` as the oldest: an older program refuses what the files say.

        That holds where nobody named a version; who names an older one is told what it refuses.
        """
        if not self._programs.get(program):
            low, high = self._bounds.get(program, ((), None))
            self._bounds[program] = (max(low, parse_version(version)), high)

    def written_before(self, program: str, version: str) -> None:
        """Take the program for older than ``version``, which refuses what the files say.

        As with ``written_for``, a version that somebody named stands.
        """
        if not self._programs.get(program):
            low, high = self._bounds.get(program, ((), None))
            wanted = parse_version(version)
            self._bounds[program] = (low, wanted if high is None else min(high, wanted))

    def since(self, program: str, version: str) -> bool:
        """Whether the program is of ``version`` ("3.6") or newer.

        A version that nobody named is tried on both sides of every boundary that matters.
        """
        wanted = parse_version(version)
        known = self._programs.get(program)
        if known:
            have = parse_version(known)
            # "3" and "3.6" name a whole series: what is not said is taken as its newest member.
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
) -> tuple[list[tuple[tuple[Condition, ...], Result]], list[str]]:
    """Every outcome of ``read``, each with the answers that led to it.

    Beyond ``limit`` combinations the questions stay open instead (each field that they decide is
    then undecided), and the second value names them.  Program versions are tried all the same:
    their boundaries are few.
    """
    outcomes = _run(read, programs, facts, limit, keep_open=False)
    if outcomes is not None:
        return [(tuple(assume.taken), result) for assume, result in outcomes], []
    outcomes = _run(read, programs, facts, limit, keep_open=True) or []
    open_questions = sorted({name for assume, _result in outcomes for name in assume.left_open})
    return [(tuple(assume.taken), result) for assume, result in outcomes], open_questions


def _run(
    read: Callable[[Assumptions], Result],
    programs: Mapping[str, str],
    facts: Mapping[str, str] | None,
    limit: int,
    keep_open: bool,
) -> list[tuple[Assumptions, Result]] | None:
    waiting: list[list[Condition]] = [[]]
    outcomes: list[tuple[Assumptions, Result]] = []
    while waiting:
        if len(outcomes) >= limit and not keep_open:
            return None
        assume = Assumptions(programs, waiting.pop(), keep_open, facts)
        result = read(assume)
        outcomes.append((assume, result))
        waiting.extend(assume.untried)
    return outcomes
