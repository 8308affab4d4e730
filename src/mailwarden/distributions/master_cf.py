"""The ``master.cf`` that distributions ship: one list of services, in upstream's spelling.

Distributions decide the column for chroot and may add services; the rest goes with the version.

Source: ``conf/master.cf`` of Postfix 3.4 to 3.8, 3.10 and 3.11, and the packages of Debian and
Ubuntu.  3.9, which no distribution here has, is not read.
"""

from __future__ import annotations

# Name, type, private, unprivileged, chroot, wakeup, process limit, command; C is the column that
# distributions decide.
SERVICES = """\
smtp      inet  n       -       C       -       -       smtpd
pickup    unix  n       -       C       60      1       pickup
cleanup   unix  n       -       C       -       0       cleanup
qmgr      unix  n       -       n       300     1       qmgr
tlsmgr    unix  -       -       C       1000?   1       tlsmgr
rewrite   unix  -       -       C       -       -       trivial-rewrite
bounce    unix  -       -       C       -       0       bounce
defer     unix  -       -       C       -       0       bounce
trace     unix  -       -       C       -       0       bounce
verify    unix  -       -       C       -       1       verify
flush     unix  n       -       C       1000?   0       flush
proxymap  unix  -       -       n       -       -       proxymap
proxywrite unix -       -       n       -       1       proxymap
smtp      unix  -       -       C       -       -       smtp
relay     unix  -       -       C       -       -       smtp
        -o syslog_name=NAME/$service_name
showq     unix  n       -       C       -       -       showq
error     unix  -       -       C       -       -       error
retry     unix  -       -       C       -       -       error
discard   unix  -       -       C       -       -       discard
local     unix  -       n       n       -       -       local
virtual   unix  -       n       n       -       -       virtual
lmtp      unix  -       -       C       -       -       lmtp
anvil     unix  -       -       C       -       1       anvil
scache    unix  -       -       C       -       1       scache
postlog   unix-dgram n  -       n       -       1       postlogd
"""
# The services that it offers as comments, behind the first service.
POSTSCREEN = """\
#smtp      inet  n       -       C       -       1       postscreen
#smtpd     pass  -       -       C       -       -       smtpd
#dnsblog   unix  -       -       C       -       0       dnsblog
#tlsproxy  unix  -       -       C       -       0       tlsproxy
"""
LOOPBACK_587 = "#127.0.0.1:submission inet n -   C       -       -       smtpd\n"
SUBMISSION = "#submission inet n       -       C       -       -       smtpd\n"
LOOPBACK_465 = "#127.0.0.1:NAME inet n  -       C       -       -       smtpd\n"
SMTPS = "#smtps     inet  n       -       C       -       -       smtpd\n"
SUBMISSIONS = "#submissions     inet  n       -       C       -       -       smtpd\n"
QMQP = "#628       inet  n       -       C       -       -       qmqpd\n"


def master_cf(postfix: str, chroot: str, own: str = "") -> str:
    """The services of a distribution.

    In: the version of Postfix, the column for chroot, the services that it adds.
    """
    instance = "${multi_instance_name?{$multi_instance_name}:{postfix}}"
    name = instance if _minor(postfix) >= 10 else "postfix"
    return _chrooted(SERVICES, chroot).replace("NAME/", f"{name}/") + own


def commented(postfix: str, chroot: str) -> str:
    """The services that ``master.cf`` offers as comments, for an edit that uncomments them."""
    minor = _minor(postfix)
    smtps = "submissions" if minor >= 7 else "smtps"
    starttls = ("smtpd_tls_security_level=encrypt", "smtpd_sasl_auth_enable=yes",
                "smtpd_tls_auth_only=yes")  # fmt: skip
    implicit = ("smtpd_tls_wrappermode=yes", "smtpd_sasl_auth_enable=yes")
    lines = (
        POSTSCREEN,
        LOOPBACK_587 if minor >= 6 else "",
        SUBMISSION,
        _options(minor, "submission", starttls),
        LOOPBACK_465.replace("NAME", smtps) if minor >= 6 else "",
        SUBMISSIONS if minor >= 7 else SMTPS,
        _options(minor, smtps, implicit),
        QMQP,
    )
    return _chrooted("".join(lines), chroot)


def _options(minor: int, name: str, tls: tuple[str, ...]) -> str:
    if minor >= 7:
        restrictions = [f"smtpd_{kind}_restrictions=" for kind in _KINDS] + [
            "smtpd_relay_restrictions=",
            "smtpd_recipient_restrictions=permit_sasl_authenticated,reject",
        ]
    else:
        restrictions = [f"smtpd_{kind}_restrictions=$mua_{kind}_restrictions" for kind in _KINDS]
        restrictions += [
            "smtpd_recipient_restrictions=",
            "smtpd_relay_restrictions=permit_sasl_authenticated,reject",
        ]
    options = (
        f"syslog_name=postfix/{name}",
        *(("smtpd_forbid_unauth_pipelining=no",) if minor >= 10 else ()),
        *tls,
        *(("local_header_rewrite_clients=static:all",) if minor >= 8 else ()),
        *(("smtpd_hide_client_session=yes",) if minor >= 10 else ()),
        "smtpd_reject_unlisted_recipient=no",
        *restrictions,
        "milter_macro_daemon_name=ORIGINATING",
    )
    return "".join(f"#  -o {option}\n" for option in options)


_KINDS = ("client", "helo", "sender")


def _chrooted(lines: str, chroot: str) -> str:
    return lines.replace(" C ", f" {chroot} ")


def _minor(postfix: str) -> int:
    """``7`` of ``3.7.11``."""
    return int(postfix.split(".")[1])
