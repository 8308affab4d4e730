"""The tables of cases, and what a reader of configurations is given of them."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from .derive import Fields, derive

HERE = Path(__file__).parent
TABLES = (
    "postfix_server",
    "postfix_client",
    "postfix_dovecot_server",
    "dovecot_server",
    "dovecot_client",
    "msmtp_client",
)
# The versions of each program, and the system that has it.
RELEASES = {
    "postfix": {"3.7": "bookworm", "3.10": "trixie"},
    "dovecot": {"2.3": "bookworm", "2.4": "trixie"},
    "msmtp": {"1.8.23": "bookworm", "1.8.28": "trixie"},
}
# What ends the keys that hold for one release: the grammar of Dovecot changed between them.
ENDINGS = {"bookworm": "23", "trixie": "24"}
DEFAULT_NAMES = {
    "main": "/etc/postfix/main.cf",
    "master": "/etc/postfix/master.cf",
    "conf": "/etc/dovecot/dovecot.conf",
    "msmtprc": "/etc/msmtprc",
}
KEYS = {
    "id",
    "shows",
    "row",
    "class",
    "use",
    "base",
    "main",
    "master",
    "conf",
    "conf23",
    "conf24",
    "msmtprc",
    "files",
    "files23",
    "files24",
    "mechanisms",
    "warm",
    "versions",
    "policy",
    "recipients",
    "messages",
    "account",
    "by_address",
}


class Case(NamedTuple):
    """One entry of a table, ready to be run.

    `files` (by version) is all that program and reader are given.
    """

    table: str
    id: str
    shows: str
    row: str
    kind: str
    files: dict[str, dict[str, bytes]]
    versions: tuple[str, ...]
    options: Mapping[str, Any]

    @property
    def key(self) -> tuple[str, str]:
        return self.table, self.id

    @property
    def program(self) -> str:
        return self.table.partition("_")[0]

    @property
    def side(self) -> str:
        return self.table.rpartition("_")[2]

    def release(self, version: str) -> str:
        """The Debian release that has the program in this version."""
        return RELEASES[self.program][version]

    def programs(self, version: str) -> dict[str, str]:
        """The versions of all programs on that release."""
        wanted = self.release(version)
        return {
            program: one
            for program, releases in RELEASES.items()
            for one, release in releases.items()
            if release == wanted
        }


class Entry(NamedTuple):
    """One case on one version: the files, and what the wire showed of each endpoint."""

    table: str
    id: str
    version: str
    files: dict[str, bytes]
    policy: Mapping[str, Any]
    endpoints: dict[str, Fields]
    starts: bool


class TableError(Exception):
    """A table is not what it should be."""


@functools.cache
def load_table(name: str) -> tuple[Case, ...]:
    """The cases of one table, in its order."""
    data = _load(name)
    if isinstance(data.get("base"), str):
        data["base"] = _load(data["base"])["base"]
    cases: tuple[Case, ...] = ()
    for raw in data["cases"]:
        cases += (_case(name, raw, data, cases[-1].kind if cases else ""),)
    names = [case.id for case in cases]
    double = {case for case in names if names.count(case) > 1}
    if double:
        raise TableError(f"{name}: used twice: {', '.join(sorted(double))}")
    return cases


def _load(name: str) -> dict[str, Any]:
    return dict(yaml.safe_load((HERE / f"{name}.yml").read_text("utf-8")))


def seen_path(case: Case) -> Path:
    """The file that keeps what was seen."""
    return HERE / "seen" / case.table / f"{case.id}.yml"


def load_seen(case: Case) -> dict[str, Any]:
    """What was seen, by version; empty where the case was never run."""
    path = seen_path(case)
    if not path.exists():
        return {}
    recorded = yaml.safe_load(path.read_text("utf-8"))
    both = recorded.pop("any version", None)
    result = dict.fromkeys(case.versions, both) if both is not None else {}
    return {**result, **recorded}


def entries() -> Iterator[Entry]:
    """Every recorded case on every version, with the fields that the wire showed."""
    for name in TABLES:
        for case in load_table(name):
            for version, seen in load_seen(case).items():
                fields = derive(case.side, seen)
                policy = case.options.get("policy", {})
                starts = seen.get("starts", True)
                yield Entry(name, case.id, version, case.files[version], policy, fields, starts)


def _case(table: str, raw: dict[str, Any], data: dict[str, Any], kind: str) -> Case:
    """One case; it belongs to the class of the case above it unless it begins one."""
    unknown = set(raw) - KEYS
    if unknown or not {"id", "shows"} <= set(raw):
        raise TableError(f"{table}: {raw.get('id', raw)}: unknown or missing keys: {unknown}")
    releases = RELEASES[table.partition("_")[0]]
    versions = tuple(raw.get("versions", releases))
    return Case(
        table,
        raw["id"],
        raw["shows"],
        str(raw.get("row", "")),
        raw.get("class", kind),
        {version: _files(raw, data, ENDINGS[releases[version]]) for version in versions},
        versions,
        raw,
    )


def _files(raw: dict[str, Any], data: dict[str, Any], ending: str) -> dict[str, bytes]:
    """The files of a case: base and blocks before its own text, services behind its master.cf."""
    base = data.get("base", {}) if raw.get("base", True) else {}
    blocks = [_block(data["blocks"][name]) for name in raw.get("use", ())]
    texts = {**raw.get("files", {}), **raw.get("files" + ending, {})}
    for key, path in DEFAULT_NAMES.items():
        before = (_text(part, key, ending) for part in (base, *blocks))
        own = _text(raw, key, ending) or base.get(f"default_{key}", "")
        text = "".join((*before, own, base.get(f"{key}_services", "")))
        if text:
            texts[path] = text
    return {path: text.encode("utf-8") for path, text in texts.items()}


def _block(block: str | dict[str, str]) -> dict[str, str]:
    """A block by key; one that is only text is of main.cf."""
    return {"main": block} if isinstance(block, str) else block


def _text(part: Mapping[str, Any], key: str, ending: str) -> str:
    """What holds for this release, and behind it what holds for every one."""
    return str(part.get(key + ending, "")) + str(part.get(key, ""))
