"""The host's mail programs: real Postfix and Dovecot on the files of a scenario."""

from __future__ import annotations

import time

from .managed import PATIENCE, Host
from .scenario import Mail

QUIET = ">/dev/null 2>&1"
LOOPBACK = ("127.0.0.1", "::1")


def start(host: Host, mail: Mail) -> None:
    """Write the configurations and start the programs."""
    write(host, mail)
    if mail.master:
        host.run(f"postfix start {QUIET}")
    if mail.dovecot:
        host.run(f"dovecot {QUIET}")
    settle(host, set(mail.serves), set())


def change(host: Host, mail: Mail, later: Mail) -> None:
    """Write other configurations, and have the programs read them."""
    write(host, later)
    if later.master:
        host.run(f"postfix reload {QUIET}")
    if later.dovecot:
        host.run(f"doveadm reload {QUIET}")
    settle(host, set(later.serves), set(mail.serves) - set(later.serves))


def write(host: Host, mail: Mail) -> None:
    """Write the configurations of the programs that have one."""
    files = {
        "/etc/postfix/main.cf": mail.main,
        "/etc/postfix/master.cf": mail.master,
        "/etc/dovecot/dovecot.conf": mail.dovecot,
    }
    host.write({path: text for path, text in files.items() if text})


def settle(host: Host, opened: set[int], closed: set[int]) -> None:
    """Wait until the programs listen on the ports of the one set and on none of the other.

    :raises AssertionError: with the log, where they do not
    """
    end = time.monotonic() + PATIENCE
    while not opened <= (found := listening(host)) or closed & found:
        log = "\n".join(host.box.log)
        assert time.monotonic() < end, f"listening: {found}, not {opened}\n{log}"
        time.sleep(0.05)


def listening(host: Host) -> set[int]:
    """Return the ports on which something listens for the network."""
    found = host.box.listening()
    return {port for _family, address, port in found if address not in LOOPBACK}
