# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Settings that act elsewhere than where they seem to stand.

A line with a blank in front is part of the one above it: a setting of ``main.cf`` is swallowed so,
and the options below a commented head of ``master.cf`` go to the service above.  A setting of
``main.cf`` reaches the ports of content filters too.

Source: readllines of Postfix; postconf(5), master(5); the wire table, ``parse-indented-parameter``,
``parse-commented-head`` and ``proxy-protocol-of-all-services``.
"""

from __future__ import annotations

from ...endpoint import Remark
from ...patterns import lazy
from . import services
from .defaults import LOADERS, table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, Sequence, Tuple

    from ...endpoint import Endpoint
    from .configuration import Configuration
    from .listeners import Listener
    from .services import Option, Service
    from .syntax import Main

    Served = Sequence[Tuple[Listener, Endpoint]]

PROXY = "smtpd_upstream_proxy_protocol"
# What a service has of its own to which a content filter hands mail back.
REINJECTION = ("content_filter", "smtpd_proxy_filter")

_SETTING = lazy(r"[ \t]+([a-z][a-z0-9_]*)[ \t]*=[ \t]*(.*\S|)")


def remarks(configuration: Configuration, served: Served) -> Iterator[Remark]:
    """What there is to say about such settings; ``served`` are the listeners and what they are."""
    if configuration.main is not None:
        yield from _swallowed(configuration.main)
    if configuration.master is None or configuration.stock:
        return
    for service in configuration.master.services:
        yield from _left_behind(configuration, service, served)
    yield from _reinjected(served)


def _swallowed(main: Main) -> Iterator[Remark]:
    """Lines that look like settings, and are part of the setting above them."""
    for entry in main.entries:
        for start, end in entry.line.parts[1:]:
            match = _SETTING.match(main.text.string[start:end])
            if match and _is_parameter(match.group(1)):
                from .stray_remarks import lost

                yield lost(main, entry, start, match)


def _is_parameter(name: str) -> bool:
    """Whether a program of Postfix that is known here reads a parameter of that name."""
    return any(name in table(program).ROWS for program in LOADERS)


def _left_behind(
    configuration: Configuration, service: Service, served: Served
) -> Iterator[Remark]:
    """Options below a commented head: one remark for each head, at the first of its options."""
    found: dict[str, list[Option]] = {}
    for name, number in services.left_behind(service):
        found.setdefault(name, []).append(service.options[number])
    for name, options in found.items():
        from .stray_remarks import left_behind

        yield left_behind(configuration, service, name, options, served)


def _reinjected(served: Served) -> Iterator[Remark]:
    """Ports to which a content filter hands mail back, and from which a PROXY line is expected."""
    for listener, endpoint in served:
        options = [one.entry.name for one in listener.service.options if one.entry is not None]
        if not endpoint.requires or PROXY in options or not set(options) & set(REINJECTION):
            continue
        from .stray_remarks import awaits_proxy

        yield from awaits_proxy(listener, endpoint)
