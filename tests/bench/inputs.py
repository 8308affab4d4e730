"""The configurations that are measured."""

from __future__ import annotations

from pathlib import Path

# What a mail server of average care has.
MAIN_CF = """\
# See /usr/share/postfix/main.cf.dist for a commented, more complete version
compatibility_level = 3.6
myhostname = mail.example.com
mydestination = $myhostname, localhost
mynetworks = 127.0.0.0/8 [::1]/128
inet_interfaces = all
smtpd_tls_cert_file = /etc/ssl/certs/mail.pem
smtpd_tls_key_file = /etc/ssl/private/mail.key
smtpd_tls_security_level = may
smtpd_tls_protocols = >=TLSv1.2
smtpd_tls_mandatory_protocols = >=TLSv1.2
smtpd_tls_auth_only = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination
smtp_tls_security_level = may
"""
SUBMISSION = """\
{name} inet n - y - - smtpd
  -o syslog_name=postfix/submission
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_client_restrictions=permit_sasl_authenticated,reject
"""
MASTER_CF = (
    "# service type private unpriv chroot wakeup maxproc command\n"
    "smtp inet n - y - - smtpd\n"
    + SUBMISSION.format(name="submission")
    + SUBMISSION.format(name="submissions").replace(
        "smtpd_tls_security_level=encrypt", "smtpd_tls_wrappermode=yes"
    )
    + "smtp unix - - y - - smtp\nrelay unix - - y - - smtp\n"
)
# What is wrong in many public repositories: nothing insists on TLS, and logins do not wait for it.
FAULTY_MAIN_CF = (
    MAIN_CF.replace("smtpd_tls_auth_only = yes\n", "")
    + "relayhost = [mail.example.net]:587\n"
    + "smtp_sasl_auth_enable = yes\n"
    + "smtp_sasl_password_maps = hash:/etc/postfix/sasl\n"
    + "smtp_sasl_security_options = noanonymous\n"
)
FAULTY_MASTER_CF = MASTER_CF.replace("level=encrypt", "level=may").replace("mode=yes", "mode=no")
POLICY = "profile: default\nprograms:\n  postfix: '3.7'\n"
YAML = "---\nprofile: default\nprograms:\n  postfix: '3.7'\n"


def small(folder: Path, policy: bool) -> None:
    """Write one Postfix configuration, with or without a policy beside it."""
    folder.mkdir()
    # The folder is a repository of its own, so that nothing above it is looked at.
    (folder / ".git").mkdir()
    _pair(folder, MAIN_CF)
    if policy:
        (folder / ".mailwarden.yml").write_text(POLICY)


def host(folder: Path) -> None:
    """Write one Postfix configuration whose certificate is there, as a right one's is on a host."""
    folder.mkdir()
    main_cf = MAIN_CF
    for path in ("/etc/ssl/certs/mail.pem", "/etc/ssl/private/mail.key"):
        here = folder / Path(path).name
        here.touch()
        main_cf = main_cf.replace(path, str(here))
    _pair(folder, main_cf)


def _pair(folder: Path, main_cf: str) -> None:
    (folder / "main.cf").write_text(main_cf)
    (folder / "master.cf").write_text(MASTER_CF)


def pairs(folder: Path, number: int, faulty: bool) -> None:
    """Write a repository of hosts, each with one Postfix configuration."""
    (folder / ".git").mkdir(parents=True)
    for index in range(number):
        host = folder / f"host{index}"
        host.mkdir()
        (host / "main.cf").write_text(FAULTY_MAIN_CF if faulty else MAIN_CF)
        (host / "master.cf").write_text(FAULTY_MASTER_CF if faulty else MASTER_CF)


def large_main(folder: Path, size: int) -> None:
    """Write a main.cf of about that many bytes, of parameters that use each other."""
    lines = [MAIN_CF]
    length = 0
    for number in range(size):
        if length >= size - len(MAIN_CF):
            break
        entry = (
            f"# What the customer {number} gets\n"
            f"customer_{number}_name = customer{number}.example.com\n"
            f"customer_{number}_relay = [$customer_{number}_name]:587,\n"
            f"    [backup.$customer_{number}_name]:587\n"
        )
        lines.append(entry)
        length += len(entry)
    folder.mkdir()
    (folder / ".git").mkdir()
    (folder / "main.cf").write_text("".join(lines))
    (folder / "master.cf").write_text(MASTER_CF)


def large_master(folder: Path, size: int) -> None:
    """Write a master.cf of about that many bytes: listeners, other services, comments."""
    services = []
    length = 0
    for number in range(size):
        if length >= size - len(MASTER_CF):
            break
        address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        services.append(
            f"# The customers of {address}; ask the support desk first\n"
            + SUBMISSION.format(name=f"{address}:587")
            + "#  -o smtpd_reject_unlisted_recipient=no\n# -o milter_macro_daemon_name=M\n"
            + f"out{number} unix - - y - - smtp\n  -o smtp_bind_address={address}\n"
            + f"filter{number} unix - n n - 10 pipe\n  flags=Rq user=filter null_sender=\n"
            + f"  argv=/usr/local/bin/filter --address {address} -f ${{sender}} -- ${{recipient}}\n"
        )
        length += len(services[-1])
    folder.mkdir()
    (folder / ".git").mkdir()
    (folder / "main.cf").write_text(MAIN_CF)
    (folder / "master.cf").write_text(MASTER_CF + "".join(services))
