"""The tables of cases, and what a reader of configurations is given of them."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from .derive import Fields, derive

HERE = Path(__file__).parent
TABLES = ("postfix_server", "postfix_client", "msmtp_client")
RELEASES = {
    "postfix": {"3.7": "bookworm", "3.10": "trixie"},
    "msmtp": {"1.8.23": "bookworm", "1.8.28": "trixie"},
}
DEFAULT_NAMES = {
    "main": "/etc/postfix/main.cf",
    "master": "/etc/postfix/master.cf",
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
    "msmtprc",
    "files",
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
    """One entry of a table, ready to be run: `files` is all that program and reader are given."""

    table: str
    id: str
    shows: str
    row: str
    kind: str
    files: dict[str, bytes]
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
        return self.table.partition("_")[2]


class Entry(NamedTuple):
    """One case on one version: the files, and what the wire showed of each endpoint."""

    table: str
    id: str
    version: str
    files: dict[str, bytes]
    policy: Mapping[str, Any]
    endpoints: dict[str, Fields]


class TableError(Exception):
    """A table is not what it should be."""


@functools.cache
def load_table(name: str) -> tuple[Case, ...]:
    """The cases of one table, in its order."""
    data = yaml.safe_load((HERE / f"{name}.yml").read_text("utf-8"))
    cases: tuple[Case, ...] = ()
    for raw in data["cases"]:
        cases += (_case(name, raw, data, cases[-1].kind if cases else ""),)
    names = [case.id for case in cases]
    double = {case for case in names if names.count(case) > 1}
    if double:
        raise TableError(f"{name}: used twice: {', '.join(sorted(double))}")
    return cases


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
                yield Entry(name, case.id, version, case.files, policy, fields)


def _case(table: str, raw: dict[str, Any], data: dict[str, Any], kind: str) -> Case:
    """One case; it belongs to the class of the case above it unless it begins one."""
    unknown = set(raw) - KEYS
    if unknown or not {"id", "shows"} <= set(raw):
        raise TableError(f"{table}: {raw.get('id', raw)}: unknown or missing keys: {unknown}")
    program = table.partition("_")[0]
    return Case(
        table,
        raw["id"],
        raw["shows"],
        str(raw.get("row", "")),
        raw.get("class", kind),
        _files(raw, data),
        tuple(raw.get("versions", RELEASES[program])),
        raw,
    )


def _files(raw: dict[str, Any], data: dict[str, Any]) -> dict[str, bytes]:
    """The files of a case: base and blocks before its main.cf, services behind its master.cf."""
    base = data.get("base", {}) if raw.get("base", True) else {}
    blocks = [data["blocks"][name] for name in raw.get("use", ())]
    texts = dict(raw.get("files", {}))
    for key, path in DEFAULT_NAMES.items():
        own = raw.get(key, base.get(f"default_{key}", ""))
        before = [base.get(key, ""), *blocks] if key == "main" else []
        after = [base.get(f"{key}_services", "")]
        text = "".join((*before, own, *after))
        if text:
            texts[path] = text
    return {path: text.encode("utf-8") for path, text in texts.items()}
