"""A managed node: a real sshd in a network namespace, with one old Python and nothing of ours.

Its mount namespace hides the checkout, the environment that runs the tests, every other Python and
every third-party package; its users, keys and /dev/log are its own. Nothing outside changes.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.support import interpreters

ROOT = Path(__file__).resolve().parents[2]
USER = "checker"
ROOT_PASSWORD = "the-password-of-root"
SSHD = "/usr/sbin/sshd"

# Runs as the first process of the node's mount namespace; $NODE is its folder.
SETUP = r"""
set -eu
mount --make-rprivate /
# The one Python, out of the way and then back where it was built for.
mkdir "$NODE/python"
mount --bind "$PREFIX" "$NODE/python"
for folder in $HIDDEN; do mount -t tmpfs -o mode=755 tmpfs "$folder"; done
if [ "$PREFIX" != /usr ]; then
    mkdir -p "$PREFIX"
    mount --bind "$NODE/python" "$PREFIX"
    for program in $PROGRAMS; do mount --bind /bin/false "$program"; done
fi
umount "$NODE/python"
for folder in "$PREFIX"/lib/python3*/site-packages; do
    [ ! -d "$folder" ] || mount -t tmpfs -o mode=755 tmpfs "$folder"
done
for file in passwd group shadow; do mount --bind "$NODE/$file" "/etc/$file"; done
# A device folder of its own, so that what is logged there can be read.
mkdir "$NODE/dev"
mount --rbind /dev "$NODE/dev"
mount -t tmpfs -o mode=755 tmpfs /dev
for name in null zero full random urandom tty; do
    touch "/dev/$name"
    mount --bind "$NODE/dev/$name" "/dev/$name"
done
mkdir /dev/pts /dev/shm
mount -t devpts -o newinstance,ptmxmode=666,mode=620 devpts /dev/pts
mount -t tmpfs -o mode=1777 tmpfs /dev/shm
ln -s pts/ptmx /dev/ptmx
ln -s /proc/self/fd /dev/fd
touch /dev/log
mount --bind "$NODE/log.socket" /dev/log
umount -l "$NODE/dev"
mount -t tmpfs -o mode=755 tmpfs /run
mkdir /run/sshd
exec "$SSHD" -D -e -f "$NODE/sshd_config"
"""


class Node(NamedTuple):
    """What a test needs to know of the managed node."""

    namespace: str
    folder: Path
    python: Path
    version: str
    logged: list[bytes]

    def inside(self, *command: str | Path) -> list[str | Path]:
        """Return a command that runs in the node's network, where sshd listens on loopback."""
        return ["ip", "netns", "exec", self.namespace, *command]

    def inventory(self) -> dict[str, object]:
        """Return an inventory with the node as its one host."""
        keys = self.folder / "keys"
        return {
            "all": {
                "hosts": {
                    "node": {
                        "ansible_host": "127.0.0.1",
                        "ansible_user": USER,
                        "ansible_python_interpreter": str(self.python),
                        "ansible_ssh_private_key_file": str(keys / "client"),
                        "ansible_ssh_common_args": f"-o UserKnownHostsFile={keys / 'known_hosts'}"
                        " -o StrictHostKeyChecking=yes -o ControlMaster=no",
                        "ansible_become_method": "su",
                        "ansible_become_password": ROOT_PASSWORD,
                    }
                }
            }
        }

    def sshd_log(self) -> str:
        """Return what sshd has written so far."""
        return (self.folder / "sshd.log").read_text(encoding="utf-8", errors="replace")


@contextlib.contextmanager
def running() -> Iterator[Node]:
    """Run the node for the length of the block.

    :raises AssertionError: where sshd does not come up, with what it said
    """
    version, python = interpreters.oldest()
    with contextlib.ExitStack() as stack:
        # Not under pytest's own folder: that is closed to other users.
        folder = Path(tempfile.mkdtemp(prefix="mailwarden-node-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        namespace = folder.name
        write_files(folder)
        logged = stack.enter_context(device_log(folder / "log.socket"))
        subprocess.run(["ip", "netns", "add", namespace], check=True)
        stack.callback(subprocess.run, ["ip", "netns", "del", namespace], check=False)
        subprocess.run(["ip", "-n", namespace, "link", "set", "lo", "up"], check=True)
        node = Node(namespace, folder, python, version, logged)
        stack.enter_context(sshd(node))
        yield node


def hidden(prefix: Path) -> list[str]:
    """Return the folders that the node does not see."""
    folders = {ROOT, Path(sys.prefix), Path(sysconfig.get_path("purelib"))}
    folders |= {Path(sys.base_prefix)} - {Path("/usr")}
    folders |= set(Path("/usr/lib").glob("python3*/dist-packages"))
    folders |= set(Path("/usr/local/lib").glob("python3*"))
    if prefix != Path("/usr"):
        folders |= set(Path("/usr/lib").glob("python3*"))
        # The user that logs in may not look into a home folder; nor should it see others' Pythons.
        folders |= {Path.home()} if Path.home() in prefix.parents else set()
    present = {folder for folder in folders if folder.is_dir() and folder != prefix}
    # Of nested folders the outer one is enough.
    return sorted(str(folder) for folder in present if not present & set(folder.parents))


def write_files(folder: Path) -> None:
    """Write the node's users, keys and configuration."""
    keys = folder / "keys"
    keys.mkdir()
    for name in ("host", "client"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(keys / name)]
        subprocess.run(command, check=True)
    host_key = " ".join((keys / "host.pub").read_text().split()[:2])
    (keys / "known_hosts").write_text(f"127.0.0.1 {host_key}\n")
    (keys / "authorized_keys").write_text((keys / "client.pub").read_text())
    home = folder / "home"
    home.mkdir()
    os.chown(home, 20001, 20001)
    for name, line in (
        ("passwd", f"{USER}:x:20001:20001::{home}:/bin/sh"),
        ("group", f"{USER}:x:20001:"),
        ("shadow", f"{USER}:*:19000:0:99999:7:::"),
    ):
        lines = Path("/etc", name).read_text().splitlines()
        if name == "shadow":
            command = ["openssl", "passwd", "-6", ROOT_PASSWORD]
            hashed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            lines = [entry for entry in lines if not entry.startswith("root:")]
            lines.append(f"root:{hashed.strip()}:19000:0:99999:7:::")
        (folder / name).write_text("\n".join([*lines, line]) + "\n")
        (folder / name).chmod(0o600 if name == "shadow" else 0o644)
    (folder / "sshd_config").write_text(
        f"ListenAddress 127.0.0.1:22\nHostKey {keys / 'host'}\nPidFile none\nUsePAM no\n"
        f"AuthorizedKeysFile {keys / 'authorized_keys'}\nStrictModes no\nLogLevel VERBOSE\n"
        "PasswordAuthentication no\nSubsystem sftp internal-sftp\n"
    )


@contextlib.contextmanager
def device_log(path: Path) -> Iterator[list[bytes]]:
    """Listen where the node's /dev/log leads; what arrives is kept in the list."""
    received: list[bytes] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(path))
        path.chmod(0o666)

        def listen() -> None:
            # An empty message ends it.
            while message := listener.recv(1 << 16):
                received.append(message)

        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield received
        finally:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
                sender.sendto(b"", str(path))
            thread.join()


@contextlib.contextmanager
def sshd(node: Node) -> Iterator[None]:
    """Run sshd in the node's namespaces."""
    prefix = interpreters.prefix_of(node.python)
    programs = [*Path("/usr/bin").glob("python3*"), *Path("/usr/local/bin").glob("python3*")]
    env = {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        "NODE": str(node.folder),
        "PREFIX": str(prefix),
        "HIDDEN": " ".join(hidden(prefix)),
        "PROGRAMS": " ".join(str(program) for program in programs if not program.is_symlink()),
        "SSHD": SSHD,
    }
    unshare = ("unshare", "-m", "-p", "-f", "--mount-proc", "--kill-child", "sh", "-c", SETUP)
    with (node.folder / "sshd.log").open("wb") as log:
        process = subprocess.Popen(node.inside(*unshare), env=env, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 20
        while "Server listening" not in node.sshd_log():
            assert process.poll() is None, node.sshd_log()
            assert time.monotonic() < deadline, f"sshd does not come up: {node.sshd_log()}"
            time.sleep(0.05)
        yield
    finally:
        # unshare ignores SIGTERM; --kill-child takes everything in the node with it.
        process.kill()
        process.wait()
