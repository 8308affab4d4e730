"""What a parameter is for one service."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.formats.postfix import (
    configuration,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.formats.postfix.parameters import (
    Parameters,
    split_list,
)
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Hole, Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import Assumptions
from ansible_collections.mailwarden.policy.plugins.module_utils.text.values import Undecided

from tests.support.holed import holed
from tests.support.postfix import SMTP, unit


def files(
    main: str | Text | None, master: str | Text = SMTP, version: str = "3.7"
) -> configuration.Configuration:
    return configuration.configuration(unit(main, master), Assumptions({"postfix": version}))


def smtpd(main: str | Text | None, master: str | Text = SMTP, version: str = "3.7") -> Parameters:
    found = files(main, master, version)
    assert found.master is not None
    return found.parameters("smtpd", found.master.services[0])


@pytest.mark.parametrize(
    ("main", "options", "name", "expected"),
    [
        pytest.param("", "", "smtpd_tls_auth_only", "no", id="default"),
        pytest.param("a = 1\n", "", "a", "1", id="main.cf"),
        pytest.param("a = 1\na = 2\n", "", "a", "2", id="last in main.cf"),
        pytest.param("a = 1\n", "-o a=2", "a", "2", id="option over main.cf"),
        pytest.param("", "-o a=1 -o a=2", "a", "2", id="last option"),
        pytest.param("a = $b\nb = 1\n", "-o b=2", "a", "2", id="option changes a reference"),
        pytest.param("b = 1\n", "-o a=$b", "a", "1", id="option refers to main.cf"),
        pytest.param("", "-o a=$no_such", "a", "", id="reference to nothing"),
        pytest.param("a = $a\n", "", "a", "", id="reference to itself"),
        pytest.param("a = $b\nb = $a\n", "", "a", "", id="reference in a circle"),
        pytest.param("", "", "no_such", "", id="nothing"),
        pytest.param("smtpd_tls_cert_file = /c\n", "", "smtpd_tls_key_file", "/c", id="default"),
        pytest.param("", "-o smtpd_tls_cert_file=/d", "smtpd_tls_key_file", "/d", id="by option"),
        pytest.param("compatibility_level = 2\n", "-o a=${{$compatibility_level} == {2} ? {x}:{y}}",
                     "a", "x", id="level"),
    ],
)  # fmt: skip
def test_lookup(main: str, options: str, name: str, expected: str) -> None:
    # Words with blanks go in braces.
    words = "".join(f" -o {{ {one} }}" for one in options.split("-o ") if one)
    found = smtpd(main, f"smtp inet n - n - - smtpd{words}\n")
    assert found.value(name).value == expected


@pytest.mark.parametrize(
    ("main", "options", "expected"),
    [
        pytest.param("a = $b\nb = ${c?x}\nc = 1\n", "", ["main.cf:1", "main.cf:2", "main.cf:3"],
                     id="chain"),
        pytest.param("b = 1\n", "-o a=$b", ["master.cf:1", "main.cf:1"], id="both files"),
        pytest.param("a = 1\n", "-o a=2", ["master.cf:1"], id="overridden"),
        pytest.param("x = 1\na = $b$c$b\nb = 1\nc = 1\n", "",
                     ["main.cf:2", "main.cf:3", "main.cf:4"], id="each once"),
    ],
)  # fmt: skip
def test_causes(main: str, options: str, expected: list[str]) -> None:
    found = smtpd(main, f"smtp inet n - n - - smtpd {options}\n")
    places = [one.place for one in found.value("a").causes]
    assert [f"{one.path}:{one.line}" for one in places if one is not None] == expected


def test_a_default_is_a_cause_without_a_place() -> None:
    (cause,) = smtpd("").value("smtpd_tls_auth_only").causes
    assert (cause.place, cause.text) == (None, "smtpd_tls_auth_only = no (default of postfix)")


@pytest.mark.parametrize(
    ("version", "name", "expected"),
    [
        ("3.5", "smtpd_sasl_mechanism_filter", ""),
        ("3.6", "smtpd_sasl_mechanism_filter", "!external, static:rest"),
        ("3.8", "smtpd_forbid_unauth_pipelining", "no"),
        ("3.9", "smtpd_forbid_unauth_pipelining", "yes"),
        ("3.4", "smtpd_relay_restrictions", ""),
        ("3.11", "smtpd_relay_restrictions", ""),
    ],
)
def test_defaults_by_version(version: str, name: str, expected: str) -> None:
    assert smtpd("", version=version).value(name).value == expected


@pytest.mark.parametrize(("version", "expected"), [("3.5", "3"), ("3.6", "3.6")])
def test_older_versions_read_a_level_up_to_its_dot(version: str, expected: str) -> None:
    found = smtpd("compatibility_level = 3.6\n", version=version)
    assert found.value("compatibility_level").value == expected


@pytest.mark.parametrize("text", ["yes", "YES", "Yes"])
def test_a_flag_is_yes_in_any_case(text: str) -> None:
    assert smtpd(f"smtpd_tls_auth_only = {text}\n").flag("smtpd_tls_auth_only").value is True


@pytest.mark.parametrize(
    "setting",
    [
        pytest.param("smtpd_tls_auth_only = true", id="no boolean"),
        pytest.param("smtpd_tls_auth_only =", id="empty boolean"),
        pytest.param('smtpd_tls_auth_only = "yes"', id="quoted boolean"),
        pytest.param("smtpd_tls_wrappermode = yes # 465", id="comment behind a boolean"),
        pytest.param("smtpd_hard_error_limit = many", id="no number"),
        pytest.param("smtpd_hard_error_limit = 0", id="number too small"),
        pytest.param("smtpd_timeout = soon", id="no time"),
        pytest.param("smtpd_sasl_type =", id="empty text"),
        pytest.param("smtpd_banner = ${", id="expression"),
        pytest.param("smtpd_banner = $smtpd_banner", id="circle"),
        pytest.param("smtpd_client_restrictions = check_client_access pcre:{{/a$/ REJECT}}",
                     id="dollar of a pattern"),
        pytest.param("smtpd_tls_ask_ccert = $", id="dollar for a boolean"),
    ],
)  # fmt: skip
def test_what_smtpd_dies_of(setting: str) -> None:
    (failure,) = smtpd(f"# one\n{setting}\n").check()
    assert [one.place.line for one in failure.causes if one.place is not None] == [2]


@pytest.mark.parametrize(
    "setting",
    ["smtpd_timeout = 5m", "smtpd_hard_error_limit = 20", "mine = ${", "mine = $mine",
     "smtp_tls_wrappermode = maybe", "smtpd_tls_cert_file =", "smtpd_reject_footer = costs 5 $",
     "smtpd_client_restrictions = check_client_access pcre:{{/a$$/ REJECT}}"],
)  # fmt: skip
def test_what_smtpd_lives_with(setting: str) -> None:
    assert smtpd(f"{setting}\n").check() == []


@pytest.mark.parametrize("options", ["", " -o smtpd_timeout=5m", " -o other=1"])
def test_who_asked_for_a_broken_value_before_does_not_matter(options: str) -> None:
    found = files("smtpd_banner = $\n", f"smtp inet n - n - - smtpd{options}\n")
    assert found.master is not None
    service = found.master.services[0]
    found.parameters("smtpd").words("smtpd_banner")
    found.parameters("smtpd", service).value("smtpd_banner")
    (failure,) = found.parameters("smtpd", service).check()
    assert failure.message == 'smtpd_banner: empty macro name: "$"'


def test_an_option_mends_what_main_cf_breaks() -> None:
    main = "smtpd_tls_auth_only = true\n"
    assert smtpd(main, "smtp inet n - n - - smtpd -o smtpd_tls_auth_only=yes\n").check() == []


def test_an_option_breaks_what_refers_to_it() -> None:
    main = "smtpd_tls_auth_only = $only\nonly = yes\n"
    assert smtpd(main).check() == []
    (failure,) = smtpd(main, "smtp inet n - n - - smtpd -o only=1\n").check()
    assert failure.message == "bad boolean value: smtpd_tls_auth_only = 1"


@pytest.mark.parametrize(
    ("main", "expected"),
    [
        pytest.param(["a = ", Hole("x"), "\n"], Undecided("x"), id="value"),
        pytest.param(["a = 4", Hole("x"), "5\n"], Undecided("x"), id="half a number"),
        pytest.param(["a = $b\nb = ", Hole("x"), "\n"], Undecided("x"), id="reference"),
        pytest.param(["a = 1\n", Hole("x"), "\n"], Undecided("x"), id="whole line behind it"),
        pytest.param([Hole("x"), "\na = 1\n"], "1", id="whole line before it"),
        pytest.param(["a = 1\n", Hole("x"), "a = 2\n"], Undecided("x"), id="half a line"),
        pytest.param(["a = 1\nb", Hole("x"), " = 2\n"], "1", id="another name"),
        pytest.param(["a ", Hole("x"), "\n"], Undecided("x"), id="equals sign and value"),
    ],
)
def test_holes(main: list[str | Hole], expected: str | Undecided) -> None:
    assert smtpd(holed("main.cf", *main)).value("a").value == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param(["-o a=", Hole("x")], Undecided("x"), id="value"),
        pytest.param(["-o ", Hole("x"), "=1"], Undecided("x"), id="name"),
        pytest.param(["-o a=1 ", Hole("x")], Undecided("x"), id="options behind it"),
        pytest.param([Hole("x"), " -o a=1"], "1", id="options before it"),
        pytest.param(["-o b=", Hole("x")], "main", id="another name"),
    ],
)
def test_holes_in_options(words: list[str | Hole], expected: str | Undecided) -> None:
    master = holed("master.cf", "smtp inet n - n - - smtpd\n  ", *words, "\n")
    assert smtpd("a = main\n", master).value("a").value == expected


def test_a_list_keeps_the_words_around_a_hole() -> None:
    main = holed("main.cf", "a = one, ", Hole("x"), ", two\n")
    assert smtpd(main).words("a").value == ["one", Undecided("x"), "two"]


def test_without_main_cf_only_options_are_known() -> None:
    found = smtpd(None, "smtp inet n - n - - smtpd -o a=1\n")
    assert found.value("a").value == "1"
    assert found.value("b").value == Undecided("main.cf beside main.cf")


@pytest.mark.parametrize(
    ("text", "braces", "expected"),
    [
        ("a, b\tc", False, ["a", "b", "c"]),
        ("", False, []),
        ("check { a, b } c", True, ["check", "{ a, b }", "c"]),
        ("{ {a} {b} }, c", True, ["{ {a} {b} }", "c"]),
    ],
)
def test_split_list(text: str, braces: bool, expected: list[str]) -> None:
    assert split_list(text, braces=braces) == expected


@pytest.mark.parametrize(
    "line",
    [
        "smtp_sasl_password_maps = static:user:hunter2",
        "smtp_sasl_password_maps = inline:{ { host = user:hunter2 } }",
        "mine = static:user:hunter2",
    ],
)
def test_secrets_are_not_shown(line: str) -> None:
    name = line.split()[0]
    (cause,) = smtpd(line + "\n").value(name).causes
    assert "hunter2" not in cause.text + cause.value


@pytest.mark.parametrize(
    ("options", "made"),
    [
        pytest.param("", 1, id="no options"),
        pytest.param("-o c=1", 1, id="an option of another parameter"),
        pytest.param("-o a=1", 2, id="an option of what is asked for"),
        pytest.param("-o b=1", 2, id="an option of what that refers to"),
        pytest.param(Hole("options"), 2, id="options that may be any"),
    ],
)
def test_services_share_what_is_made_of_parameters_that_they_leave_alone(
    options: str | Hole, made: int
) -> None:
    services = "smtp inet n - n - - smtpd -o d=1\n587 inet n - n - - smtpd "
    read = files("a = $b\nb = no way\n", holed("master.cf", services, options))
    asked: list[str] = []

    def make(parameters: Parameters) -> str:
        asked.append(str(parameters.value("a").value))
        parameters.fail(f"a is {asked[-1]}")
        return asked[-1]

    assert read.master is not None
    for service in read.master.services:
        parameters = read.parameters("smtpd", service)
        value = parameters.shared("a", make)
        assert value == str(parameters.value("a").value)
        assert [one.message for one in parameters.failures] == [f"a is {value}"]
    assert len(asked) == made


def test_every_service_dies_of_a_default_that_cannot_be_expanded() -> None:
    """A run: the smtpd of 3.7 and of 3.10 exits with such a level, or with one in a circle."""
    read = files(
        "compatibility_level = new\n", "smtp inet n - n - - smtpd\n587 inet n - n - - smtpd -o a=1"
    )
    assert read.master is not None
    for service in read.master.services:
        parameters = read.parameters("smtpd", service)
        parameters.value("smtpd_relay_restrictions")
        assert [one.message for one in parameters.failures] == [
            'smtpd_relay_restrictions: malformed compatibility level "new"'
        ]
