"""What holds of every dialect, whatever its file says."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import dialects
from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import FIELDS
from ansible_collections.mailwarden.policy.plugins.module_utils.secrets import masked
from hypothesis import given
from hypothesis import strategies as st

from tests.support.dialects import PATHS, readings

SECRET = "S3cr3t"
# A whole file of each, with a secret in it.
SAMPLES = {
    "alertmanager": (
        "global:\n  smtp_smarthost: mail:587\n  smtp_auth_username: u\n"
        f"  smtp_auth_password: {SECRET}\nreceivers:\n  - name: a\n    email_configs:\n"
        "      - smarthost: other:25\n        require_tls: false\n"
        f"        auth_password: {SECRET}\n"
    ),
    "docker-mailserver": (
        f"RELAY_HOST=mail\nRELAY_PORT=587\nRELAY_USER=u\nRELAY_PASSWORD={SECRET}\n"
    ),
    "gitea": f"[mailer]\nENABLED = true\nHOST = mail:465\nUSER = u\nPASSWD = {SECRET}\n",
    "grafana": f"[smtp]\nenabled = true\nhost = mail:587\nuser = u\npassword = {SECRET}\n",
    "himalaya": (
        "[accounts.a.smtp]\nserver = 'smtp://mail:587'\nstarttls = true\n"
        f"sasl.plain.username = 'u'\nsasl.plain.password.raw = '{SECRET}'\n"
    ),
    "laravel": (
        "APP_KEY=x\nMAIL_MAILER=smtp\nMAIL_HOST=mail\nMAIL_PORT=587\nMAIL_USERNAME=u\n"
        f"MAIL_PASSWORD={SECRET}\n"
    ),
    "listmonk": (
        '{"smtp": [{"enabled": true, "host": "mail", "port": 587, "tls_type": "STARTTLS",\n'
        f'"auth_protocol": "login", "username": "u", "password": "{SECRET}"}}]}}\n'
    ),
    "mattermost": (
        '{"EmailSettings": {"SMTPServer": "mail", "SMTPPort": "587", "EnableSMTPAuth": true,\n'
        f'"SMTPUsername": "u", "SMTPPassword": "{SECRET}"}}}}\n'
    ),
    "spring-boot": (
        "spring.mail.host=mail\nspring.mail.port=587\nspring.mail.username=u\n"
        f"spring.mail.password={SECRET}\nspring.mail.properties.mail.smtp.starttls.enable=true\n"
    ),
    "ssmtp": f"mailhub=mail:587\nUseSTARTTLS=YES\nAuthUser=u\nAuthPass={SECRET}\n",
    "synapse": (
        "email:\n  notif_from: a@example.org\n  smtp_host: mail\n  smtp_port: 587\n"
        f"  smtp_user: u\n  smtp_pass: {SECRET}\n"
    ),
}
FILES = {name: string for name, string in SAMPLES.items() if name in dialects.ROWS}


def test_every_row_has_a_sample_and_a_path() -> None:
    programs = {name for name in dialects.ROWS if not name.endswith("-variables")}
    assert programs == set(FILES)
    assert programs <= set(PATHS)


@pytest.mark.parametrize("name", sorted(dialects.ROWS))
def test_every_row_says_where_its_facts_come_from(name: str) -> None:
    evidence = dialects.ROWS[name].evidence
    assert evidence.startswith(("source: ", "manual: ", "run: ", "memory")), evidence


@pytest.mark.parametrize("name", sorted(dialects.ROWS))
def test_a_file_is_told_by_its_name_or_by_what_it_holds(name: str) -> None:
    row = dialects.ROWS[name]
    assert row.name == name
    assert row.files or (row.maybe and row.content)
    assert bool(row.maybe) == bool(row.content)


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_sample_is_a_client_and_its_words_stand_in_it(name: str) -> None:
    for reading in readings(name, FILES[name]):
        assert reading.endpoints
        assert not reading.problems


@given(
    name=st.sampled_from(sorted(FILES)),
    at=st.integers(0, 250),
    length=st.integers(0, 12),
    put=st.one_of(st.just("{{ x }}"), st.text(max_size=4), st.sampled_from("\n:={}[]\"'#$,")),
)
def test_whatever_the_file_says(name: str, at: int, length: int, put: str) -> None:
    """Nothing raises, every field is accounted for, ids differ, and no secret is shown."""
    string = FILES[name]
    changed = string[:at] + put + string[at + length :]
    # What was torn apart may be part of another value.
    whole = {line for line in string.splitlines() if SECRET in line} <= set(changed.splitlines())
    for reading in readings(name, changed):
        ids = [endpoint.id for endpoint in reading.endpoints]
        assert len(ids) == len(set(ids))
        for endpoint in reading.endpoints:
            assert 0 <= endpoint.place.start <= endpoint.place.end <= len(changed.encode())
            for field in FIELDS:
                known = getattr(endpoint, field) is not None
                assert (
                    known + (field in endpoint.undecided) + (field in endpoint.not_applicable) == 1
                )
            for why in (why for cause in endpoint.causes.values() for why in cause):
                assert SECRET not in masked(why.text) or not whole


@pytest.mark.parametrize("name", sorted(FILES))
def test_what_is_only_remembered_is_marked(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not readings(name, FILES[name])[0].endpoints[0].tags
    remembered = dialects.ROWS[name]._replace(evidence="memory: somebody said so")
    monkeypatch.setitem(dialects.ROWS, name, remembered)
    assert readings(name, FILES[name])[0].endpoints[0].tags == {"remembered"}
