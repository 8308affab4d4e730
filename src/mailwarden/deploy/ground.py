"""What a host holds before anything is done there: the files of the packages of a distribution."""

from __future__ import annotations

import os
from collections.abc import Iterable

from ansible_collections.mailwarden.policy.plugins.module_utils import catalogue
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Hole, Text

from ..distributions import Distribution, opened

# What a family's hosts say of themselves beyond their names.
MANAGERS = {"Debian": "apt", "RedHat": "dnf", "Alpine": "apk", "Archlinux": "pacman",
            "Suse": "zypper", "FreeBSD": "pkgng"}  # fmt: skip
NAMES = {"debian": "Debian", "ubuntu": "Ubuntu", "rhel": "RedHat", "fedora": "Fedora",
         "alpine": "Alpine", "arch": "Archlinux", "opensuse": "openSUSE Tumbleweed",
         "freebsd": "FreeBSD"}  # fmt: skip


def facts(distribution: Distribution) -> dict[str, object]:
    """What Ansible says of a host of a distribution, by the names of its facts.

    A release without a number of its own has no version here.
    Source: ``module_utils/facts/system/distribution.py`` of ansible-core 2.19, ``pkg_mgr.py``.
    """
    system, _dash, number = distribution.name.partition("-")
    found: dict[str, object] = {
        "ansible_distribution": NAMES[system],
        "ansible_os_family": distribution.family,
        "ansible_pkg_mgr": MANAGERS[distribution.family],
        "ansible_system": "FreeBSD" if system == "freebsd" else "Linux",
    }
    if number[:1].isdigit():
        found["ansible_distribution_version"] = number
        found["ansible_distribution_major_version"] = number.partition(".")[0]
    if system in ("debian", "ubuntu"):
        found["ansible_distribution_release"] = next(
            name for name in sorted(distribution.signs.releases) if not name.startswith(system)
        )
    return found


class Ground:
    """The files that packages of a distribution install, each with places of its own.

    No repository has these files: their places bear a path that begins with the distribution.
    """

    def __init__(self, distribution: Distribution, packages: Iterable[str]) -> None:
        self.distribution = distribution
        self._paths = set(distribution.installed(packages))
        self._folders = {os.path.dirname(path) for path in self._paths}
        self._texts: dict[str, Text] = {}

    @property
    def paths(self) -> set[str]:
        """The paths of all its files."""
        return self._paths

    def covers(self, path: str) -> bool:
        """Whether it is known what is there, be it nothing."""
        return path in self._paths or os.path.dirname(path) in self._folders

    def lacks(self, path: str) -> bool:
        """Whether a file is one of a program whose package installs no configuration."""
        known = catalogue.recognise(path)
        return known is not None and self.distribution.packages.get(known[0]) == {}

    def holds(self, folder: str) -> bool:
        """Whether a folder is one in which the packages have files."""
        return folder in self._folders

    def text(self, path: str) -> Text | None:
        """The file; ``None`` where there is none."""
        if path not in self._paths:
            return None
        if path not in self._texts:
            made = opened(Text.of(self.named(path), self.distribution.shipped(path)))
            why = self.distribution.unsure.get(path)
            if why:
                made = made.opened([(0, len(made), Hole(f"{path}, of which {why}"))])
            self._texts[path] = Text.joined(path, [made])
        return self._texts[path]

    def named(self, path: str) -> str:
        """What the places in a file of it bear as their path."""
        return f"{self.distribution.title}:{path}"

    def package(self, named: str) -> str:
        """The package whose file a place's path bears, in words; empty for no file of these."""
        title, _colon, path = named.partition(":")
        packages = self.distribution.packages.items() if title == self.distribution.title else ()
        return next((f"{title}, {name}" for name, files in packages if path in files), "")

    def shipped(self) -> dict[str, str]:
        """By the path that places bear, in words whose the files are."""
        words = f"as {self.distribution.title} ships it"
        return {self.named(path): words for path in self._paths}
