"""The systems that the daemons run in: one Debian release each, made once and kept.

`python -m tests.wire.chroots` makes what is missing. Needed on the machine:
`apt-get install debootstrap openssl iproute2`, root, and an apt that knows a Debian mirror.
"""

from __future__ import annotations

import concurrent.futures
import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from .accounts import PASSWORD, USER

RELEASES = ("bookworm", "trixie")
PACKAGES = (
    "postfix",
    "postfix-pcre",
    "libsasl2-modules",
    "sasl2-bin",
    "msmtp",
    "dovecot-imapd",
    "dovecot-pop3d",
    "dovecot-lmtpd",
    "dovecot-submissiond",
    "dovecot-managesieved",
    "procps",
    "netbase",
    # What makes a host that Ansible manages of it, for tests/firewall.
    "nftables",
    "iptables",
    "openssh-server",
    "python3",
)
# What systemd starts, for tests/firewall.
BOOT_PACKAGES = ("systemd-sysv", "libpam-systemd", "dbus", "netbase", "nftables", "python3")
TOOLS = ("debootstrap", "openssl", "ip", "unshare", "nsenter", "mount")


class Kind(NamedTuple):
    """What is in a system, and the end of its folder's name: another for other contents."""

    packages: tuple[str, ...]
    layout: str
    prepare: Callable[[Path], None]


class NotPossibleError(Exception):
    """This machine cannot run the daemons; the message says what is missing."""


def cache() -> Path:
    """The folder that keeps the systems between runs."""
    return Path(os.environ.get("MAILWARDEN_WIRE_CACHE", "/var/cache/mailwarden-wire"))


def require_machine() -> None:
    """Raise NotPossibleError unless root and every tool are there."""
    if os.geteuid() != 0:
        raise NotPossibleError("the wire tests need root: they make network namespaces")
    missing = [tool for tool in TOOLS if shutil.which(tool, path=_path()) is None]
    if missing:
        raise NotPossibleError(
            f"not installed: {', '.join(missing)}; apt-get install debootstrap openssl iproute2"
        )


def ensure(releases: Iterable[str] = RELEASES, kind: str = "mail") -> dict[str, Path]:
    """The root folder of each release, made first where it does not exist, side by side.

    The kind is one of ``KINDS``.
    """
    require_machine()
    wanted = list(releases)
    with concurrent.futures.ThreadPoolExecutor(len(wanted) or 1) as pool:
        made = pool.map(_ensure_one, wanted, [KINDS[kind]] * len(wanted))
        return dict(zip(wanted, made, strict=True))


def mirror() -> str:
    """The Debian mirror that the machine's own apt uses."""
    text = subprocess.run(
        ("apt-get", "indextargets", "--format", "$(REPO_URI) $(LABEL) $(ORIGIN) $(SUITE)"),
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for line in text.splitlines():
        found = re.match(r"(\S+) Debian Debian \S+$", line)
        if found and "security" not in found[1]:
            return found[1]
    raise NotPossibleError("apt knows no Debian mirror: apt-get update first")


def _path() -> str:
    return os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))


def _ensure_one(release: str, kind: Kind) -> Path:
    folder = cache()
    folder.mkdir(parents=True, exist_ok=True)
    root = folder / f"{release}-{kind.layout}"
    with (folder / f"{release}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not root.exists():
            unfinished = folder / f"{release}.unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            _bootstrap(release, kind.packages, unfinished)
            kind.prepare(unfinished)
            unfinished.rename(root)
    return root


def _bootstrap(release: str, packages: Iterable[str], root: Path) -> None:
    command = (
        "debootstrap",
        "--variant=minbase",
        f"--include={','.join(packages)}",
        release,
        str(root),
        mirror(),
    )
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PATH": _path(), "DEBIAN_FRONTEND": "noninteractive"},
    )
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
        raise NotPossibleError(f"debootstrap {release} failed:\n{tail}")
    shutil.rmtree(root / "var/cache/apt", ignore_errors=True)
    shutil.rmtree(root / "var/lib/apt/lists", ignore_errors=True)


def _prepare_mail(root: Path) -> None:
    """Bring about what a first start of the programs would: queue folders and a SASL database."""
    jail = root / "var/spool/postfix/etc"
    jail.mkdir(exist_ok=True)
    for name in ("services", "nsswitch.conf"):
        shutil.copy(root / "etc" / name, jail / name)
    (root / "etc/postfix/main.cf").rename(root / "etc/postfix/main.cf.stock")
    (root / "etc/postfix/master.cf").rename(root / "etc/postfix/master.cf.stock")
    (root / "etc/dovecot").rename(root / "etc/dovecot.stock")
    (root / "etc/dovecot").mkdir()
    (root / "etc/postfix/main.cf").write_text("compatibility_level = 3.6\nalias_maps =\n")
    (root / "etc/postfix/master.cf").write_text("")
    _in_chroot(root, "postfix check")
    _in_chroot(root, f"echo {PASSWORD} | saslpasswd2 -p -c -u mail.example.com {USER}")
    _in_chroot(root, "chgrp postfix /etc/sasldb2 && cp -p /etc/sasldb2 /var/spool/postfix/etc/")


def _in_chroot(root: Path, script: str) -> None:
    enter = 'ip link set lo up && exec chroot "$0" /bin/sh -c "$1"'
    command = (
        "unshare",
        "-m",
        "-u",
        "-i",
        "-p",
        "-n",
        "-f",
        "--kill-child",
        "/bin/sh",
        "-c",
        enter,
        str(root),
        script,
    )
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotPossibleError(f"{root.name}: {script}: {done.stderr.strip()}")


def _prepare_boot(root: Path) -> None:
    """Have a start bring up what is needed of a host: its firewall and its network."""
    _in_chroot(root, "systemctl enable nftables.service systemd-networkd.service")


KINDS = {
    "mail": Kind(PACKAGES, "4", _prepare_mail),
    "boot": Kind(BOOT_PACKAGES, "boot-1", _prepare_boot),
}

if __name__ == "__main__":
    for one in KINDS:
        for name, place in ensure(kind=one).items():
            print(name, place)
