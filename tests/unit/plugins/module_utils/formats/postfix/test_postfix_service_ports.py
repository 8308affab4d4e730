"""Service names as ports: a server and a client of one instance understand them alike."""

from __future__ import annotations

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Hole

from tests.support.holed import holed
from tests.support.postfix import BASE, read

OPEN = "the port of {} in /etc/services"


@pytest.mark.parametrize(
    ("known", "name", "port"),
    [
        pytest.param("", "submission", 587, id="default"),
        pytest.param("", "lmtp", 24, id="default of lmtp"),
        pytest.param("", "imaps", 993, id="no service of mail transport"),
        pytest.param("", "submision", OPEN.format("submision"), id="unknown"),
        pytest.param("submission=2587", "submission", 2587, id="another port"),
        pytest.param("mine = own = 2525, x=1", "own", 2525, id="one of several names"),
        pytest.param("x=1", "lmtp", OPEN.format("lmtp"), id="without lmtp"),
        pytest.param("x=1", "submission", 587, id="the host knows it"),
        pytest.param("a=1, a=2", "a", 1, id="the first counts"),
        pytest.param("a, a=2", "a", 2, id="no port"),
        pytest.param("a=123456", "a", OPEN.format("a"), id="no port has six digits"),
    ],
)
def test_names(known: str, name: str, port: int | str) -> None:
    main = f"relayhost = [r.example]:{name}\n" + (f"known_tcp_ports = {known}\n" if known else "")
    found = read(BASE + main, f"{name} inet n - n - - smtpd\nsmtp unix - - n - - smtp\n").endpoints
    shown = [one.undecided.get("port", (one.port,))[0] for one in found]
    assert (shown, {one.side for one in found}) == ([port, port], {"server", "client"})


def test_known_ports_are_new_in_3_6() -> None:
    main = "relayhost = [r.example]:submission\nknown_tcp_ports = submission=2587\n"
    master = "submission inet n - n - - smtpd\nsmtp unix - - n - - smtp\n"
    found = read(BASE + main, master, version="3.5").endpoints
    assert {one.port for one in found} == {587}


def test_a_known_port_of_zero_kills_the_client() -> None:
    main = "relayhost = [r.example]:mine\nknown_tcp_ports = mine=0\n"
    (found,) = read(BASE + main, "smtp unix - - n - - smtp\n").endpoints
    assert (found.side, found.usable) == ("client", False)


@pytest.mark.parametrize(
    ("parts", "port"),
    [
        pytest.param(["known_tcp_ports = ", Hole("x"), "\n"], "x", id="value"),
        pytest.param(["known_tcp_ports = mine=1, ", Hole("x"), "\n"], 1, id="before it"),
        pytest.param(["known_tcp_ports = mine=", Hole("x"), "\n"], "x", id="port"),
        pytest.param([Hole("x"), "\n"], OPEN.format("mine"), id="line"),
    ],
)
def test_holes(parts: list[str | Hole], port: int | str) -> None:
    found = read(holed("main.cf", BASE, *parts), "mine inet n - n - - smtpd\n").endpoints
    (server,) = (one for one in found if one.side == "server")
    assert server.undecided.get("port", (server.port,))[0] == port
