"""No input makes the reader crash; its places are exact; its answers keep the contract."""

from __future__ import annotations

from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import FIELDS
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Hole
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import explore
from hypothesis import given
from hypothesis import strategies as st

from tests.support.autoconfig import HEAD, entry, holed, read

VALUES = {
    "kind": ["imap", "pop3", "smtp", "ews", "IMAP", ""],
    "port": ["993", "25", "x", "", "70000"],
    "socket": ["SSL", "plain", "STARTTLS", "ssl|plain", ""],
    "auth": ["OAuth2|NTLM", "password-cleartext", "none", "x", "plain|x"],
    "host": ["a.example", "%EMAILDOMAIN%", "\u00fc", "a b"],
}
ENTRIES = st.fixed_dictionaries({name: st.sampled_from(of) for name, of in VALUES.items()})
PIECES = [
    "<clientConfig>", HEAD, "</emailProvider>", "</clientConfig>", "<incomingServer type='imap'>",
    "<port>", "<!-- ", " -->", "<![CDATA[", "&amp;", "&x;", "<?xml version='1.0'?>", "\udcff",
    "<!DOCTYPE a [<!ENTITY x 'y'>]>", "\u00fc", "\U0001f4e7", "\ufeff", "\r\n", "\0",
]  # fmt: skip
ANYTHING = st.one_of(
    st.sampled_from(PIECES),
    st.builds(lambda values: entry(**values), ENTRIES),
    st.builds(Hole, st.sampled_from("xy")),
    st.text(st.characters(codec="utf-8"), max_size=8),
)
OPEN = "<clientConfig>" + HEAD
CLOSED = "</emailProvider></clientConfig>"


@given(st.lists(ANYTHING, max_size=8), st.booleans())
def test_every_reading_keeps_the_contract(parts: list[str | Hole], whole: bool) -> None:
    text = holed(OPEN, *parts, CLOSED) if whole else holed(*parts)
    outcomes, _open = explore(lambda assume: read(text, assume), {})
    for _when, reading in outcomes:
        for endpoint in reading.endpoints:
            for field in FIELDS:
                if getattr(endpoint, field) is None:
                    assert field in endpoint.undecided or field in endpoint.not_applicable
        for place in [one.place for one in reading.problems] + [at for _n, at in reading.clients]:
            assert 0 <= place.start <= place.end


@given(st.lists(st.one_of(st.builds(lambda values: entry(**values), ENTRIES),
                          st.sampled_from(["<!-- \u00fc\U0001f4e7 -->", "\r\n", "<x>\u20ac</x>"])),
                min_size=1, max_size=6))  # fmt: skip
def test_a_cause_spans_the_bytes_that_it_shows(parts: list[str]) -> None:
    text = OPEN + "".join(parts) + CLOSED
    data = text.encode()
    for endpoint in read(text).endpoints:
        for field in ("port", "tls", "host"):
            for cause in endpoint.causes[field]:
                assert cause.place is not None
                assert data[cause.place.start : cause.place.end].decode() == cause.text
