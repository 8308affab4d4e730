# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The commands of an msmtp configuration and what each takes as its argument.

Source: msmtp(1), and what msmtp 1.6.0 to 1.8.33 do with a file (conf.c); for ``tls_priorities`` the
GnuTLS manual, "Priority Strings", and what ``gnutls-cli --list --priority`` prints.
"""

from __future__ import annotations

from ...patterns import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, NamedTuple, Optional

    # The value that an argument stands for; None where msmtp refuses it.
    Check = Callable[[str], Optional[str]]
else:
    from ...tuples import NamedTuple

ON, OFF = "on", "off"
# Mechanisms with the version that knows them; the earliest are in 1.6.
MECHANISMS: dict[str, str] = {
    "plain": "",
    "login": "",
    "cram-md5": "",
    "digest-md5": "",
    "scram-sha-1": "",
    "gssapi": "",
    "external": "",
    "ntlm": "",
    "oauthbearer": "1.8.4",
    "xoauth2": "1.8.13",
    "scram-sha-256": "1.8.15",
    "scram-sha-1-plus": "1.8.26",
    "scram-sha-256-plus": "1.8.26",
}
_INTEGER = lazy(r"[ \t\v\f\r\n]*\+?(0[xX][0-9a-fA-F]+|[0-9]+)\Z")
_FINGERPRINT = lazy(r"[0-9a-fA-F]{2}([: ][0-9a-fA-F]{2})*\Z")
_FINGERPRINT_BYTES = (32, 20, 16)
_NOTIFY = ("failure", "delay", "success")
_SYSLOG = lazy(r"LOG_USER|LOG_MAIL|LOG_LOCAL[0-7]")


def number(argument: str) -> int | None:
    """A positive number as C's strtol reads it with base 0 (``0x1d1``, ``0721``); else ``None``."""
    found = _INTEGER.match(argument)
    if not found:
        return None
    digits = found.group(1)
    octal = len(digits) > 1 and digits.isdigit() and digits[0] == "0"
    try:
        value = int(digits, 8 if octal else 0)
    except ValueError:
        return None
    return value if 0 < value < 2**31 else None


def _text(argument: str) -> str | None:
    return argument


def _needed(argument: str) -> str | None:
    return argument or None


def _switch(argument: str) -> str | None:
    return {"": ON, ON: ON, OFF: OFF}.get(argument)


def _bare_off(argument: str) -> str | None:
    return None if argument else OFF


def _one_of(*words: str) -> Check:
    return lambda argument: argument if argument in words else None


def _port(argument: str) -> str | None:
    value = number(argument)
    return str(value) if value is not None and value <= 65535 else None


def _timeout(argument: str) -> str | None:
    return argument if argument == OFF or number(argument) else None


def _optional(check: Check) -> Check:
    return lambda argument: check(argument) if argument else ""


def _count(argument: str) -> str | None:
    return argument if number(argument) else None


def _auth(argument: str) -> str | None:
    if argument in ("", ON, OFF):
        return argument or ON
    return argument if argument in MECHANISMS else None


def _fingerprint(argument: str) -> str | None:
    if not argument:
        return ""
    if not _FINGERPRINT.match(argument) or (len(argument) + 1) // 3 not in _FINGERPRINT_BYTES:
        return None
    return argument


def _notify(argument: str) -> str | None:
    if argument in (OFF, "never"):
        return argument
    # msmtp counts words and commas, whatever stands between which.
    words = [word for word in _NOTIFY if word in argument]
    length = sum(len(word) for word in words) + len(words) - 1
    commas = argument.count(",") >= len(words) - 1
    return argument if words and len(argument) == length and commas else None


def _syslog(argument: str) -> str | None:
    return argument if argument in ("", ON, OFF) or _SYSLOG.fullmatch(argument) else None


class Command(NamedTuple):
    """What a command sets, how its argument is checked, and since which version it is known."""

    setting: str
    check: Check
    since: str = ""


_AUTO = _one_of("", "auto", ON, OFF)
COMMANDS: dict[str, Command] = {
    "host": Command("host", _needed),
    "port": Command("port", _port),
    "timeout": Command("timeout", _timeout),
    "connect_timeout": Command("timeout", _timeout),
    "protocol": Command("protocol", _one_of("smtp", "lmtp")),
    "domain": Command("domain", _text),
    "from": Command("from", _text),
    "from_full_name": Command("from_full_name", _text, "1.8.24"),
    "allow_from_override": Command("allow_from_override", _one_of(ON, OFF), "1.8.20"),
    "auth": Command("auth", _auth),
    "user": Command("user", _text),
    "password": Command("password", _text),
    "passwordeval": Command("passwordeval", _text),
    "ntlmdomain": Command("ntlmdomain", _text),
    "tls": Command("tls", _switch),
    "tls_starttls": Command("tls_starttls", _switch),
    "tls_nostarttls": Command("tls_starttls", _bare_off),
    "tls_certcheck": Command("tls_certcheck", _switch),
    "tls_nocertcheck": Command("tls_certcheck", _bare_off),
    "tls_key_file": Command("tls_key_file", _text),
    "tls_cert_file": Command("tls_cert_file", _text),
    "tls_trust_file": Command("tls_trust_file", _text),
    "tls_crl_file": Command("tls_crl_file", _text),
    "tls_fingerprint": Command("tls_fingerprint", _fingerprint),
    "tls_min_dh_prime_bits": Command("tls_min_dh_prime_bits", _optional(_count)),
    "tls_priorities": Command("tls_priorities", _text),
    "tls_host_override": Command("tls_host_override", _text, "1.8.8"),
    "tls_force_sslv3": Command("tls_force_sslv3", _text),
    "dsn_return": Command("dsn_return", _one_of(OFF, "headers", "full")),
    "dsn_notify": Command("dsn_notify", _notify),
    "logfile": Command("logfile", _text),
    "logfile_time_format": Command("logfile_time_format", _text, "1.8.0"),
    "syslog": Command("syslog", _syslog),
    "aliases": Command("aliases", _text),
    "proxy_host": Command("proxy_host", _text),
    "proxy_port": Command("proxy_port", _optional(_port)),
    "source_ip": Command("source_ip", _text, "1.6.8"),
    "socket": Command("socket", _text, "1.8.8"),
    "set_from_header": Command("set_from_header", _AUTO, "1.8.8"),
    "set_date_header": Command("set_date_header", _one_of("", "auto", OFF), "1.8.8"),
    "set_msgid_header": Command("set_msgid_header", _one_of("", "auto", OFF), "1.8.21"),
    "set_to_header": Command(
        "set_to_header", _one_of("", ON, OFF, "undisclosed_recipients"), "1.8.29"
    ),
    "remove_bcc_headers": Command("remove_bcc_headers", _switch),
    "keepbcc": Command("remove_bcc_headers", _switch),
    "undisclosed_recipients": Command("undisclosed_recipients", _switch, "1.8.11"),
    "add_missing_from_header": Command("set_from_header", _switch),
    "add_missing_date_header": Command("set_date_header", _switch),
    "auto_from": Command("auto_from", _switch),
    "maildomain": Command("maildomain", _text),
}

# What decides an endpoint; everything else is checked and forgotten (passwords among it).
DECIDING: tuple[str, ...] = (
    "host",
    "port",
    "protocol",
    "auth",
    "user",
    "tls",
    "tls_starttls",
    "tls_certcheck",
    "tls_key_file",
    "tls_cert_file",
    "tls_trust_file",
    "tls_crl_file",
    "tls_fingerprint",
    "tls_priorities",
    "tls_host_override",
    "socket",
)

# Commands that msmtp only keeps for old files: the version that gave them up, and what to write.
DEPRECATED: dict[str, tuple[str, str]] = {
    "connect_timeout": ("", "timeout"),
    "tls_nostarttls": ("", "tls_starttls off"),
    "tls_nocertcheck": ("", "tls_certcheck off"),
    "keepbcc": ("", "remove_bcc_headers"),
    "add_missing_from_header": ("1.8.8", "set_from_header"),
    "add_missing_date_header": ("1.8.8", "set_date_header"),
    "auto_from": ("1.8.7", "patterns in from, such as %U@example.org"),
    "maildomain": ("1.8.7", "patterns in from, such as %U@example.org"),
    "undisclosed_recipients": ("1.8.29", "set_to_header undisclosed_recipients"),
    "tls_force_sslv3": ("", ""),
}

# The TLS versions of a GnuTLS priority string.
_VERSIONS = ("1.0", "1.1", "1.2", "1.3")
# What a string may begin with, and the versions that it brings.
_BEGINNINGS = {
    "NONE": (),
    "SUITEB128": ("1.2",),
    "SUITEB192": ("1.2",),
    "NORMAL": _VERSIONS,
    "PERFORMANCE": _VERSIONS,
    "LEGACY": _VERSIONS,
    "PFS": _VERSIONS,
    "SECURE": _VERSIONS,
    "SECURE128": _VERSIONS,
    "SECURE192": _VERSIONS,
    "SECURE256": _VERSIONS,
}
# SSL 3.0 is compiled out of the libraries that msmtp can be built with, DTLS is for datagrams.
_IGNORED = ("SSL3.0", "DTLS0.9", "DTLS1.0", "DTLS1.2", "DTLS-ALL")
DEFAULT_PRIORITIES = "NORMAL"


def lowest_version(priorities: str) -> str | None:
    """The lowest TLS version that the string permits.

    In: the string as the file has it.  Out: ``1.0`` to ``1.3``; empty where it permits none;
    ``None`` where the string alone does not tell (a name that the system defines, a word that
    is not known).
    """
    first, *words = priorities.upper().split(":")
    if first not in _BEGINNINGS:
        return None
    versions: set[str] = set(_BEGINNINGS[first])
    for word in words:
        if word[1:].startswith("VERS-"):
            meant = _meant(word[6:])
            if meant is None or word[0] not in "+-!":
                return None
            versions = versions | meant if word[0] == "+" else versions - meant
    return next((version for version in _VERSIONS if version in versions), "")


def _meant(name: str) -> set[str] | None:
    if name in ("ALL", "TLS-ALL"):
        return set(_VERSIONS)
    if name in _IGNORED:
        return set()
    version = name[3:] if name.startswith("TLS") else ""
    return {version} if version in _VERSIONS else None
