"""A mail host that Ansible manages: Postfix, Dovecot, sshd and nft in a throw-away Debian.

It is a sandbox of tests/wire with an sshd. Its one peer is the namespace at the other end of the
cable, which is where Ansible runs too. Nothing outside of the two changes.
"""

from __future__ import annotations

import contextlib
import shlex
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from tests.support import interpreters
from tests.wire import certificates, namespaces
from tests.wire.host import system_files
from tests.wire.sandbox import Sandbox, sandbox

PATIENCE = 20.0
# Who may log in beside root, and become root by this password.
USER = "checker"
ROOT_PASSWORD = "the-password-of-root"
STARTED = "/run/started"
OWN_PYTHON = Path("/usr/bin/python3")
# What a start of the machine would have made ready.
START = (
    "mount -t devpts -o newinstance,ptmxmode=666,mode=620 devpts /dev/pts",
    "rm -f /dev/ptmx",
    "ln -s pts/ptmx /dev/ptmx",
    "mkdir -p /run/sshd",
    # Where Ansible writes while it runs: from then on a folder of this host's own.
    "mkdir -p -m 700 /root/.ansible",
    # Every rejected connection is answered, and not one a second.
    "sysctl -q net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0",
    "sysctl -q net.ipv4.icmp_msgs_per_sec=100000 net.ipv4.icmp_msgs_burst=10000",
    # The machine will be started by systemd; meanwhile nothing of it runs.
    "mkdir -p /usr/lib/systemd && touch /usr/lib/systemd/systemd",
    f"useradd -m -p '*' {USER}",
    f"echo root:{ROOT_PASSWORD} | chpasswd",
    f"touch {STARTED}",
    "exec sleep infinity",
)
SSHD = (
    "/usr/sbin/sshd -p {port} -o UsePAM=no -o PidFile=/run/sshd.pid -o StrictModes=no"
    " -o AuthorizedKeysFile=/etc/ssh/authorized_keys >/dev/null 2>&1"
)


class Keys(NamedTuple):
    """What the runs of one session share: the key that logs in, and the servers' certificates."""

    login: Path
    certificates: certificates.Certificates


def make_keys(folder: Path) -> Keys:
    """Make the keys and certificates of a session."""
    login = folder / "login"
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(login)]
    subprocess.run(command, check=True)
    return Keys(login, certificates.make(folder / "certificates"))


class Host(NamedTuple):
    """The running host."""

    box: Sandbox
    world: namespaces.World
    lower: Path
    login: Path
    python: Path
    ssh_port: int

    def run(self, command: str, text: str = "") -> str:
        """Run a shell command on the host; return what it printed.

        :raises AssertionError: with what it printed, where it fails
        """
        status, printed = self.box.run(command, text.encode())
        assert status == 0, f"{command}: {status}\n{printed}"
        return printed

    def write(self, files: Mapping[str, str]) -> None:
        """Write files of the host, by absolute path."""
        for path, text in files.items():
            quoted = shlex.quote(path)
            self.run(f"mkdir -p $(dirname {quoted}) && cat > {quoted}", text)

    def inside(self, *command: str | Path) -> list[str | Path]:
        """Return a command that runs on the peer."""
        return ["nsenter", f"--net=/run/netns/{self.world.peers}", *command]

    def inventory(self, user: str = "root", python: str = "") -> dict[str, object]:
        """Return an inventory with the host as its one host.

        :param user: who logs in
        :param python: another interpreter than the host's own
        """
        known = self.login.parent / f"known_hosts-{self.world.server}"
        key = " ".join((self.lower / "etc/ssh/ssh_host_ed25519_key.pub").read_text().split()[:2])
        name = namespaces.SERVER[4]
        known.write_text(f"{name} {key}\n[{name}]:{self.ssh_port} {key}\n")
        return {
            "all": {
                "hosts": {
                    "host": {
                        "ansible_host": name,
                        "ansible_port": self.ssh_port,
                        "ansible_user": user,
                        "ansible_become_method": "su",
                        "ansible_become_password": ROOT_PASSWORD,
                        "ansible_python_interpreter": python or str(self.python),
                        "ansible_ssh_private_key_file": str(self.login),
                        "ansible_ssh_common_args": f"-o UserKnownHostsFile={known}"
                        f" -o StrictHostKeyChecking=yes -o BindAddress={namespaces.TRUSTED[4]}",
                        "ansible_control_path_dir": str(self.box.place / "ssh"),
                    }
                }
            }
        }

    def listens_on(self, *ports: int) -> None:
        """Wait until something listens on all of these ports.

        :raises AssertionError: with the log, where nothing does
        """
        end = time.monotonic() + PATIENCE
        while not set(ports) <= {port for _family, _address, port in self.box.listening()}:
            log = "\n".join(self.box.log)
            assert time.monotonic() < end, f"not {ports}: {self.box.listening()}\n{log}"
            time.sleep(0.05)


@contextlib.contextmanager
def running(lower: Path, keys: Keys, ssh_port: int, python: str) -> Iterator[Host]:
    """Run a host for the length of the block; no mail program runs yet.

    :param lower: the system that it is a copy of
    :param ssh_port: where sshd listens
    :param python: ``own``, the release's, or ``oldest``, the oldest of this machine
    """
    content = {**system_files(keys.certificates, {})}
    content["/etc/ssh/authorized_keys"] = keys.login.with_suffix(".pub").read_bytes()
    with namespaces.world() as world, sandbox(world.server, content) as box:
        box.start(lower, "; ".join(START))
        wait_started(box)
        interpreter = lend_oldest(box) if python == "oldest" else OWN_PYTHON
        host = Host(box, world, lower, keys.login, interpreter, ssh_port)
        host.run(SSHD.format(port=ssh_port))
        host.listens_on(ssh_port)
        yield host


def lend_oldest(box: Sandbox) -> Path:
    """Give the host the oldest Python of this machine; its own where this machine has no other.

    :return: the interpreter, as a path on the host
    """
    _version, python = interpreters.oldest()
    prefix = interpreters.prefix_of(python)
    if prefix == Path("/usr"):
        return OWN_PYTHON
    place = Path(f"{box.place}/root{prefix}")
    # In the sandbox's mount namespace, but not in its root: there is no other way to both.
    script = 'mkdir -p "$2" && mount --bind "$1" "$2"'
    enter = ("nsenter", "-t", box.inner(), "-m", "sh", "-c", script, "sh")
    subprocess.run((*enter, str(prefix), str(place)), check=True)
    return python


def wait_started(box: Sandbox) -> None:
    """Wait until the sandbox's first process has made everything ready."""
    end = time.monotonic() + PATIENCE
    while True:
        with contextlib.suppress(OSError, IndexError):
            if box.run(f"test -e {STARTED}")[0] == 0:
                return
        assert time.monotonic() < end, "the host does not start"
        time.sleep(0.02)
