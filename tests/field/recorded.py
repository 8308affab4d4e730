"""``make recorded``: what ``ansible-playbook`` writes for the plays of ``tests/fixtures/roles``.

Each set of each case is played twice, over ssh, on a throw-away Debian that holds the files of its
distribution, and what it changed goes to ``tests/fixtures/recorded``.  The packages are there: what
would install one, or start a service, does nothing.  It asks for root and for what
``tests/wire/chroots.py`` does, and fetches community.general by pip once.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import io
import stat
import subprocess
import sys
import tarfile
import tempfile
import threading
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.firewall.managed import Host, Keys, make_keys, running
from tests.support import recorded, venvs
from tests.support.checkout import ROOT
from tests.support.recorded import Case, Seen
from tests.wire import chroots, cleanup

RELEASES = {"debian-12": "bookworm", "debian-13": "trixie"}
# The release of the package "ansible" that goes with the ansible-core of this environment.
COMMUNITY = "12.3.0"
COLLECTION = "ansible_collections/community/general/"
FOLDERS = ("etc", "home", "opt", "root", "srv", "usr/local")
# Databases that postmap makes, and copies that a task leaves.
LEFT_OUT = ("*.db", "*.lmdb", "*~")
FETCHING = threading.Lock()
# Modules that find everything as it is to be.
IDLE = ("apt", "dnf", "service", "systemd", "systemd_service")
IDLE_MODULE = '''\
#!/usr/bin/python
"""Stands for a module that finds everything as it is to be."""
import json
print(json.dumps({"changed": False}))
'''


def community_general() -> Path:
    """The folder in which Ansible finds the collection, fetched where it is not there."""
    folder = chroots.cache() / f"community-{COMMUNITY}"
    with FETCHING:
        if not folder.exists():
            _fetch(folder)
    return folder


def _fetch(folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        wanted = ["--no-deps", "--dest", temporary, f"ansible=={COMMUNITY}"]
        subprocess.run([sys.executable, "-m", "pip", "download", "-q", *wanted], check=True)
        (wheel,) = Path(temporary).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            parts = [name for name in archive.namelist() if name.startswith(COLLECTION)]
            archive.extractall(Path(temporary, "made"), parts)
        Path(temporary, "made").rename(folder)


def ground(host: Host, case: Case) -> None:
    """Put the distribution's files on the host, and nothing else of its mail programs."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for path, text in case.ground.items():
            entry = tarfile.TarInfo(path.lstrip("/"))
            entry.size, entry.mode = len(text.encode()), 0o644
            archive.addfile(entry, io.BytesIO(text.encode()))
    host.run("rm -rf /etc/postfix/m*.cf* /etc/dovecot* /etc/msmtprc /etc/aliases")
    # Debian's script writes it beside main.cf, which names it.
    host.write({"/etc/mailname": f"{recorded.ANSWERS['@HOSTNAME@']}\n"})
    status, printed = host.box.run("tar -x -C / --no-same-owner -f -", packed.getvalue())
    assert status == 0, printed


def files_of(host: Host) -> dict[str, str]:
    """The files of the host that are not those of its release."""
    upper = host.box.place / "upper"
    found = {}
    for folder in FOLDERS:
        for path in sorted((upper / folder).rglob("*")):
            inside = path.relative_to(upper)
            if stat.S_ISREG(path.lstat().st_mode) and not any(
                inside.match(pattern) or ".ansible" in inside.parts for pattern in LEFT_OUT
            ):
                with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
                    found[f"/{inside}"] = file.read()
    return found


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str | None]:
    """The files that are others than before, and those that are gone."""
    gone: dict[str, str | None] = dict.fromkeys(before.keys() - after.keys())
    return gone | {path: text for path, text in after.items() if before.get(path) != text}


def play(host: Host, folder: Path) -> bool:
    """Run the playbook of a folder on the host; whether a task failed."""
    (connection,) = host.inventory()["all"]["hosts"].values()  # type: ignore[index]
    variables = [f"{name}={str(value)!r}" for name, value in connection.items()]
    collections = [str(ROOT / ".dev")]
    if any("community.general" in path.read_text() for path in folder.rglob("*.yml")):
        collections.append(str(community_general()))
    done = subprocess.run(
        host.inside(
            sys.executable, "-m", "ansible", "playbook", "-i", "hosts", "site.yml",
            "-e", " ".join(variables),
        ),
        cwd=folder / "repository",
        env=venvs.environment(
            folder,
            ANSIBLE_COLLECTIONS_PATH=":".join(collections),
            ANSIBLE_LIBRARY=str(folder / "library"),
            ANSIBLE_PIPELINING="1",
        ),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )  # fmt: skip
    (folder / "printed").write_text(done.stdout + done.stderr)
    assert "PLAY RECAP" in done.stdout, done.stdout + done.stderr
    return done.returncode != 0


def observe(case: Case, which: str, lower: Path, keys: Keys) -> tuple[Seen, Seen, str]:
    """What two runs of a play leave, and what Ansible printed of failures."""
    with (
        tempfile.TemporaryDirectory(prefix="mailwarden-recorded-") as temporary,
        running(lower, keys, 22, "own") as host,
    ):
        folder = Path(temporary)
        recorded.write(case.sets[which], folder / "repository")
        recorded.write({f"library/{name}.py": IDLE_MODULE for name in IDLE}, folder)
        ground(host, case)
        before = files_of(host)
        found, printed = [], ""
        for _run in range(2):
            failed = play(host, folder)
            after = files_of(host)
            found.append(Seen(changes(before, after), failed))
            before = after
            printed += (folder / "printed").read_text() if failed else ""
        return found[0], found[1], printed


def observed(cases: list[Case]) -> Iterator[tuple[Case, dict[str, tuple[Seen, Seen]]]]:
    """Each case with what was seen of its sets."""
    systems = chroots.ensure(sorted({RELEASES[case.distribution] for case in cases}))
    with (
        tempfile.TemporaryDirectory(prefix="mailwarden-keys-") as keys_folder,
        concurrent.futures.ThreadPoolExecutor(2) as pool,
    ):
        keys = make_keys(Path(keys_folder))
        waiting = {
            case.name: {
                which: pool.submit(observe, case, which, systems[RELEASES[case.distribution]], keys)
                for which in case.sets
            }
            for case in cases
        }
        for case in cases:
            seen = {}
            for which, future in waiting[case.name].items():
                once, again, printed = future.result()
                seen[which] = (once, again)
                if printed:
                    print(f"{case.name}, {which}:\n{printed}")
            yield case, seen


def main() -> int:
    """Renew the records of the cases that are named, or of all."""
    parser = argparse.ArgumentParser(prog="python -m tests.field.recorded")
    parser.add_argument("case", nargs="*", help="the name of a case; none: all")
    arguments = parser.parse_args()
    cleanup.install()
    cases = [recorded.case(name) for name in arguments.case or recorded.names()]
    for case, seen in observed(cases):
        recorded.record(case, seen)
        shown = {which: sorted(once.files) for which, (once, _again) in seen.items()}
        print(case.name, shown, flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
