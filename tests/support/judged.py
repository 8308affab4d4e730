"""What is found on the host of a recorded play, as it is read and as it was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ansible_collections.mailwarden.policy.plugins.module_utils import engine
from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import FIELDS, Endpoint
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import Report
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.options import Options
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.source import Rendering
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text

from mailwarden.deploy.host import Host
from mailwarden.deploy.mounted import Made, Mounted
from tests.support.followed import Followed

NAME = "host"
# What hangs on where a server listens and on how it treats an ordinary peer.
BY_ADDRESS = ("family", "requires", "exceptions", "tls", "auth", "cleartext_auth")
BY_PEER = ("tls", "auth", "cleartext_auth", "tls_works")


class Said(NamedTuple):
    """A finding, of one endpoint, wherever it points."""

    rule: str
    severity: str
    endpoint: str
    confidence: str
    rests_on: tuple[str, ...]


class _Plain(Mounted):
    """A host that is certainly this one, and whose packages' files are files like any others."""

    def rendered(self, path: str, text: Text) -> Rendering:
        made = super().rendered(path, text)
        if made.host is None:
            return made
        distribution = self.host(NAME).host.ground.distribution
        known = made.host._replace(
            shipped={}, programs=distribution.versions, facts=distribution.facts
        )
        return Rendering(text, (), known)


def as_read(made: Followed, mounted: type[Mounted] = _Plain) -> Report:
    """What is found on the host behind a play."""
    for path in made.host.files.keys() - made.host.failed.keys():
        made.host.files[path] = made.text(path)
    return _report(made.host, mounted)


def as_written(made: Followed, files: Mapping[str, str | None]) -> Report:
    """What is found on the same host with the files that were really written."""
    host = Host(made.host.ground, MemorySource({}))
    for path, text in files.items():
        host.files[path] = None if text is None else Text.of(path, text)
    host.written = made.host.written
    return _report(host, _Plain)


def _report(host: Host, mounted: type[Mounted]) -> Report:
    made = Made(NAME, host, frozenset())
    source = mounted(MemorySource({}), {NAME: lambda _source: host}, {NAME: made})
    return engine.check(source, Policy.default(), made.files(), Options(fixes=False))


def said(report: Report) -> Iterator[Said]:
    """The findings of a report, one for each endpoint, and those that another one speaks for."""
    for found in report.findings:
        for rule in (found.rule, *found.also):
            for endpoint in found.endpoints or ("",):
                yield Said(rule, found.severity, endpoint, found.confidence, found.rests_on)


def is_among(real: Endpoint, report: Report) -> bool:
    """Whether an endpoint is among those that may be there.

    Where something may define further endpoints, it may be one of these.
    """
    units = [one for one in report.units if one.unit.format == real.program]
    return any(real.side in further.sides for one in units for further in one.further()) or any(
        _may_be(real, endpoint)
        for one in units
        for alternative in one.alternatives
        for endpoint in alternative.reading.endpoints
    )


def _may_be(real: Endpoint, read: Endpoint) -> bool:
    """Whether what is known of an endpoint is so of the real one."""
    if "mx-delivery" in real.tags and "host" in read.undecided:
        # A relay of which nothing is known may be none.
        return read.name == "relayhost"
    passed = {*read.undecided, *real.undecided}
    if not passed.isdisjoint(BY_PEER):
        passed.update(("exceptions", "tls_min"))
    if "address" in passed:
        passed.update(BY_ADDRESS)
    return _name(read) == _name(real) and all(
        field in passed or getattr(read, field) == getattr(real, field) for field in FIELDS
    )


def _name(endpoint: Endpoint) -> str:
    """What an endpoint is called, whatever it listens on or dials."""
    return endpoint.id.partition("@")[0].partition("relayhost/")[0]
