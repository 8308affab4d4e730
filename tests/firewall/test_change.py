"""How the module changes a host: what it refuses, what it undoes, what a boot finds."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.firewall import peer
from tests.firewall.node import UNIT, Node, TooLate, wait_for, without_ours
from tests.firewall.reports import USUAL, client, depends, finding, report, server
from tests.firewall.rulesets import IPTABLES, RULESETS
from tests.wire.namespaces import ORDINARY

pytestmark = [pytest.mark.needs_root, pytest.mark.needs_command("nft", "ip", "nsenter", "unshare")]

RULES = RULESETS["last rule rejects"]
LATER = report(server(25), server(993))


def pending(host: Node) -> bool:
    return host.start("test", "-e", "/run/mailwarden/pending.json").returncode == 0


# What it refuses.


UNSAFE = report(server(25), server(587), findings=(finding("postfix:587"),))
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "a file that was not read": (
        {"report": report(server(25), unread=({"path": "/etc/x", "reason": "no permission"},))},
        "/etc/x: no permission",
    ),
    "no endpoint": ({"report": report()}, "no endpoint at all"),
    "an address that is not known": (
        {"report": report(server(25, address=None, undecided={"address": depends(on="host")}))},
        "/etc/postfix/master.cf:10: postfix:25: its address depends on host",
    ),
    "an unsafe server": (
        {"report": UNSAFE, "unsafe": "fail"},
        "port 587: /etc/postfix/master.cf:12: a password can cross the network before TLS",
    ),
    "no report": ({"report": {"msg": "it failed"}}, "schema_version is missing: it failed"),
    "a report that is not whole": (
        {"report": {**USUAL, "endpoints": [{}]}},
        "report: not what mailwarden.policy.check returns, endpoints[0].id is missing",
    ),
    "no report at all": ({}, "report"),
    "another backend": ({"report": USUAL, "backend": "ufw"}, "ufw is not supported yet"),
    "a network that is none": (
        {"report": USUAL, "sources": [{"networks": ["10.0.0.0/33"]}]},
        "10.0.0.0/33",
    ),
    "a client that dials the port that is to be refused": (
        {"report": report(server(25), client(25)), "outgoing_25": "close"},
        "/etc/msmtprc:3: msmtp dials port 25",
    ),
    "a port twice": (
        {"report": USUAL, "sources": [{"networks": ["::/0"], "ports": [25, 25]}]},
        "port 25 is in two entries",
    ),
    "a rollback that is over": (
        {"report": USUAL, "rollback": -5},
        "rollback: -5 seconds are less than none",
    ),
    "a confirmation of nothing": (
        {"state": "confirmed", "rollback_id": "no"},
        "no change with the id no waits",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refuses_before_any_change(clean: Node, name: str) -> None:
    given, said = REFUSED[name]
    clean.load(RULES)
    before = clean.listed()
    result = clean.module(fails=True, **given)
    assert said in result["msg"]
    assert clean.listed() == before
    clean.run("test", "!", "-e", "/var/lib/mailwarden")


@pytest.mark.needs_command("iptables", "ip6tables")
@pytest.mark.parametrize("name", IPTABLES)
def test_leaves_the_chains_of_iptables_alone(clean: Node, name: str) -> None:
    for command in IPTABLES[name]:
        clean.run(*command.split())
    before = clean.listed()
    harmless = name == "iptables only bans"
    result = clean.module(report=USUAL, fails=not harmless)
    if harmless:
        assert without_ours(clean.listed()) == before
    else:
        assert "was made by iptables-nft" in result["msg"]
        assert clean.listed() == before


def test_refuses_what_firewalld_filters(clean: Node) -> None:
    clean.load("table inet firewalld { }")
    assert "firewalld" in clean.module(report=USUAL, fails=True)["msg"]


def test_a_comment_may_be_any_bytes(clean: Node) -> None:
    load = r"""printf 'add rule inet filter input drop comment "\377"\n' | nft -f -"""
    clean.load("table inet filter { chain input { type filter hook input priority 0; }; }")
    clean.run("sh", "-c", load)
    made = clean.module(report=USUAL)
    (chain,) = made["chains"]
    assert chain["before"] == 'drop comment "\ufffd"'
    assert not clean.module(report=USUAL)["changed"]


# A ruleset with more rules: a handle that was one of ours is one of these.
LONGER = RULES.replace("chain input {", "chain input {\n" + "counter\n" * 40)


@pytest.mark.parametrize("given", [{"report": LATER, "rollback": 60}, {"state": "absent"}], ids=str)
def test_a_reload_by_somebody_while_it_plans(clean: Node, given: dict[str, Any]) -> None:
    """Of the unit's two commands, the first has loaded our table; the second waits for the run."""
    clean.load(LONGER)
    theirs = clean.listed()
    clean.clean()
    clean.load(RULES)
    (closing, program) = clean.module(report=USUAL)["boot_commands"]
    load = f"nft -f - <<E\nflush ruleset\n{LONGER}\nE\n{' '.join(closing)}"
    result = clean.module(fails=True, between=("sh", "-c", load), **given)
    assert "the ruleset was changed by somebody else while this run planned" in result["msg"]
    clean.run(*program)
    assert without_ours(clean.listed()) == theirs
    clean.module(**given)
    assert without_ours(clean.listed()) == theirs


# What listens.

UNEXPLAINED = {
    "a mail server": ("dovecot", "0.0.0.0", 4190),
    "a mail server of the other family": ("master", "::", 993),
    "what the report has at another address": ("master", "192.0.2.2", 465),
    "what the report has for the host itself": ("dovecot", "0.0.0.0", 143),
}


@pytest.mark.parametrize("name", UNEXPLAINED)
def test_a_socket_that_no_endpoint_explains(clean: Node, name: str) -> None:
    program, address, port = UNEXPLAINED[name]
    clean.load(RULES)
    before = clean.listed()
    with clean.listening(program, address, port):
        result = clean.module(report=USUAL, fails=True)
        shown = f"[{address}]" if ":" in address else address
        assert f") listens on {shown}:{port}, which no endpoint of the report" in result["msg"]
        assert result["msg"].startswith(program)
        assert [one["ports"] for one in result["unknown"]] == [[port]]
        assert clean.listed() == before
        made = clean.module(report=USUAL, unknown="keep")
        assert made["changed"]
        assert port not in [one["port"] for one in made["closed"]]
        assert not clean.module(report=USUAL, unknown="keep")["changed"]


EXPLAINED = {
    "a mail server of the report": ("master", "0.0.0.0", 25),
    "at one address": ("master", "192.0.2.1", 465),
    "at one of all addresses": ("master", "2001:db8:1::2", 587),
    "for the host itself": ("dovecot", "127.0.0.1", 993),
    "on another port": ("dovecot", "0.0.0.0", 1143),
}


@pytest.mark.parametrize("name", EXPLAINED)
def test_a_socket_that_is_right(clean: Node, name: str) -> None:
    with clean.listening(*EXPLAINED[name]):
        made = clean.module(report=USUAL)
    assert made["kept"] == made["unknown"] == []


def test_another_program_on_a_mail_port(clean: Node) -> None:
    clean.module(report=USUAL)
    closed = clean.listed()
    with clean.listening("game", "0.0.0.0", 2525):
        made = clean.module(report=USUAL)
        (kept,) = made["kept"]
        assert (kept["port"], kept["program"]) == (2525, "game")
        assert kept["reason"].startswith("game (process ")
        assert 2525 not in [one["port"] for one in made["closed"]]
        # Whoever may listen there cannot open what was closed, nor is it closed to who was there.
        assert not made["changed"]
        assert clean.listed() == closed
        clean.clean()
        clean.module(report=USUAL)
        assert "2525" not in clean.run("nft", "list", "ruleset")
    clean.module(report=USUAL)
    assert clean.listed() == closed


def test_another_program_where_the_report_has_a_server(clean: Node) -> None:
    stale = report(server(25), server(22), server(587), findings=(finding("postfix:22"),))
    with clean.listening("sshd", "0.0.0.0", 22), clean.listening("game", "0.0.0.0", 587):
        made = clean.module(report=stale)
    assert [(one["port"], one["program"]) for one in made["kept"]] == [(22, "sshd"), (587, "game")]
    assert " 22" not in clean.run("nft", "list", "ruleset")
    assert [one["port"] for one in made["opened"]] == [25]


def test_what_is_unknown_stays_as_it_was(clean: Node) -> None:
    clean.load(RULES)
    clean.module(report=LATER)
    before = clean.listed()
    blind = report(server(25), unread=({"path": "/etc/dovecot/dovecot.conf", "reason": "gone"},))
    made = clean.module(report=blind, unknown="keep")
    assert not made["changed"]
    assert made["closed"] == []
    assert clean.listed() == before
    # What is known to be served is opened, and still nothing is closed.
    more = report(server(25), server(587), unread=blind["unread"])
    assert clean.module(report=more, unknown="keep")["changed"]
    assert "tcp dport { 25, 587, 993 } accept" in clean.run("nft", "list", "ruleset")


# What the host dials.


def test_the_port_between_servers_is_not_dialled(clean: Node) -> None:
    clean.load(RULES)
    given: dict[str, Any] = {"report": report(server(25), client(587)), "outgoing_25": "close"}
    free = peer.dialled(clean.world, (25, 587))
    assert set(free.values()) == {"open"}
    made = clean.module(**given)
    assert "tcp dport 25" in made["diff"][0]["after"]
    kept = {**free, (ORDINARY[4], 25): "refused", (ORDINARY[6], 25): "refused"}
    assert peer.dialled(clean.world, (25, 587)) == kept
    assert not clean.module(**given)["changed"]
    there = clean.listed()
    clean.boot(RULES)
    assert without_ours(clean.listed()) == without_ours(there)
    assert peer.dialled(clean.world, (25, 587)) == kept
    assert clean.module(report=given["report"])["changed"]
    assert peer.dialled(clean.world, (25, 587)) == free


# What it undoes.


def test_a_change_that_is_confirmed_stays(clean: Node) -> None:
    clean.load(RULES)
    made = clean.module(report=USUAL, rollback=60)
    assert made["rollback"]["seconds"] == 60
    changed = clean.listed()
    # Until then a boot brings back what was.
    clean.run("test", "!", "-e", UNIT)
    name = made["rollback"]["id"]
    assert clean.module(state="confirmed", rollback_id=name)["changed"]
    assert clean.listed() == changed
    again = clean.module(report=USUAL, rollback=60)
    assert not again["changed"]
    assert again["rollback"] is None
    clean.boot(RULES)
    assert clean.listed()[1:] != []
    assert not clean.module(report=USUAL, rollback=60)["changed"]


REMOVE = """
handle=$(nft -a list chain inet filter input | sed -n 's/.*8443.*# handle //p')
nft delete rule inet filter input handle $handle
"""


def test_a_change_that_is_not_confirmed_is_undone(clean: Node) -> None:
    clean.load(RULES)
    clean.module(report=USUAL)
    before = clean.listed()
    made = clean.module(report=LATER, rollback=1)
    assert clean.listed() != before
    # Others change what is theirs meanwhile, and a reload gives every rule another handle.
    clean.run("sh", "-c", "nft list ruleset > /run/saved; nft flush ruleset; nft -f /run/saved")
    clean.run("nft", "insert", "rule", "inet", "filter", "input", "tcp", "dport", "8443", "accept")
    clean.run("nft", "add", "table", "inet", "theirs")
    wait_for(lambda: not pending(clean))
    listed = clean.run("nft", "list", "ruleset")
    assert "8443" in listed
    assert "table inet theirs" in listed
    clean.run("nft", "delete", "table", "inet", "theirs")
    clean.run("sh", "-c", REMOVE)
    assert by_name(clean.listed()) == by_name(before)
    late = clean.module(state="confirmed", rollback_id=made["rollback"]["id"], fails=True)
    assert "the change was undone at" in late["msg"]
    assert not clean.module(report=USUAL)["changed"]


def test_a_reload_before_it_is_confirmed(clean: Node) -> None:
    clean.load(RULES)
    made = clean.module(report=USUAL, rollback=60)
    changed = by_name(clean.listed())
    clean.run("nft", "flush", "ruleset")
    clean.load(RULES)
    clean.module(state="confirmed", rollback_id=made["rollback"]["id"])
    assert by_name(clean.listed()) == changed
    assert not clean.module(report=USUAL)["changed"]


@pytest.mark.parametrize("rollback", [0, 60])
def test_what_is_taken_away_leaves_no_file(clean: Node, rollback: int) -> None:
    clean.load(RULES)
    first = clean.module(report=USUAL, rollback=60)
    clean.module(state="confirmed", rollback_id=first["rollback"]["id"])
    made = clean.module(state="absent", rollback=rollback)
    if rollback:
        clean.module(state="confirmed", rollback_id=made["rollback"]["id"])
    clean.run("test", "!", "-e", "/run/mailwarden")
    clean.run("test", "!", "-e", "/var/lib/mailwarden")


def test_a_confirmation_that_dies(clean: Node) -> None:
    """Before each of its steps: what a boot brings back is never what is undone a moment later."""
    died, step, seconds = True, 1, 1
    while died:
        clean.clean()
        clean.load(RULES)
        before = by_name(clean.listed())
        made = clean.module(report=USUAL, rollback=seconds)
        changed = by_name(clean.listed())
        try:
            died = clean.dying(step, state="confirmed", rollback_id=made["rollback"]["id"])
        except TooLate:
            # A busy machine needs more than a second to get there.
            seconds *= 2
            continue
        wait_for(lambda: not pending(clean))
        assert by_name(clean.listed()) in (before, changed), step
        kept = clean.start("test", "-e", UNIT).returncode == 0
        assert not kept or by_name(clean.listed()) == changed, step
        step += 1
    assert step > 4


def by_name(listing: list[Any]) -> list[str]:
    """Return a listing without the order of its tables, which a reload changes."""
    return sorted(json.dumps(one, sort_keys=True) for one in listing)


def test_a_second_change_goes_back_to_what_was_confirmed(clean: Node) -> None:
    clean.load(RULES)
    before = clean.listed()
    clean.module(report=USUAL, rollback=60)
    made = clean.module(report=LATER, rollback=1)
    assert made["rollback"]["id"]
    wait_for(lambda: not pending(clean))
    assert clean.listed() == before


def test_the_chain_is_gone_meanwhile(clean: Node) -> None:
    clean.load(RULES)
    clean.module(report=USUAL)
    clean.module(report=LATER, rollback=1)
    own = clean.run("nft", "list", "table", "inet", "mailwarden")
    clean.run("nft", "flush", "ruleset")
    clean.load(own + RULESETS["drops in a chain jumped to"])
    wait_for(lambda: not pending(clean))
    clean.module(report=USUAL)
    placed = clean.listed()
    clean.clean()
    clean.load(RULESETS["drops in a chain jumped to"])
    clean.module(report=USUAL)
    assert by_name(clean.listed()) == by_name(placed)


# What kills it.


@pytest.mark.firewall("module: a run that dies")
@pytest.mark.parametrize("rollback", [1, 0])
@pytest.mark.parametrize("first", [True, False], ids=["first run", "later run"])
def test_a_run_that_dies_is_healed(clean: Node, first: bool, rollback: int) -> None:
    """Before every step of what it writes, loads and says to systemd, one after the other."""
    given: dict[str, Any] = {"report": LATER}

    def prepare() -> tuple[list[Any], list[Any]]:
        clean.clean()
        clean.run_systemd()
        clean.install(RULES)
        if not first:
            clean.module(report=USUAL)
        there = clean.listed()
        clean.boot(RULES)
        return there, clean.listed()

    prepare()
    clean.module(**given)
    after = by_name(clean.listed())
    step = 1
    while True:
        before, booted = prepare()
        if not clean.dying(step, rollback=rollback, **given):
            break
        assert by_name(clean.listed()) in (by_name(before), after), step
        if rollback:
            wait_for(lambda: not clean.start("pgrep", "-f", "firewall.pyz watch").stdout)
            assert by_name(clean.listed()) == by_name(before), step
        clean.boot(RULES)
        assert by_name(clean.listed()) in (by_name(booted), after), step
        clean.module(**given)
        assert by_name(clean.listed()) == after, step
        clean.reload()
        assert by_name(clean.listed()) == after, step
        clean.boot(RULES)
        assert by_name(clean.listed()) == after, step
        assert not clean.module(**given)["changed"], step
        step += 1
    assert step > (3 if rollback else 8)


def test_a_second_change_that_dies_leaves_a_way_back(clean: Node) -> None:
    """Before every step of the second one; either its own rollback waits then, or the first's."""
    clean.load(RULES)
    before = clean.listed()
    died, step = True, 1
    while died:
        clean.module(report=USUAL, rollback=1)
        died = clean.dying(step, report=LATER, rollback=1)
        wait_for(lambda: clean.listed() == before)
        step += 1
    assert step > 10


# What a boot finds.


def test_a_boot_finds_other_rules(clean: Node) -> None:
    clean.load(RULES)
    clean.module(report=USUAL)
    clean.boot(RULESETS["drops in a chain jumped to"])
    booted = by_name(clean.listed())
    assert not clean.module(report=USUAL)["changed"]
    clean.clean()
    clean.load(RULESETS["drops in a chain jumped to"])
    clean.module(report=USUAL)
    assert by_name(clean.listed()) == booted


def test_a_boot_finds_rules_that_were_saved(clean: Node) -> None:
    clean.load(RULES)
    clean.module(report=USUAL)
    saved = clean.run("nft", "list", "ruleset")
    before = by_name(clean.listed())
    clean.boot(saved)
    assert by_name(clean.listed()) == before


@pytest.mark.needs_command("iptables")
def test_a_boot_finds_what_it_may_not_change(clean: Node) -> None:
    """It says so, and what is to be closed is closed."""
    made = clean.module(report=USUAL)
    clean.run("nft", "flush", "ruleset")
    clean.run("iptables", "-P", "INPUT", "DROP")
    closing, program = made["boot_commands"]
    clean.run(*closing)
    done = clean.start(*program)
    assert done.returncode == 1
    assert "chain ip filter INPUT filters and was made by iptables-nft" in done.stderr
    assert "table inet mailwarden" in clean.run("nft", "list", "ruleset")


def test_without_persistence_nothing_is_kept(clean: Node) -> None:
    made = clean.module(report=USUAL, persistent=False)
    assert made["changed"]
    assert "boot_commands" not in made
    clean.run("test", "!", "-e", "/var/lib/mailwarden")
    assert not clean.module(report=USUAL, persistent=False)["changed"]
    assert clean.module(report=USUAL)["changed"]
    assert clean.module(report=USUAL, persistent=False)["changed"]
    clean.run("test", "!", "-e", UNIT)
