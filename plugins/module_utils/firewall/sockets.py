# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What listens on TCP at this moment, and which program it is.  Source: proc(5)."""

from __future__ import annotations

import contextlib
import os
import socket
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, Iterator, NamedTuple
else:
    from ..tuples import NamedTuple

LISTEN = "0A"
# Programs that serve mail.
MAIL_PROGRAMS = (
    "master", "smtpd", "postscreen", "dovecot", "imap-login", "pop3-login",
    "submission-login", "managesieve-login", "lmtp", "exim", "exim4", "sendmail",
    "sendmail-mta", "sendmail.sendmail", "opensmtpd", "couriertcpd", "cyrmaster",
    "cyrus-master", "imapd", "pop3d", "lmtpd", "timsieved", "stalwart", "stalwart-mail",
    "maddy", "chasquid", "msmtpd", "perdition", "qmail-smtpd", "mailpit", "mailhog",
)  # fmt: skip
# Programs that may stand in front of one, on a mail port; elsewhere it may be anything, such as
# sshd.  Whatever else listens on a mail port serves something else there.
FRONTS = (
    "tcpserver", "haproxy", "nginx", "envoy", "traefik", "stunnel", "stunnel4", "hitch",
    "docker-proxy", "conmon", "rootlessport", "systemd", "xinetd", "inetd",
)  # fmt: skip
# The kernel keeps so many characters of a program's name.
SHOWN = 15
KNOWN = frozenset(name[:SHOWN] for name in MAIL_PROGRAMS)
# No name: none is visible.
STANDING_IN = frozenset(("", *FRONTS))
MAPPED = "::ffff:"


class Listener(NamedTuple):
    """A listening socket.  ``address`` is empty for every address; no program: none is visible."""

    version: int
    address: str
    port: int
    program: str = ""
    process: int = 0

    def serves_mail(self, usual: bool) -> bool:
        """Whether it may be a mail server.

        In: whether its port is usual for mail.  What is there may be one that cannot be seen, or
        that stands behind another program; on any other port it has to be one by its name.
        """
        return self.program in KNOWN or (usual and self.program in STANDING_IN)

    @property
    def is_local(self) -> bool:
        """Whether only the host itself reaches it."""
        return self.address == "::1" or self.address.startswith("127.")

    @property
    def shown(self) -> str:
        """In words."""
        who = f"{self.program} (process {self.process})" if self.program else "something"
        address = self.address or {4: "0.0.0.0", 6: "::"}[self.version]
        return "{} listens on {}:{}".format(
            who, "[" + address + "]" if ":" in address else address, self.port
        )


def listening(ports: frozenset[int], root: str = "/proc") -> list[Listener]:
    """What listens on these ports, not counting what only the host itself reaches."""
    found: dict[str, Listener] = {}
    for version, name in ((4, "tcp"), (6, "tcp6")):
        try:
            with open(os.path.join(root, "net", name), encoding="ascii") as file:
                found.update(sockets(version, file.readlines()[1:]))
        except FileNotFoundError:
            # A kernel without IPv6.
            continue
    found = {at: one for at, one in found.items() if one.port in ports and not one.is_local}
    named = []
    owners = programs(found, root) if found else {}
    for inode, one in found.items():
        program, process = owners.get(inode, ("", 0))
        named.append(one._replace(program=program, process=process))
    return sorted(named)


def sockets(version: int, lines: Iterable[str]) -> Iterator[tuple[str, Listener]]:
    """The listening sockets of a table of the kernel's, by the numbers of their inodes."""
    for line in lines:
        words = line.split()
        if len(words) > 9 and words[3] == LISTEN:
            local, _colon, port = words[1].partition(":")
            address = text_of(local)
            if address.startswith(MAPPED):
                yield words[9], Listener(4, address[len(MAPPED) :], int(port, 16))
            else:
                yield words[9], Listener(version, address, int(port, 16))


def text_of(address: str) -> str:
    """An address as the kernel prints it: words in the machine's order; empty for every one."""
    data = bytes.fromhex(address)
    if not any(data):
        return ""
    if sys.byteorder == "little":
        data = b"".join(data[at : at + 4][::-1] for at in range(0, len(data), 4))
    return socket.inet_ntop(socket.AF_INET if len(data) == 4 else socket.AF_INET6, data)


def programs(inodes: Iterable[str], root: str = "/proc") -> dict[str, tuple[str, int]]:
    """The program and the process that hold each socket.

    Of several the first: the one that started the others.
    """
    links = {f"socket:[{inode}]": inode for inode in inodes}
    found: dict[str, tuple[str, int]] = {}
    for process in sorted(int(name) for name in os.listdir(root) if name.isdigit()):
        folder = os.path.join(root, str(process))
        for link in _links(os.path.join(folder, "fd")):
            inode = links.get(link)
            if inode is not None and inode not in found:
                found[inode] = (_name(folder), process)
        if len(found) == len(links):
            break
    return found


def _links(folder: str) -> Iterator[str]:
    # The process may have ended meanwhile, or closed the one or the other file.
    with contextlib.suppress(OSError):
        for name in os.listdir(folder):
            with contextlib.suppress(OSError):
                yield os.readlink(os.path.join(folder, name))


def _name(folder: str) -> str:
    try:
        with open(os.path.join(folder, "comm"), encoding="utf-8", errors="replace") as file:
            return file.read().strip()
    except OSError:
        return ""
