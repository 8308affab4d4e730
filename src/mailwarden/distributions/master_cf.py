"""The ``master.cf`` that distributions ship: one list, which differs in three things.

Source: ``conf/master.cf`` of Postfix 3.4 to 3.11, and the packages of Debian and Ubuntu.
"""

from __future__ import annotations

# Name, type, private, unprivileged, chroot, wakeup, process limit, command; C is the chroot column
# that distributions decide.
SERVICES = """\
smtp inet n - C - - smtpd
pickup unix n - C 60 1 pickup
cleanup unix n - C - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - C 1000? 1 tlsmgr
rewrite unix - - C - - trivial-rewrite
bounce unix - - C - 0 bounce
defer unix - - C - 0 bounce
trace unix - - C - 0 bounce
verify unix - - C - 1 verify
flush unix n - C 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - C - - smtp
relay unix - - C - - smtp
 -o syslog_name=NAME/$service_name
showq unix n - C - - showq
error unix - - C - - error
retry unix - - C - - error
discard unix - - C - - discard
local unix - n n - - local
virtual unix - n n - - virtual
lmtp unix - - C - - lmtp
anvil unix - - C - 1 anvil
scache unix - - C - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
# The name in the log of the service relay: with the instance's from Postfix 3.9 or 3.10 on.
PLAIN = "postfix"
INSTANCE = "${multi_instance_name?{$multi_instance_name}:{postfix}}"


def master_cf(chroot: str, name: str, pipes: str = "") -> str:
    """The services of a distribution: its chroot column, the name in the log, its own services."""
    return SERVICES.replace(" C ", f" {chroot} ").replace("NAME/", f"{name}/") + pipes
