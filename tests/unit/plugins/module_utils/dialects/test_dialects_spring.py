"""Spring Boot: what its settings come to."""

from __future__ import annotations

import pytest

from tests.support.dialects import clients, fixed, readings, told


def spring(*lines: str) -> str:
    return "".join(f"spring.mail.{line}\n" for line in ("host=mail", *lines))


SPRING: tuple[tuple[str, str, list[str]], ...] = (
    ("secure", spring("port=465", "username=u", "properties.mail.smtp.ssl.enable=true"),
     ["mail 465 implicit yes no full"]),
    ("required", spring("port=587", "username=u", "properties.mail.smtp.starttls.enable=true",
                        "properties.mail.smtp.starttls.required=true"),
     ["mail 587 starttls-required yes no full"]),
    ("optional", spring("port=587", "username=u", "properties.mail.smtp.starttls.enable=true"),
     ["mail 587 starttls-optional yes yes full"]),
    ("plaintext", spring("port=587", "username=u"), ["mail 587 none yes yes -"]),
    ("protocol", spring("protocol=smtps"), ["mail 465 implicit no no full"]),
    # It logs in as soon as there is a user (run: JavaMail 1.6.5).
    ("auth is off", spring("username=u", "properties.mail.smtp.auth=false"),
     ["mail 25 none yes yes -"]),
    ("missing keys", spring(), ["mail 25 none no no -"]),
    ("no host", "spring.mail.username=u\n", []),
    ("unverified", spring("ssl.enabled=true", "properties.mail.smtp.ssl.trust=*"),
     ["mail 465 implicit no no none"]),
    ("name unchecked",
     spring("ssl.enabled=true", "properties.mail.smtp.ssl.checkserveridentity=false"),
     ["mail 465 implicit no no chain"]),
    ("in brackets", spring("port=587", "properties[mail.smtp.starttls.required]=true"),
     ["mail 587 starttls-required no no full"]),
    ("encrypted by Jasypt", "spring.mail.host=ENC(abc=)\nspring.mail.port=ENC(abc=)\n",
     ["? ? none no no -"]),
    ("hole", spring("port={{ port }}", "protocol=smtps"), ["mail ? implicit no no full"]),
    ("reference", spring("port=${MAIL_PORT}", "protocol=smtps"), ["mail ? implicit no no full"]),
    # The default counts as long as nobody outside says otherwise.
    ("reference with a default", spring("port=${MAIL_PORT:465}", "protocol=smtps"),
     ["mail 465 implicit no no full", "or", "mail ? implicit no no full"]),
)  # fmt: skip
YAML = """\
spring:
  mail:
    host: mail
    port: 587
    properties:
      mail.smtp.starttls.enable: true
      mail:
        smtp:
          starttls:
            required: true
"""


@pytest.mark.parametrize(
    ("string", "expected"),
    [pytest.param(string, expected, id=case) for case, string, expected in SPRING],
)
def test_what_the_settings_come_to(string: str, expected: list[str]) -> None:
    assert clients("spring-boot", string) == expected


def test_keys_of_spring_are_written_in_any_nesting() -> None:
    found = clients("spring-boot", YAML, "src/main/resources/application.yml")
    assert found == ["mail 587 starttls-required no no full"]


def test_a_profile_goes_before_what_it_builds_on() -> None:
    base = spring("port=587", "properties.mail.smtp.starttls.required=true")
    files = {"application.properties": base}
    found = clients("spring-boot", "spring.mail.port=25\n", "application-dev.properties", files)
    assert found == ["mail 25 starttls-required no no full"]


def test_a_fix_switches_off_what_goes_before() -> None:
    before = spring("port=587", "properties.mail.smtp.ssl.enable=true")
    after = "".join(
        f"spring.mail.{line}\n"
        for line in (
            "host=mail",
            "properties.mail.smtp.starttls.required=true",
            "port=587",
            "properties.mail.smtp.ssl.enable=no",
        )
    )
    assert fixed("spring-boot", before, "tls", "starttls-required") == after


def test_a_document_for_a_profile_goes_before_those_for_all() -> None:
    string = (
        "spring.mail:\n  host: mail\n  port: 587\n---\n"
        "spring:\n  config.activate.on-profile: dev\n  mail.port: 25\n"
    )
    (reading,) = readings("spring-boot", string, "application.yml")
    assert {one.name: told(one) for one in reading.endpoints} == {
        "spring.mail": "mail 587 none no no -",
        "spring.mail@dev": "mail 25 none no no -",
    }
