"""What is not known in an autoconfig file is undecided, each thing by its name."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Hole, Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import explore

from tests.support.autoconfig import document, entry, holed, read

X = Hole("x")
EITHER = Hole("x", [("yes", Text.of("t", "SSL")), ("no", Text.of("t", "plain"))])
TAGS = Hole("x", [("yes", Text.of("t", "<socketType>SSL</socketType>")),
                  ("no", Text.of("t", "<socketType>plain</socketType>"))])  # fmt: skip


def around(text: str, hole: Hole) -> Text:
    """The document with a hole in the place of each ``@``."""
    parts: list[str | Hole] = []
    for part in document(text).split("@"):
        parts.extend([part, hole])
    return holed(*parts[:-1])


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        pytest.param(entry(port="@"), {"port"}, id="port"),
        pytest.param(entry(host="@"), {"host"}, id="host"),
        pytest.param(entry(host="imap.@"), {"host"}, id="part of a host"),
        pytest.param(entry(socket="@"), {"tls", "tls_works", "cleartext_auth"}, id="socketType"),
        pytest.param(entry(socket="@|SSL"), {"tls", "tls_works", "cleartext_auth"}, id="the first"),
        pytest.param(entry(socket="SSL|@"), set(), id="behind what counts"),
        pytest.param(entry(socket="@", auth="NTLM"), {"tls", "tls_works"}, id="no secret at all"),
        pytest.param(entry("smtp", socket="plain", auth="@"),
                     {"protocol", "auth", "cleartext_auth"},
                     id="authentication"),
        pytest.param(entry(socket="plain", auth="@"), {"cleartext_auth"}, id="fetching logs in"),
        pytest.param(entry(auth="@"), set(), id="any secret inside of TLS"),
        pytest.param(entry().replace("<port>", "@<port>"),
                     {"host", "port", "tls", "tls_works", "cleartext_auth"}, id="between"),
        pytest.param(entry() + "<!-- @ -->", set(), id="comment"),
        pytest.param(entry().replace("</host", "<!-- @ --></host"), {"host"}, id="too careful"),
    ],
)  # fmt: skip
def test_fields(text: str, fields: set[str]) -> None:
    reading = read(around(text, X))
    assert reading.problems == []
    assert reading.remarks == []
    assert reading.endpoints[0].undecided == dict.fromkeys(fields, ("x",))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("@", id="between entries"),
        pytest.param(entry("@"), id="type"),
        pytest.param("<incomingServer @>", id="in a tag"),
        pytest.param("<@>", id="a tag's name"),
        pytest.param("@<incomingServer>", id="no XML for want of it"),
    ],
)
def test_what_may_be_further_entries(text: str) -> None:
    reading = read(around(text, X))
    assert {name for name, _place in reading.clients} == {"x"}
    assert reading.problems == []


def test_what_is_wrong_before_a_hole_is_wrong() -> None:
    reading = read(holed("<a></b>", X))
    assert len(reading.problems) == 1
    assert reading.clients == []


@pytest.mark.parametrize("hole", [EITHER, TAGS])
def test_branches_are_alternatives(hole: Hole) -> None:
    text = entry(socket="@") if hole is EITHER else entry(socket=None) + "@"
    if hole is TAGS:
        text = entry(socket=None).replace("</incomingServer>", "@</incomingServer>")
    outcomes, _open = explore(lambda assume: read(around(text, hole), assume), {})
    said = {when: reading.endpoints[0].tls for when, reading in outcomes}
    assert said == {(("x", "yes"),): "implicit", (("x", "no"),): "none"}


def test_whether_thunderbird_knows_a_provider_matters_without_tls_only() -> None:
    def secrets(socket: str) -> list[bool | None]:
        text = document(entry(socket=socket, auth="OAuth2|NTLM"))
        outcomes, _open = explore(lambda assume: read(text, assume), {})
        return [reading.endpoints[0].cleartext_auth for _when, reading in outcomes]

    assert secrets("plain") == [True, False]
    assert secrets("SSL") == [False]
