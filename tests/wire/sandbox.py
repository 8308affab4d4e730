"""One run of a program: a throw-away copy of a system, alone in its namespaces.

The copy is an overlay, mounted inside the program's own mount namespace. A shell is the first
process of a process namespace and the program its child: ending that one shell ends and unmounts
all. (A program that changes its user could not be the first process: it forgets its parent.)
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from . import cleanup

_SCRIPT = """
set -e
layers="lowerdir=$LOWER,upperdir=$PLACE/upper,workdir=$PLACE/work"
mount -t overlay overlay -o "$layers" "$PLACE/root"
mount -t proc proc "$PLACE/root/proc"
cp -r --no-preserve=ownership "$PLACE/files/." "$PLACE/root/"
: > "$PLACE/root/dev/log"
mount --bind "$PLACE/sockets/log" "$PLACE/root/dev/log"
if [ -S "$PLACE/sockets/auth" ]; then
    : > "$PLACE/root/var/spool/postfix/private/auth"
    mount --bind "$PLACE/sockets/auth" "$PLACE/root/var/spool/postfix/private/auth"
fi
exec chroot "$PLACE/root" /bin/sh -c "$COMMAND; exit"
"""


class Sandbox:
    """A running program: its log, its listeners, and commands beside it."""

    def __init__(self, place: Path, namespace: str) -> None:
        self.place = place
        self.namespace = namespace
        self.log: list[str] = []
        self.process: subprocess.Popen[bytes] | None = None
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(place / "sockets/log"))
        os.chmod(place / "sockets/log", 0o666)
        self._reader = threading.Thread(target=self._read_log, daemon=True)
        self._reader.start()

    def start(self, lower: Path, command: str) -> None:
        """Run the shell command as the sandbox's first process."""
        unshare = (
            "unshare",
            "-m",
            "-u",
            "-i",
            "-p",
            "-f",
            "--kill-child",
            "/bin/sh",
            "-c",
            _SCRIPT,
        )
        self.process = subprocess.Popen(
            ("nsenter", f"--net=/run/netns/{self.namespace}", *unshare),
            env={
                "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
                "LOWER": str(lower),
                "PLACE": str(self.place),
                "COMMAND": command,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def run(self, command: str, text: bytes = b"", seconds: float = 20) -> tuple[int, str]:
        """Run a shell command in the running sandbox; its exit status and its output."""
        inner = self.inner()
        enter = ("nsenter", "-t", inner, "-m", "-u", "-i", "-p", "-n", "--root", "--wd")
        try:
            done = subprocess.run(
                (*enter, "/bin/sh", "-c", command),
                input=text,
                timeout=seconds,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return -1, "no end"
        return done.returncode, done.stdout.decode("utf-8", "replace")

    def runs(self) -> bool:
        """Whether the program has not ended."""
        return self.process is not None and self.process.poll() is None

    def listening(self) -> list[tuple[int, str, int]]:
        """What listens on TCP in the namespace: family, address (`*` for any), port."""
        found = set()
        for family, name in ((4, "tcp"), (6, "tcp6")):
            for line in self._proc_net(name):
                words = line.split()
                if words[3] == "0A":
                    found.add((family, *_bound(words[1])))
        return sorted(found)

    def logged(self, pattern: str) -> bool:
        """Whether a line of the log matches so far."""
        return any(re.search(pattern, line) for line in self.log)

    def wait_logged(self, pattern: str, seconds: float) -> bool:
        """Wait until a line of the log matches or the program ends."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.logged(pattern):
                return True
            if not self.runs():
                return self.logged(pattern)
            time.sleep(0.02)
        return False

    def inner(self) -> str:
        """The process number of the sandbox's first process."""
        assert self.process is not None
        pid = self.process.pid
        return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0]

    def stop(self) -> None:
        """End the program and everything that it started."""
        if self.process is not None and self.process.poll() is None:
            with contextlib.suppress(OSError, IndexError):
                os.kill(int(self.inner()), signal.SIGKILL)
            self.process.kill()
            self.process.wait()
        if self.process is not None and self.process.stdout is not None:
            self.process.stdout.close()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._reader.join(1)
        self._socket.close()

    def _proc_net(self, name: str) -> list[str]:
        try:
            return Path(f"/proc/{self.inner()}/net/{name}").read_text().splitlines()[1:]
        except (OSError, IndexError):
            return []

    def _read_log(self) -> None:
        while True:
            try:
                line = self._socket.recv(65536)
            except OSError:
                return
            if not line:
                return
            self.log.append(line.decode("utf-8", "replace").rstrip("\0\n"))


def _bound(text: str) -> tuple[str, int]:
    """`0100007F:0019` as the address that is bound and its port."""
    address, _sign, port = text.partition(":")
    raw = bytes.fromhex(address)
    if not any(raw):
        return "*", int(port, 16)
    words = b"".join(raw[i : i + 4][::-1] for i in range(0, len(raw), 4))
    family = socket.AF_INET if len(words) == 4 else socket.AF_INET6
    return socket.inet_ntop(family, words), int(port, 16)


@contextlib.contextmanager
def sandbox(namespace: str, files: Mapping[str, bytes]) -> Iterator[Sandbox]:
    """A sandbox that is not started yet; `files` (absolute path to content) lie over the system."""
    memory = Path("/dev/shm")
    place = Path(
        tempfile.mkdtemp(prefix="mailwarden-wire-", dir=memory if memory.is_dir() else None)
    )
    for name in ("upper", "work", "root", "files", "sockets"):
        (place / name).mkdir()
    place.chmod(0o755)
    for path, content in files.items():
        target = place / "files" / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    made = Sandbox(place, namespace)

    def remove() -> None:
        made.stop()
        shutil.rmtree(place, ignore_errors=True)

    with cleanup.undone(remove):
        yield made
