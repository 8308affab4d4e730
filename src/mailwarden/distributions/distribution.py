"""What a distribution ships, as data: its versions, its files, and where that is known from."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ansible_collections.mailwarden.policy.plugins.module_utils.source import clean
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Hole, Text

# What a file cannot say before it is installed: the answer to a question of the package, or the
# host's own name.
OPEN = {
    "@HOSTNAME@": "the name of the host",
    "@DESTINATIONS@": "debconf postfix/destinations",
    "@RELAYHOST@": "debconf postfix/relayhost",
}


class Signs(NamedTuple):
    """What a repository shows of the hosts that it is for, or by what a distribution is known.

    ``packages`` are names of packages, ``paths`` beginnings of paths, ``managers`` the modules that
    install packages, ``services`` names of services, ``families`` values of ``ansible_os_family``;
    ``releases`` are names of releases that something names, such as an image.
    """

    packages: frozenset[str] = frozenset()
    paths: frozenset[str] = frozenset()
    managers: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    families: frozenset[str] = frozenset()
    releases: frozenset[str] = frozenset()


class Distribution(NamedTuple):
    """A release of a distribution: files and versions that belong together.

    ``versions`` has each program that is known, as upstream counts.  ``packages`` has the files of
    each package, by path: settings alone, in their order; what is open until the installation is
    written as in ``OPEN``.  A package without files installs no configuration; what a package does
    not list is not known.  ``evidence`` says of each program where that is known from.
    ``commented`` are settings that a file holds as comments, behind its first one.  ``facts``
    are what formats ask beyond versions (``Options.facts``).  ``made`` are certificates and keys
    that are there after the installation.  ``unsure`` says of a path why it may differ or not be
    there.
    """

    name: str
    title: str
    family: str
    versions: Mapping[str, str]
    packages: Mapping[str, Mapping[str, str]]
    evidence: Mapping[str, str]
    signs: Signs
    commented: Mapping[str, str] = {}
    facts: Mapping[str, str] = {}
    made: tuple[str, ...] = ()
    unsure: Mapping[str, str] = {}

    @property
    def files(self) -> dict[str, str]:
        """What all the packages install."""
        return self.installed(self.packages)

    def installed(self, packages: Iterable[str]) -> dict[str, str]:
        """What some packages install.

        In: their names.  Out: the files by path.  Raises ``KeyError`` where a package is not known.
        """
        return {path: text for name in packages for path, text in self.packages[name].items()}

    def shipped(self, path: str) -> str:
        """A file as an edit finds it, with the settings that it holds as comments.

        Raises ``KeyError`` where no package has the file.
        """
        first, newline, rest = self.files[path].partition("\n")
        return first + newline + self.commented.get(path, "") + rest


class Shipped(MemorySource):
    """A host on which nothing is done but to install packages of a distribution.

    ``packages`` are their names; without any, all that are known.  The folders where packages of
    the distribution have files hold nothing else; of other folders it knows nothing.
    """

    def __init__(self, distribution: Distribution, *packages: str) -> None:
        files = distribution.installed(packages or distribution.packages)
        held = {path: distribution.shipped(path).encode() for path in files}
        super().__init__({**dict.fromkeys(distribution.made, b""), **held})
        self._whole = {os.path.dirname(path) for path in distribution.files}

    def exists(self, path: str) -> bool | None:
        """Whether the file is there; ``None`` where that is not known."""
        known = super().exists(path)
        if known is None and clean(path) in self._whole:
            return True
        return False if known is None and os.path.dirname(clean(path)) in self._whole else known

    def locate(self, path: str, beside: str = "") -> str | None:
        """Where a file or a folder is, an empty one too; ``None`` where that is not known."""
        joined = clean(os.path.join(os.path.dirname(beside), path))
        return joined if joined in self._whole else super().locate(path, beside)

    def text(self, path: str) -> Text:
        """The file with a hole for each value that is open."""
        return opened(super().text(path))


def opened(text: Text) -> Text:
    """A file of a distribution with a hole for each value that is open."""
    found = re.finditer(r"@[A-Z]{1,12}@", text.string)
    return text.opened(
        (*one.span(), Hole(OPEN[one.group()])) for one in found if one.group() in OPEN
    )
