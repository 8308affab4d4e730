"""A host that systemd has started: a Debian in a container, and a peer at the end of a cable.

systemd is the first process of the container, and the network there is made anew by every boot.
Nothing outside of it changes.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import ansible

from tests.firewall.node import ROOT, Node, wait_for
from tests.wire import cleanup, namespaces

PATIENCE = 60
# Where the host finds Ansible and the collection.
LIBRARY = "/opt/library"
NETWORK = """\
[Match]
Name=host0
[Network]
LinkLocalAddressing=no
IPv6AcceptRA=no
IPv6DuplicateAddressDetection=0
Address=192.0.2.1/24
Address=192.0.2.2/24
Address=2001:db8:1::1/64
Address=2001:db8:1::2/64
[Route]
Destination=198.51.100.0/24
[Route]
Destination=2001:db8:2::/64
"""
# What systemd-nspawn makes for each boot it plugs into a bridge, by itself.
BRIDGE = """
ip address flush dev eth0
ip link add bridge type bridge mcast_snooping 0
ip link set eth0 master bridge
ip link set bridge up
"""
# Whoever looks for the host asks every few milliseconds where it is.
PEERS = """
for family in ipv4 ipv6; do
    echo 10 > /proc/sys/net/$family/neigh/eth0/retrans_time_ms
done
"""
# Of the two kinds of cgroups the one that every systemd takes, whichever the machine has. A system
# that is to be booted anew ends with 133, since nothing stands for a unit around it.
START = """
mount -t tmpfs none /run
mount -t cgroup2 none /sys/fs/cgroup
mkdir "/sys/fs/cgroup/$1"
echo $$ > "/sys/fs/cgroup/$1/cgroup.procs"
mount -t tmpfs none "$2"
mkdir "$2/upper" "$2/work" "$2/root"
mount -t overlay none "$2/root" -o "lowerdir=$3,upperdir=$2/upper,workdir=$2/work"
cat > "$2/root/etc/systemd/network/10-cable.network"
root="$2/root"
shift 3
until systemd-nspawn --directory="$root" "$@" < /dev/null; [ $? -ne 133 ]; do :; done
"""
END = """
mount -t cgroup2 none /sys/fs/cgroup
cd "/sys/fs/cgroup/$0" 2>&- || exit 0
cd ..
find "$0" -depth -type d -exec rmdir {} +
"""
NAMESPACES = ("unshare", "-m", "-p", "-f", "--mount-proc", "--kill-child")
OPTIONS = (
    "--boot",
    # Whether or not there is a systemd that starts this machine.
    "--register=no",
    "--keep-unit",
    "--settings=no",
    "--link-journal=no",
    "--resolv-conf=off",
    "--timezone=off",
    "--console=read-only",
    "--network-bridge=bridge",
    f"--bind-ro={Path(ansible.__file__).parent}:{LIBRARY}/ansible",
    f"--bind-ro={ROOT}:{LIBRARY}/ansible_collections/mailwarden/policy",
)


class NotPossibleError(Exception):
    """This machine boots no container; the message is the last that was said."""


class Booted(Node):
    """The running host; ``process`` is the one around its namespaces."""

    def first(self) -> str:
        """Return the process number of the container's systemd; nothing while there is none."""
        with contextlib.suppress(OSError, IndexError):
            # Between the two are the shell and systemd-nspawn.
            number = child(child(child(self.process)))
            if Path(f"/proc/{number}/comm").read_text() == "systemd\n":
                return number
        return ""

    def start(self, *command: str, text: str = "") -> subprocess.CompletedProcess[str]:
        """Run a program on the host, whatever becomes of it."""
        enter = ("nsenter", "-t", self.first(), "-m", "-u", "-i", "-n", "-p", "-C", "-r", "-w")
        return subprocess.run(
            (*enter, *command),
            input=text,
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": "/usr/sbin:/usr/bin", "PYTHONPATH": LIBRARY},
        )

    def has_booted(self) -> bool:
        """Whether everything is started, or has failed to."""
        said = self.start("systemctl", "is-system-running").stdout if self.first() else ""
        return said in ("running\n", "degraded\n")

    def settle(self) -> None:
        """Wait until systemd has nothing left to do."""
        wait_for(lambda: "No jobs" in self.run("systemctl", "list-jobs"))

    def reboot(self, meanwhile: Callable[[], object] = lambda: None) -> None:
        """Boot anew.

        :param meanwhile: done again and again until everything is started
        """

        def has_booted() -> bool:
            meanwhile()
            return self.has_booted()

        before = self.first()
        self.run("systemctl", "reboot")
        wait_for(lambda: self.first() != before, PATIENCE)
        wait_for(has_booted, PATIENCE)


def child(number: int | str) -> str:
    """Return the number of a process's one child.

    :raises OSError: where there is no such process
    :raises IndexError: where it has no child
    """
    return Path(f"/proc/{number}/task/{number}/children").read_text().split()[0]


@contextlib.contextmanager
def booted(lower: Path) -> Iterator[Booted]:
    """Boot a host for the length of the block.

    :param lower: a system of the kind ``boot`` of tests/wire/chroots.py
    :raises NotPossibleError: where this machine boots no container
    """
    with namespaces.world() as world, tempfile.TemporaryDirectory() as folder:
        enter = ("nsenter", f"--net=/run/netns/{world.server}")
        subprocess.run((*enter, "sh", "-ec", BRIDGE), check=True)
        peers = ("nsenter", f"--net=/run/netns/{world.peers}")
        subprocess.run((*peers, "sh", "-ec", PEERS), check=True)
        run = (*enter, *NAMESPACES, "sh", "-ec", START, "sh", world.server, folder, str(lower))
        with Path(folder, "console").open("w+") as console:
            process = subprocess.Popen(
                (*run, *OPTIONS),
                stdin=subprocess.PIPE,
                stdout=console,
                stderr=subprocess.STDOUT,
                text=True,
            )

            def stop() -> None:
                # The end of the first process of its namespace is the end of all.
                try:
                    os.kill(int(child(process.pid)), signal.SIGKILL)
                except (OSError, IndexError):
                    process.kill()
                process.wait()
                subprocess.run(("unshare", "-m", "sh", "-ec", END, world.server), check=True)

            with cleanup.undone(stop):
                assert process.stdin is not None
                process.stdin.write(NETWORK)
                process.stdin.close()
                host = Booted(world, process.pid, "python3")
                with contextlib.suppress(AssertionError):
                    wait_for(lambda: process.poll() is not None or host.has_booted(), PATIENCE)
                if not host.has_booted():
                    console.seek(0)
                    raise NotPossibleError(console.read().strip().rpartition("\n")[2])
                yield host
