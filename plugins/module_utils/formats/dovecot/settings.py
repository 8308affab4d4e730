# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The settings that decide what a peer sees: what each may be, and its default in 2.3 and 2.4.

Source: the ``*-settings.c`` files of Dovecot 2.3.19 and 2.4.1 (login-common, lib-master,
lib-smtp, lib-ssl-iostream, master, auth, submission, imapc, pop3c) and of Pigeonhole.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple
else:
    from ...tuples import NamedTuple

BOOL, ENUM, PORT, TEXT, LIST, WORDS, CONTENT, PATH = (
    "bool", "enum", "port", "text", "list", "words", "content", "path",
)  # fmt: skip


class Known(NamedTuple):
    """A setting.  A default of ``None``: this version has no such setting and refuses it.

    ``list`` is what 2.4 takes as a section as well, ``words`` what it takes as a text alone.
    ``content`` is a value that 2.3 writes as ``<file``, ``path`` one that 2.4 takes for the name of
    a file.
    """

    kind: str
    before: str | None
    since: str | None
    values: tuple[str, ...] = ()


SETTINGS: dict[str, Known] = {
    "protocols": Known(LIST, "imap pop3 lmtp", ""),
    "listen": Known(LIST, "*, ::", "*, ::"),
    "ssl": Known(ENUM, "yes", "yes", ("yes", "no", "required")),
    "disable_plaintext_auth": Known(BOOL, "yes", None),
    "auth_allow_cleartext": Known(BOOL, None, "no"),
    "auth_mechanisms": Known(LIST, "plain", "plain"),
    "auth_ssl_require_client_cert": Known(BOOL, "no", "no"),
    "login_trusted_networks": Known(LIST, "", ""),
    "haproxy_trusted_networks": Known(WORDS, "", ""),
    "ssl_cert": Known(CONTENT, "", None),
    "ssl_key": Known(CONTENT, "", None),
    "ssl_alt_cert": Known(CONTENT, "", None),
    "ssl_alt_key": Known(CONTENT, "", None),
    "ssl_ca": Known(CONTENT, "", None),
    "ssl_dh": Known(CONTENT, "", None),
    "ssl_server_cert_file": Known(PATH, None, ""),
    "ssl_server_key_file": Known(PATH, None, ""),
    "ssl_server_alt_cert_file": Known(PATH, None, ""),
    "ssl_server_alt_key_file": Known(PATH, None, ""),
    "ssl_server_ca_file": Known(PATH, None, ""),
    "ssl_server_dh_file": Known(PATH, None, ""),
    "ssl_min_protocol": Known(TEXT, "TLSv1.2", "TLSv1.2"),
    "ssl_cipher_list": Known(TEXT, "", ""),
    "ssl_client_require_valid_cert": Known(BOOL, "yes", "yes"),
    "ssl_client_ca_file": Known(TEXT, "", ""),
    "ssl_client_ca_dir": Known(TEXT, "", ""),
    "submission_host": Known(TEXT, "", ""),
    "submission_ssl": Known(ENUM, "no", "no", ("no", "smtps", "submissions", "starttls")),
    "submission_relay_host": Known(TEXT, "", ""),
    "submission_relay_port": Known(PORT, "25", "25"),
    "submission_relay_trusted": Known(BOOL, "no", "no"),
    "submission_relay_user": Known(TEXT, "", ""),
    "submission_relay_master_user": Known(TEXT, "", ""),
    "submission_relay_password": Known(TEXT, "", ""),
    "submission_relay_ssl": Known(ENUM, "no", "no", ("no", "smtps", "starttls")),
    "submission_relay_ssl_verify": Known(BOOL, "yes", "yes"),
    "imapc_host": Known(TEXT, "", ""),
    "imapc_port": Known(PORT, "143", "143"),
    "imapc_user": Known(TEXT, "", "%{owner_user}"),
    "imapc_master_user": Known(TEXT, "", ""),
    "imapc_sasl_mechanisms": Known(LIST, "", ""),
    "imapc_ssl": Known(ENUM, "no", "no", ("no", "imaps", "starttls")),
    "imapc_ssl_verify": Known(BOOL, "yes", None),
    "pop3c_host": Known(TEXT, "", ""),
    "pop3c_port": Known(PORT, "110", "110"),
    "pop3c_user": Known(TEXT, "%u", "%{user}"),
    "pop3c_master_user": Known(TEXT, "", ""),
    "pop3c_ssl": Known(ENUM, "no", "no", ("no", "pop3s", "starttls")),
    "pop3c_ssl_verify": Known(BOOL, "yes", "yes"),
    "ssl_verify_client_cert": Known(BOOL, "no", None),
    # "any-cert" is newer than 2.4.1.
    "ssl_server_request_client_cert": Known(ENUM, None, "no", ("yes", "no", "any-cert")),
}
# The settings of an ``inet_listener``; 2.4 says ``listen`` where 2.3 says ``address``.
LISTENER: dict[str, Known] = {
    "name": Known(TEXT, "", ""),
    "address": Known(LIST, "", None),
    "listen": Known(LIST, None, ""),
    "port": Known(PORT, "0", "0"),
    "ssl": Known(BOOL, "no", "no"),
    "haproxy": Known(BOOL, "no", "no"),
    "reuse_port": Known(BOOL, "no", "no"),
    "type": Known(TEXT, None, ""),
}
# The settings of a ``service`` in 2.3; in 2.4 any setting may stand there.
SERVICE = frozenset(
    (
        "name", "protocol", "type", "executable", "user", "group", "privileged_group",
        "extra_groups", "chroot", "drop_priv_before_exec", "process_min_avail", "process_limit",
        "client_limit", "service_count", "idle_kill", "vsz_limit",
    )
)  # fmt: skip
SOCKETS = ("unix_listener", "fifo_listener", "inet_listener")
# What 2.4 has no more, beyond the above: people's files for 2.3 hold some of it as a rule.
GONE = frozenset(
    (
        "auth_default_realm", "auth_stats", "auth_username_translation", "auth_worker_max_count",
        "auth_worker_max_request_count",
        "config_cache_size", "default_idle_kill", "dict_db_config", "director_flush_socket",
        "director_mail_servers", "director_servers", "director_user_expire",
        "director_username_hash", "imap_id_log", "lmtp_address_translate",
        "login_access_sockets", "mail_attachment_dir",
        "mail_attachment_fs", "mail_attachment_min_size", "mail_attribute_dict", "mail_location",
        "replication_dsync_parameters", "replication_full_sync_interval", "replication_max_conns",
        "replicator_host", "replicator_port", "ssl_cert_username_field", "ssl_client_cert",
        "ssl_client_key", "ssl_key_password", "ssl_parameters_regenerate",
        "ssl_prefer_server_ciphers", "ssl_protocols", "ssl_require_crl",
        "stats_http_rawlog_dir", "verbose_ssl",
    )
)  # fmt: skip
# The same of what stands in sections.
GONE_IN = {
    "passdb": ("args", "default_fields", "override_fields", "pass"),
    "userdb": ("args", "default_fields", "override_fields"),
    "namespace": ("location",),
    "service": ("idle_kill", "service_count"),
}
# What 2.3 does not have yet.
NEW = frozenset(
    (
        "auth_allow_weak_schemes", "auth_default_domain", "dovecot_storage_version",
        "login_socket_path", "mail_driver", "mail_inbox_path", "mail_path",
        "mail_utf8_extensions", "ssl_client_cert_file", "ssl_client_key_file",
        "ssl_server_key_password", "ssl_server_prefer_ciphers", "ssl_server_require_crl",
        "sql_driver",
    )
)  # fmt: skip
# What begins with ``ssl`` is Dovecot's own; these are the settings of 2.3 that are not above.
SSL = frozenset(
    (
        "ssl_cipher_suites", "ssl_curve_list", "ssl_crypto_device", "ssl_options",
        "ssl_dh_parameters_length", "ssl_parameters_regenerate", "ssl_listen",
    )
)  # fmt: skip
# Where the auth service has a setting from, beside ``auth_...``, and what others have of those.
OF_AUTH = frozenset(
    (
        "base_dir", "first_valid_gid", "first_valid_uid", "last_valid_gid", "last_valid_uid",
        "passdb", "userdb", "verbose_proctitle",
    )
)  # fmt: skip
OF_AUTH_BEFORE = OF_AUTH | {"ssl_client_ca_dir", "ssl_client_ca_file"}
NOT_OF_AUTH = frozenset(("auth_allow_cleartext", "auth_socket_path"))
# What 2.4 calls the settings that it has renamed.
RENAMED = {
    "disable_plaintext_auth": "auth_allow_cleartext, with the opposite value",
    "ssl_cert": "ssl_server_cert_file, without the <",
    "ssl_key": "ssl_server_key_file, without the <",
    "ssl_alt_cert": "ssl_server_alt_cert_file, without the <",
    "ssl_alt_key": "ssl_server_alt_key_file, without the <",
    "ssl_ca": "ssl_server_ca_file, without the <",
    "ssl_dh": "ssl_server_dh_file, without the <",
    "ssl_verify_client_cert": "ssl_server_request_client_cert",
    "imapc_ssl_verify": "ssl_client_require_valid_cert",
    "address": "listen",
}


def is_of_auth(name: str, modern: bool) -> bool:
    """Whether it is a setting of the auth service, which goes by no address and no name.

    Source: config_apply_line of config-parser.c, auth-settings.c.
    """
    if name in (OF_AUTH if modern else OF_AUTH_BEFORE):
        return True
    return name.startswith("auth_") and name not in NOT_OF_AUTH


def refusal(known: Known, value: str, modern: bool) -> str:
    """Why Dovecot does not take the value; empty where it does.

    ``modern`` is 2.4, where what stands in ``%{...}`` is looked at later.
    """
    if modern and "%{" in value:
        return ""
    if known.kind == BOOL and truth(value) is None:
        return "yes or no is wanted"
    if known.kind == ENUM and value not in known.values and not _is_truth(known, value):
        return "one of {} is wanted".format(", ".join(known.values))
    if known.kind == PORT and port_number(value) is None:
        return "the number of a port is wanted"
    return ""


def port_number(value: str) -> int | None:
    """A port as ``str_to_in_port`` of Dovecot's library reads it; ``None`` where it is none."""
    digits = value.lstrip("0")
    if not (value.isdigit() and value.isascii() and len(digits) < 6):
        return None
    port = int(digits or "0")
    return port if port < 65536 else None


def _is_truth(known: Known, value: str) -> bool:
    """Whether a value is one that was a boolean before it had a third one."""
    return "any-cert" in known.values and truth(value) is not None


def truth(value: str) -> bool | None:
    """A boolean as Dovecot reads it; ``None`` where it does not."""
    lowered = value.lower()
    if lowered in ("yes", "y", "1"):
        return True
    return False if lowered == "no" else None
