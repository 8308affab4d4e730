"""Whether a role names releases alone that are older than those of which versions are known.

What such a release ships nobody knows here: the newest one stands for it, with a Postfix of which
the version is open.  Signs are the platforms of ``meta/main.yml`` and paths with a version of
Postfix in them, as Red Hat's packages up to 7 have them (``/usr/share/doc/postfix-2.10.1``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from ansible_collections.mailwarden.policy.plugins.module_utils import catalogue
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.source import Source
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import parse_version

from .. import distributions
from ..distributions import Distribution
from ..variables import files, found
from ..variables.files import Value

PROGRAM = "postfix"
OLDER = " or older"
# What decides whether smtpd serves anybody.  Source: RELEASE_NOTES-2.10 (smtpd_relay_restrictions
# is new, smtpd_recipient_restrictions loses its default), RELEASE_NOTES-3.0 (compatibility_level).
CHANGED = frozenset(
    ("compatibility_level", "smtpd_recipient_restrictions", "smtpd_relay_restrictions")
)
_PATH = re.compile(r"/postfix-([0-9]{1,2}\.[0-9]{1,2})")


def are_older(folder: str, words: Iterable[str], source: Source) -> bool:
    """Whether a role in a folder is for older releases alone; ``words`` are those of its files."""
    named = [*_of_meta(folder, source), *_of_paths(words)]
    return bool(named) and not any(named)


def before(distribution: Distribution) -> Distribution:
    """A release, or an older one of which it stands for the files."""
    versions = {name: one for name, one in distribution.versions.items() if name != PROGRAM}
    return distribution._replace(title=f"{distribution.title}{OLDER}", versions=versions)


def doubtful(distribution: Distribution, path: str) -> frozenset[str]:
    """The settings of a file's program of which an older release may have another default."""
    known = catalogue.recognise(path)
    is_of_it = known is not None and known[0] == PROGRAM
    return CHANGED if is_of_it and distribution.title.endswith(OLDER) else frozenset()


def _of_meta(folder: str, source: Source) -> Iterator[bool]:
    """Of each platform that is named whether it may be a release that is known."""
    for path in found.of_role(source, folder, "meta"):
        try:
            document = files.document(source.text(path))
        except MailwardenError:
            continue
        for platform in _listed(_key(_key(document, "galaxy_info"), "platforms")):
            versions = [str(one.plain).lower() for one in _listed(_key(platform, "versions"))]
            name = _key(platform, "name")
            system = "" if name is None else str(name.plain).lower()
            if not any(one.startswith(f"{system}-") for one in _known()):
                continue
            if not versions or "all" in versions:
                yield True
            for version in versions:
                yield f"{system}-{version}" in _known() or version in _known()


def _of_paths(words: Iterable[str]) -> Iterator[bool]:
    known = (distributions.get(name).versions.get(PROGRAM) for name in distributions.names())
    oldest = min(parse_version(one) for one in known if one)
    for word in words:
        for version in _PATH.findall(word):
            yield parse_version(version) >= oldest[:2]


@cache
def _known() -> frozenset[str]:
    every = (distributions.get(name).signs.releases for name in distributions.names())
    return frozenset().union(*every)


def _key(value: Value | None, key: str) -> Value | None:
    held = None if value is None else value.plain
    one = held.get(key) if isinstance(held, dict) else None
    return one if isinstance(one, Value) else None


def _listed(value: Value | None) -> list[Value]:
    return value.plain if value is not None and isinstance(value.plain, list) else []
