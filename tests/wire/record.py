"""Run cases and write down what was seen: `python -m tests.wire.record [--only ID] [--missing]`."""

from __future__ import annotations

import argparse
import concurrent.futures
import functools
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import yaml

from . import certificates, chroots, cleanup, observe
from .table import TABLES, Case, load_seen, load_table, seen_path

WORKERS = 6
Run = tuple[Case, str]
Seen = dict[tuple[str, str], dict[str, Any]]
Report = Callable[[Run, dict[str, Any] | Exception, float], None]


def run_cases(runs: Sequence[Run], report: Report, workers: int = WORKERS) -> None:
    """Run each case on each version, some at a time; `report` is called as they end."""
    roots = chroots.ensure(sorted({case.release(version) for case, version in runs}))
    folder = tempfile.mkdtemp(prefix="mailwarden-wire-")
    with cleanup.undone(functools.partial(shutil.rmtree, folder, ignore_errors=True)):
        pairs = certificates.make(Path(folder))

        def one(run: Run) -> tuple[Run, dict[str, Any] | Exception, float]:
            case, version = run
            started = time.monotonic()
            result: dict[str, Any] | Exception
            try:
                root = roots[case.release(version)]
                setting = observe.Setting(root, pairs, case.files[version])
                result = observe.observe(case, setting)
            except Exception as error:  # noqa: BLE001  (one case must not end the others)
                result = error
            return run, result, time.monotonic() - started

        with concurrent.futures.ThreadPoolExecutor(workers) as pool:
            for done in concurrent.futures.as_completed([pool.submit(one, run) for run in runs]):
                report(*done.result())


def write_seen(case: Case, seen: dict[str, Any]) -> None:
    """Write what was seen by version, once where all versions agree."""
    values = [seen[version] for version in case.versions if version in seen]
    agree = len(values) == len(case.versions) and all(value == values[0] for value in values)
    data = {"any version": values[0]} if agree and len(values) > 1 else seen
    path = seen_path(case)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        yaml.safe_dump(data, sort_keys=False, width=1000, default_flow_style=None), "utf-8"
    )


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", default=[], metavar="ID", help="these cases")
    parser.add_argument("--table", choices=TABLES, help="this table")
    parser.add_argument("--missing", action="store_true", help="only what was never recorded")
    parser.add_argument("--workers", type=int, default=WORKERS)
    options = parser.parse_args(argv)
    cleanup.install()
    cases = [
        case
        for table in ([options.table] if options.table else TABLES)
        for case in load_table(table)
        if not options.only or case.id in options.only
    ]
    kept = {case.key: load_seen(case) for case in cases} if options.missing else {}
    runs = [
        (case, version)
        for case in cases
        for version in case.versions
        if version not in kept.get(case.key, {})
    ]
    return _record(runs, kept, options.workers)


def _record(runs: Sequence[Run], kept: Seen, workers: int) -> int:
    seen: Seen = {key: dict(old) for key, old in kept.items()}
    failures = 0

    def report(run: Run, result: dict[str, Any] | Exception, seconds: float) -> None:
        nonlocal failures
        case, version = run
        if isinstance(result, Exception):
            failures += 1
            print(f"{case.table} {case.id} {version}: {type(result).__name__}: {result}")
            return
        mine = seen.setdefault(case.key, {})
        mine[version] = result
        write_seen(case, {name: mine[name] for name in case.versions if name in mine})
        print(f"{case.table} {case.id} {version}: {seconds:.1f} s", flush=True)

    started = time.monotonic()
    try:
        run_cases(runs, report, workers)
    except chroots.NotPossibleError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{len(runs)} runs, {failures} failed, {time.monotonic() - started:.0f} s")
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
