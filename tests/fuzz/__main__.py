"""``python -m tests.fuzz --seconds 3600``: mutated configurations through the whole engine.

Real configurations (the wire's entries, the fixtures, the examples) are cut up, spliced, damaged
and given holes, and each result is judged as a run of the command would judge it. What crashes,
takes longer than the limit or names a place outside of its file is written to ``--keep`` and ends
the run with status 1. The same ``--seed`` gives the same inputs.

``python -m tests.fuzz --growth 3600`` looks for what costs more than in proportion to its size.
"""

from __future__ import annotations

import argparse
import random
import resource
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import yaml
from ansible_collections.mailwarden.policy.plugins.module_utils import catalogue, engine, report
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Hole, Text

from tests.fuzz import growth
from tests.support import contract
from tests.support.nulls import unsaid

ROOT = Path(__file__).resolve().parents[2]
# What the files of each format are called.
NAMES = tuple({path: None for name in catalogue.names() for path in contract.files(name, "secure")})
# What one run of the engine is given.
TOGETHER = (
    ["main.cf", "master.cf"],
    ["main.cf", "master.cf", "dovecot.conf"],
    *([name] for name in NAMES),
)
SECONDS = 2
MEGABYTES = 500

TOKENS = [
    b"\n", b"\r\n", b" ", b"\t", b"#", b"\\", b"=", b",", b":", b"{", b"}", b"$", b"${", b"$(",
    b"${x?{a}:{b}}", b"${{1} == {2} ? {a} : {b}}", b"-o ", b"-o { ", b"inline:{", b"\xff",
    b"\xef\xbb\xbf", b'"', b"'", b"[::1]:", b"0", b"465", b"587",
    b"99999999999999999999", b"-1", b"yes", b"no",
    b"smtpd_tls_security_level = ", b"smtpd_tls_wrappermode=yes", b"smtp inet n - n - - smtpd\n",
    b"smtpd pass - - n - - smtpd\n", b"relayhost = ", b"!", b">=TLSv1.2", b"account x : x\n",
    b"defaults\n", b"account default : ", b"eval ", b"smtpd_recipient_restrictions = ",
    b"protocol imap {\n", b"remote 10.0.0.0/8 {\n", b"local 192.0.2.1 {\n", b"}\n", b"ssl = no\n",
    b"service imap-login {\n  inet_listener imap {\n", b"port = ", b"!include ",
    b"!include_try *\n", b"!include dovecot.conf\n", b"dovecot_config_version = 2.4.0\n",
    b"ssl_cert = <", b"$protocols ", b"auth_allow_cleartext = yes\n", b"$SET:ssl", b"%{x}",
    b"disable_plaintext_auth = no\n", b"group @a b {\n", b"@a = b\n", b"imapc_host = h\n",
    b"submission_relay_host = h\n", b"login_trusted_networks = ", b"::/0", b"listen = ",
    b"protocols {\n", b"imap = yes\n",
    b"<", b"/>", b"</", b"&#53;", b"&amp;", b"<![CDATA[", b"]]>", b"<!-- ", b" -->", b"<port>",
    b"<socketType>plain</socketType>", b"<incomingServer type='imap'>", b"</incomingServer>",
    b"<!DOCTYPE a [<!ENTITY x 'y'>]>", b"<?xml version='1.0' encoding='latin-1'?>", b"\xc3\xbc",
]  # fmt: skip


class Slow(Exception):  # noqa: N818  not an error of the input
    """The engine took longer than the limit."""


class HoledSource(MemorySource):
    """Memory whose texts have holes at given offsets."""

    def __init__(self, files: dict[str, bytes], holes: dict[str, dict[int, Hole]]) -> None:
        super().__init__(files)
        self._holes = holes

    def text(self, path: str) -> Text:
        plain = super().text(path)
        found = sorted(self._holes.get(path, {}).items())
        return plain.opened((at, at + 1, hole) for at, hole in found if at < len(plain))


def corpus() -> dict[str, list[bytes]]:
    """Real files by the name that a format knows."""
    found: dict[str, list[bytes]] = {name: [] for name in NAMES}
    for path in [*ROOT.glob("tests/fixtures/**/*"), *ROOT.glob("examples/**/*")]:
        for name in NAMES:
            if path.is_file() and path.as_posix().endswith(name):
                found[name].append(path.read_bytes())
    for table in ROOT.glob("tests/wire/*.yml"):
        for text in _strings(yaml.safe_load(table.read_text())):
            kind = _kind(table.name, text)
            found[kind].append(text.encode())
    return found


def _kind(table: str, text: str) -> str:
    for name, kind in (("msmtp", "msmtprc"), ("dovecot", "dovecot.conf")):
        if name in table:
            return kind
    return "master.cf" if " inet " in text or " unix " in text or " pass " in text else "main.cf"


def _strings(data: object) -> Iterator[str]:
    if isinstance(data, str) and "\n" in data:
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from _strings(value)
    elif isinstance(data, list):
        for value in data:
            yield from _strings(value)


def mutated(chance: random.Random, data: bytes, others: list[bytes]) -> bytes:
    """The bytes after some damage."""
    for _number in range(chance.choice((0, 1, 1, 2, 3, 5, 9))):
        at = chance.randrange(len(data) + 1)
        to = min(len(data), at + chance.choice((1, 1, 2, 5, 20, 100)))
        kind = chance.randrange(7)
        if kind == 0:
            data = data[:at] + data[to:]
        elif kind == 1:
            data = data[:at] + chance.choice(TOKENS) + data[at:]
        elif kind == 2:
            data = data[:at] + chance.choice(TOKENS) + data[to:]
        elif kind == 3:
            data = data[:at] + bytes([chance.randrange(1, 256)]) + data[at + 1 :]
        elif kind == 4:
            data = data[:to] + data[at:]
        elif kind == 5:
            lines = data.splitlines(keepends=True)
            chance.shuffle(lines)
            data = b"".join(lines)
        else:
            other = chance.choice(others)
            start = chance.randrange(len(other) + 1)
            data = data[:at] + other[start : start + 200] + data[at:]
    return data


def holes(chance: random.Random, data: bytes, others: list[bytes]) -> dict[int, Hole]:
    """Holes at random offsets, some with branches, some of those whole lines."""
    made = {}
    for _number in range(chance.choice((0, 0, 1, 2, 4))):
        name = chance.choice("abc")
        options: list[tuple[str, Text | None]] = []
        if chance.random() < 0.6:
            other = chance.choice(others).decode("utf-8", "replace")
            start = chance.randrange(len(other) + 1)
            piece = other[start : start + chance.choice((1, 5, 60))]
            options = [
                ("yes", Text.of("x", piece)),
                ("no", chance.choice((None, Text.of("x", "")))),
            ]
        made[chance.randrange(len(data) + 1)] = Hole(name, options)
    return made


def judged(files: dict[str, bytes], made: dict[str, dict[int, Hole]]) -> None:
    """One run of the engine; raises whatever it raises, on a place outside of its file, and on a
    field that is null and nothing says why.
    """
    result = engine.check(HoledSource(files, made), Policy.default(), list(files))
    data = report.as_data(result, "0")
    if unsaid(data):
        raise AssertionError(f"null without a reason: {unsaid(data)}")
    for finding in data["findings"]:
        if finding["path"] not in files:
            continue
        lines = files[finding["path"]].count(b"\n") + 1
        if not 1 <= finding["line"] <= lines:
            raise AssertionError(f"line {finding['line']} of {lines}: {finding['message']}")


def _alarm(_number: int, _frame: FrameType | None) -> None:
    raise Slow(f"more than {SECONDS} s of processor time")


def main() -> int:
    """Run until the time is over; 0 where nothing was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--growth", type=float, default=0, metavar="SECONDS")
    parser.add_argument("--only", default="", help="constructs with this in their name")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--keep", type=Path, default=Path("fuzz-failures"))
    args = parser.parse_args()
    chance = random.Random(args.seed)
    if args.growth:
        return 1 if growth.run(args.growth, chance, args.only) else 0
    files = corpus()
    signal.signal(signal.SIGPROF, _alarm)
    limit = MEGABYTES * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    runs = failures = 0
    seen: set[str] = set()
    end = time.monotonic() + args.seconds
    while time.monotonic() < end:
        names = chance.choice(TOGETHER)
        case = {name: mutated(chance, chance.choice(files[name]), files[name]) for name in names}
        made = {name: holes(chance, data, files[name]) for name, data in case.items()}
        runs += 1
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        try:
            judged(case, made)
        except Exception as error:  # noqa: BLE001  whatever it is, it is what we look for
            signal.setitimer(signal.ITIMER_PROF, 0)
            where = traceback.extract_tb(error.__traceback__)[-1]
            kind = f"{type(error).__name__} at {Path(where.filename).name}:{where.lineno}"
            if kind not in seen:
                seen.add(kind)
                folder = args.keep / f"{len(seen)}"
                folder.mkdir(parents=True, exist_ok=True)
                for name, data in case.items():
                    (folder / name).write_bytes(data)
                shown = {n: {a: (h.name, h.options) for a, h in m.items()} for n, m in made.items()}
                (folder / "error.txt").write_text(f"{traceback.format_exc()}\nholes: {shown}\n")
                print(f"{kind}: {error} (kept in {folder})", flush=True)
            failures += 1
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    print(f"{runs} inputs in {args.seconds:.0f} s, seed {args.seed}: {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
