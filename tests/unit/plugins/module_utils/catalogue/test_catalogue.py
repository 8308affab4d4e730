"""The catalogue: what its rows say of the formats is so, and what cannot be made from it agrees."""

from __future__ import annotations

import ast
import inspect
import os
from pathlib import Path

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import catalogue, formats
from ansible_collections.mailwarden.policy.plugins.module_utils.catalogue import owners
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.firewall import sockets
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.source import host
from ansible_collections.mailwarden.policy.plugins.module_utils.source.placeholders import FORMS
from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import parse_version

NAMES = catalogue.names()
FORMATS = list(catalogue.FORMATS)
FOLDER = Path(formats.__file__).parent


def whole(pattern: str) -> str:
    """Give a path that ends as a pattern wants it."""
    return "a/" + pattern.replace("*dovecot*/**/", "dovecot/").replace("*", "x")


def test_every_module_of_the_folder_has_a_row() -> None:
    found = {path.stem for path in FOLDER.iterdir() if path.stem not in ("__init__", "__pycache__")}
    assert found == {row.load().__name__.rpartition(".")[2] for row in catalogue.FORMATS.values()}


@pytest.mark.parametrize("name", NAMES)
def test_a_loader_is_one_import(name: str) -> None:
    """Ansible ships what import statements name; what else a loader did would cost each start."""
    (function,) = ast.parse(inspect.getsource(catalogue.row(name).load)).body
    assert isinstance(function, ast.FunctionDef)
    assert [type(part) for part in function.body] == [ast.ImportFrom, ast.Return]


@pytest.mark.parametrize("name", NAMES)
def test_a_row_is_whole(name: str) -> None:
    row, module = catalogue.row(name), catalogue.load(name)
    assert row.name == name
    assert set(row.sides) <= {"server", "client"}
    assert row.sides
    assert row.roles
    for function in ("units", "read"):
        assert callable(getattr(module, function))
    assert callable(getattr(module, "edit", len)), "optional, but a function"
    assert hasattr(module, "claims") or row.content or not (row.borne or row.maybe)
    assert bool(row.content) <= bool(row.maybe)
    assert list(map(parse_version, row.versions)) == sorted(map(parse_version, row.versions))
    assert len(row.versions) in (0, 2)
    assert set(getattr(module, "PLACEHOLDERS", ())) <= set(FORMS)
    assert all(path.startswith(("/", "~/")) for path in (*row.paths, *row.read_there))
    assert not row.comment_end or row.comments


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_told_by_its_name(name: str) -> None:
    row = catalogue.row(name)
    for pattern, role in row.files:
        path = whole(pattern)
        claims = catalogue.look(path, Policy.default()).claims
        assert (name, role) in claims
        assert name not in catalogue.FORMATS or claims == ((name, role),)
        # What --as says of it without a role.
        assert owners.named(name, path)[0] == name
    for pattern in (*row.paths, *row.read_there):
        known = catalogue.look(pattern.replace("*", "x"), Policy.default()).claims
        assert name in dict(known) or row.content or pattern in row.read_there


def test_no_two_formats_claim_one_name() -> None:
    for name, row in catalogue.rows().items():
        for pattern, _role in row.files:
            owners = {
                other.name
                for other in catalogue.rows().values()
                for known, _known_role in other.files
                if catalogue.fits(known, whole(pattern))
            }
            assert owners == {name}


@pytest.mark.parametrize("name", FORMATS)
def test_hints_are_in_every_name_that_is_looked_into(name: str) -> None:
    row = catalogue.row(name)
    names = [known for known, _whole in row.borne] + [known for known, _role in row.maybe]
    for known in [*names, *(part[0] for part in row.parts)]:
        assert any(hint in known for hint in row.hints), known


@pytest.mark.parametrize("name", NAMES)
def test_names_that_a_file_may_bear_tell_what_it_is(name: str) -> None:
    files = [pattern.rpartition("/")[2] for pattern, _role in catalogue.row(name).files]
    assert {whole for _name, whole in catalogue.row(name).borne} <= set(files)


def test_what_listens_for_a_format_is_known_to_the_firewall() -> None:
    """The firewall knows no format, so its list is its own; it has every process of the rows."""
    names = {process for row in catalogue.rows().values() for process in row.processes}
    assert names <= {*sockets.MAIL_PROGRAMS, *sockets.FRONTS}


@pytest.mark.parametrize("said", ["postfix", "postfix/override", "autoconfig/config"])
def test_owners_are_what_can_be_said(said: str) -> None:
    owners.check(said)
    assert said in owners.names()


@pytest.mark.parametrize("said", ["", "sendmail", "postfix/", "postfix/beside", "dovecot/master"])
def test_nobody_else_is(said: str) -> None:
    with pytest.raises(MailwardenError, match="no format"):
        owners.check(said)


def test_a_host_is_asked_by_the_rows() -> None:
    asked: list[object] = []
    for row in catalogue.rows().values():
        host.version(row, lambda command: asked.append(tuple(command)))
    assert asked == [row.tells_version for row in catalogue.rows().values() if row.tells_version]


@pytest.mark.parametrize(
    ("path", "own"),
    [
        pytest.param("/etc/postfix/main.cf", True, id="of the host"),
        pytest.param("/srv/container/etc/postfix/main.cf", False, id="of a container"),
        pytest.param("~/.msmtprc", True, id="a file of the home"),
        pytest.param("~/.config/msmtp/work", True, id="a folder of the home"),
        pytest.param("~/mail/msmtprc", False, id="another folder of it"),
    ],
)
def test_what_the_programs_of_a_host_read(path: str, own: bool) -> None:
    assert host.is_own(os.path.expanduser(path), catalogue.row("msmtp")) is own


def test_what_is_said_of_a_file_is_exclusive() -> None:
    policy = Policy.default()
    assert catalogue.look("main.cf", policy, "msmtp").claims == (("msmtp", "config"),)
