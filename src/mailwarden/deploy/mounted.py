"""The hosts that a repository makes, as files of it: ``roles/mail:/etc/postfix/main.cf``.

What a configuration on a host names is looked for on that host.  A place in one of its files is
always one of the repository's, but for what a distribution ships, of which the engine makes causes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from ansible_collections.mailwarden.policy.plugins.module_utils import catalogue
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.source import (
    OnHost,
    Over,
    Rendering,
    Source,
    clean,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.place import Place

from . import concerns, releases
from .steps.outcome import same

if TYPE_CHECKING:
    from .host import Host

# How it is said that a finding rests on a distribution.
HOST_IS = "the host is "
# How a host is made of the files of a source.
Plan = Callable[[Source], "Host"]


def parted(path: str) -> tuple[str, str]:
    """The name of the host that a path may lie on, and the path there: a whole one or a user's."""
    starts = [at for at in (path.find(":/"), path.find(":~")) if at >= 0]
    at = min(starts, default=-1)
    return ("", path) if at < 0 else (path[:at], path[at + 1 :])


class Mounted(Source):
    """A repository, and the hosts that it makes, by their names."""

    def __init__(
        self,
        below: Source,
        plans: Mapping[str, Plan],
        made: Mapping[str, Made] | None = None,
        former: Mapping[str, Made] | None = None,
    ) -> None:
        """``former`` are hosts as they were before some files changed."""
        self._below = below
        self._former = former or {}
        self._plans = plans
        self._made: dict[str, Made] = dict(made or {})

    def host(self, name: str) -> Made:
        """A host, made when it is first asked for."""
        if name not in self._made:
            seen = _Seen(self._below)
            host = self._plans[name](seen)
            if name in self._former:
                _refuse_loose(host, self._former[name].host)
            self._made[name] = Made(name, host, frozenset(seen.read_paths))
        return self._made[name]

    def hosts(self) -> list[Made]:
        """All the hosts."""
        return [self.host(name) for name in self._plans]

    def _on(self, path: str) -> tuple[Made, str] | None:
        """The host that a path lies on, and the path there."""
        name, there = parted(path)
        return (self.host(name), clean(there)) if name in self._plans else None

    # As a source

    def text(self, path: str) -> Text:
        on = self._on(path)
        return self._below.text(path) if on is None else on[0].text(on[1])

    def read(self, path: str) -> bytes:
        if self._on(path) is None:
            return self._below.read(path)
        return self.text(path).string.encode("utf-8", "surrogateescape")

    def looked_into(self, path: str) -> bytes:
        return self._below.looked_into(path) if self._on(path) is None else self.read(path)

    def head(self, path: str) -> str:
        return self._below.head(path) if self._on(path) is None else super().head(path)

    def exists(self, path: str) -> bool | None:
        on = self._on(path)
        return self._below.exists(path) if on is None else on[0].exists(on[1])

    def credential(self, path: str, beside: str = "") -> bool | None:
        on = self._on(beside)
        if on is None:
            return self._below.credential(path, beside)
        made = on[0].host.ground.distribution.made
        return True if clean(path) in made else on[0].exists(clean(path)) or None

    def listing(self, folder: str) -> list[str]:
        on = self._on(folder)
        return self._below.listing(folder) if on is None else on[0].listing(on[1])

    def locate(self, path: str, beside: str = "") -> str | None:
        on = self._on(beside) or self._on(path)
        if on is None:
            return self._below.locate(path, beside)
        made, here = on
        if parted(path)[0] == made.name:
            return path
        joined = clean(os.path.join(os.path.dirname(here), path))
        return None if made.exists(joined) is None else f"{made.name}:{joined}"

    def rendered_to(self, path: str) -> str:
        on = self._on(path)
        if on is None:
            return self._below.rendered_to(path)
        return on[1] if on[0].exists(on[1]) else ""

    def rendered(self, path: str, text: Text) -> Rendering:
        on = self._on(path)
        if on is None:
            return self._below.rendered(path, text)
        made, here = on
        return Rendering(text, made.rests_on(here), made.known(here), made.host.empty)

    def remade(self, files: Mapping[str, bytes], seen: Source | None = None) -> Source:
        kept = {name: one for name, one in self._made.items() if not one.read & files.keys()}
        below = self._below.remade(files) or MemorySource(files, seen or self._below)
        return Mounted(below, self._plans, kept, {**self._former, **self._made})

    def place_of(self, path: str) -> Place | None:
        on = self._on(path)
        return self._below.place_of(path) if on is None else on[0].place(on[1])


class Made:
    """A host, and the files of the repository that were read to make it."""

    def __init__(self, name: str, host: Host, read: frozenset[str]) -> None:
        self.name = name
        self.host = host
        self.read = read
        self._texts: dict[str, Text] = {}
        self._places: dict[str, Place] = {}

    def files(self) -> list[str]:
        """The files of mail programs that actions have written, and what those are a part of."""
        written = [path for path in self.host.written if self.exists(path)]
        folders = {os.path.dirname(path) + "/" for path in written} - {"/etc/"}
        main = [
            path
            for path in sorted(concerns.usual())
            if self.exists(path) and any(one.startswith(os.path.dirname(path)) for one in folders)
        ]
        return [f"{self.name}:{path}" for path in dict.fromkeys((*main, *written))]

    def is_as(self, other: Made) -> bool:
        """Whether another host has the same files, whatever is under them."""
        mine, theirs = self._own(), other._own()
        return mine.keys() == theirs.keys() and all(
            same(text, theirs[path]) and not self._stands(path) for path, text in mine.items()
        )

    def is_twin(self, other: Made) -> bool:
        """Whether another host has the same files, made of the same files of the repository."""
        mine, theirs = self._own(), other._own()
        by, by_other = self.host.written, other.host.written
        return (
            self.host.ground.distribution == other.host.ground.distribution
            and self.host.failed.keys() == other.host.failed.keys()
            and mine.keys() == theirs.keys()
            and all(by[path].files == by_other[path].files for path in mine)
            and all(same(text, theirs[path]) for path, text in mine.items())
        )

    def _own(self) -> dict[str, Text | None]:
        return {path: self.host.files.get(path) for path in self.host.written}

    def laid(self, path: str) -> tuple[str, ...]:
        """The templates and copies of the repository that were laid as one of its files."""
        by = self.host.written.get(path.partition(":")[2])
        return by.laid if by is not None else ()

    def sources(self, path: str) -> set[str]:
        """The files of the repository that one of its files is made of."""
        read = self.text(path).paths() if path not in self.host.failed else set()
        return {*self.host.written[path].files, *read}

    def text(self, path: str) -> Text:
        """A file under its name in the repository; raises ``MailwardenError``."""
        if path not in self._texts:
            text = self.host.text(path)
            if text is None:
                raise MailwardenError("no such file", f"{self.name}:{path}")
            self._texts[path] = Text.joined(f"{self.name}:{path}", [text])
        return self._texts[path]

    def exists(self, path: str) -> bool | None:
        """Whether a file or a folder is there; ``None`` where that is not known."""
        host = self.host
        if path in host.failed:
            return True
        if path in host.files:
            return host.files[path] is not None
        if path in host.ground.paths or host.is_folder(path):
            return True
        return False if host.knows(path) else None

    def listing(self, folder: str) -> list[str]:
        """The names in a folder."""
        found = set()
        for path in {*self.host.files, *self.host.ground.paths}:
            if path.startswith(f"{folder}/") and self.exists(path):
                found.add(path[len(folder) + 1 :].partition("/")[0])
        return sorted(found)

    def rests_on(self, path: str) -> tuple[str, ...]:
        """What a unit of files takes for granted, in words."""
        words = dict.fromkeys(self.host.rests_on)
        by = self.host.written
        if any(by[one].granted for one in self._beside(path) if one in by):
            words[self.host.granted] = None
        for one in self._beside(path):
            words.update(dict.fromkeys(self.host.rests_on_file(one)))
        if self._stands(path):
            words[HOST_IS + self.host.ground.distribution.title] = None
        return tuple(words)

    def known(self, path: str) -> OnHost:
        """What the engine is to know of a unit of files."""
        distribution = self.host.ground.distribution
        stands = self._stands(path)
        return OnHost(
            self.host.ground.shipped(),
            self.place(path),
            self._sources(path),
            distribution.versions if stands else {},
            distribution.facts if stands else {},
            releases.doubtful(distribution, path),
        )

    def _beside(self, path: str) -> Iterator[str]:
        """The files of a program's folder that may be read together with one."""
        folder = concerns.folder_of(path)
        yield from (
            one
            for one in sorted({*self.host.files, *self.host.failed, *self.host.ground.paths})
            if one.startswith(folder) and self.exists(one)
        )

    def _stands(self, path: str) -> bool:
        """Whether a unit of files stands on what the distribution ships.

        A file of a folder counts if another one that counts speaks of it, or of the folder.
        """
        shipped = self.host.ground.shipped()
        waiting, seen = [path], set()
        beside = list(self._beside(path))
        if os.path.basename(path) in ("main.cf", "master.cf"):
            waiting = [one for one in beside if one.endswith(("/main.cf", "/master.cf"))]
        while waiting:
            one = waiting.pop()
            if one in seen or one in self.host.failed:
                continue
            seen.add(one)
            text = self.text(one)
            if not text.paths().isdisjoint(shipped):
                return True
            for other in beside:
                inside = other[len(concerns.folder_of(path)) :].partition("/")[0]
                if other not in seen and inside in text.string:
                    waiting.append(other)
        return False

    def _sources(self, path: str) -> tuple[str, ...]:
        """The files of the repository that a unit of files is made of."""
        found: dict[str, None] = {}
        shipped = self.host.ground.shipped()
        for one in self._beside(path):
            if one in self.host.written:
                found.update(dict.fromkeys(self.host.written[one].files))
                if one not in self.host.failed:
                    found.update(dict.fromkeys(sorted(self.text(one).paths())))
        return tuple(name for name in found if name and name not in shipped)

    def place(self, path: str) -> Place:
        """Where a line of a package is shown: at what of the repository is nearest to it.

        That is the beginning of the file that was last laid whole, or the last task.
        """
        if path not in self._places:
            self._places[path] = self._place(path)
        return self._places[path]

    def _place(self, path: str) -> Place:
        error = self.host.failed.get(path)
        if error is not None and error.path:
            line = error.line or 1
            return Place(error.path, line, 1, line, 1, 0, 0)
        # No lookup table, and no file of passwords.
        beside = [one for one in self._beside(path) if catalogue.recognise(one) is not None]
        order = sorted(beside, key=lambda one: not one.endswith(os.path.basename(path)))
        for one in order:
            text = None if one in self.host.failed else self.text(one)
            laid = self.host.written[one].files if one in self.host.written else ()
            if text is not None and laid:
                place = text.place(0)
                if place.path in laid:
                    return place
        by = self.host.written
        actions = [action for one in order if one in by for action in by[one].actions]
        every = [action for one in by.values() for action in one.actions]
        last = (actions or every)[-1].task.written
        return last.place(0, len(last))


def _refuse_loose(host: Host, former: Host) -> None:
    """Have no file of a host with a line that, unlike before, does not fit its own pattern."""
    for path in set(host.loose):
        if host.loose.count(path) > former.loose.count(path):
            host.failed[path] = MailwardenError(
                "has a line that does not fit its own pattern", path
            )


class _Seen(Over):
    """Another source, which notes what is read of it."""

    def __init__(self, below: Source) -> None:
        super().__init__(below)
        self.read_paths: set[str] = set()

    def text(self, path: str) -> Text:
        self.read_paths.add(clean(path))
        return self._below.text(path)

    def read(self, path: str) -> bytes:
        self.read_paths.add(clean(path))
        return self._below.read(path)

    def looked_into(self, path: str) -> bytes:
        self.read_paths.add(clean(path))
        return self._below.looked_into(path)

    def head(self, path: str) -> str:
        self.read_paths.add(clean(path))
        return self._below.head(path)
