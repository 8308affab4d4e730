# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The programs of which we know all parameters, and the tables of what each reads."""

from __future__ import annotations

import functools

from ...text.values import default

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, NamedTuple

    from ...text.values import Setting
else:
    from ...tuples import NamedTuple


def _smtpd() -> Any:
    from . import defaults_smtpd

    return defaults_smtpd


def _postscreen() -> Any:
    from . import defaults_postscreen

    return defaults_postscreen


def _smtp() -> Any:
    from . import defaults_smtp

    return defaults_smtp


def _lmtp() -> Any:
    from . import defaults_lmtp

    return defaults_lmtp


def _master() -> Any:
    return _MASTER


def _routing() -> Any:
    return _ROUTING


# Each is loaded where its program is asked about.
LOADERS: dict[str, Callable[[], Any]] = {
    "smtpd": _smtpd,
    "postscreen": _postscreen,
    "smtp": _smtp,
    "lmtp": _lmtp,
    "master": _master,
    "trivial-rewrite": _routing,
}


@functools.lru_cache(maxsize=None)
def table(program: str) -> Table:
    """The table of a program's parameters: what all programs read, and its own."""
    load = LOADERS.get(program)
    if load is None:
        return COMMON
    own = load()
    return Table(
        {**own.ROWS, **COMMON.ROWS},
        {**own.HISTORY, **COMMON.HISTORY},
        {**own.GONE, **COMMON.GONE},
    )


def rows(text: str) -> dict[str, str]:
    """The lines of a table by name; ``row`` takes one apart when it is asked for."""
    return dict(line.split(" ", 1) for line in text.split("\n") if line)


class Row(NamedTuple):
    """A parameter: its kind, its default, and the least and greatest value or length (0: none).

    A default of ``None`` is made by the build or asked of the host.
    """

    kind: str
    default: str | None
    low: int = 0
    high: int = 0


@functools.lru_cache(maxsize=None)
def row(text: str) -> Row:
    """The row behind a name of a table: ``kind low high = default``."""
    head, equals, default = text.partition("=")
    kind, low, high = f"{head} 0 0".split()[:3]
    return Row(kind, default.strip() if equals else None, int(low), int(high))


@functools.lru_cache(maxsize=None)
def setting(name: str, text: str) -> Setting:
    """A default of one of the tables as causes show it."""
    return default("postfix", name, text)


class Table(NamedTuple):
    """A table of parameters, as the modules of the larger ones have it.

    ``ROWS``: name, kind, the least and the greatest value or length where there is one (0: none),
    and the default; without "=" it is made by the build or asked of the host.  ``HISTORY``: what an
    older version has instead, newest boundary first: before that version it was so (``None``: the
    program did not know the name).  A default that is only written differently, and comes to the
    same, has no history.  ``GONE``: names that a version gave up.
    """

    ROWS: dict[str, str]
    HISTORY: dict[str, tuple[tuple[str, str | None], ...]] = {}  # noqa: RUF012  never changed
    GONE: dict[str, str] = {}  # noqa: RUF012  never changed


# What every program reads: mail_params.c and mail_params.h of Postfix 3.4 to 3.11; postconf(5).
COMMON = Table(
    rows("""
address_verify_negative_cache bool = yes
address_verify_service_name str 1
alias_database str
alternate_config_directories str =
application_event_drain_time time 1 = 100s
backwards_bounce_logfile_compatibility bool = yes
berkeley_db_create_buffer_size int 1 = 16777216
berkeley_db_read_buffer_size int 1 = 131072
bounce_service_name str 1
cleanup_service_name str 1
command_directory str 1 = /usr/sbin
compatibility_level str = 0
daemon_directory str 1 = /usr/libexec/postfix
daemon_table_open_error_is_fatal bool = no
daemon_timeout time 1 = 18000s
data_directory str 1 = /var/lib/postfix
debug_peer_level int 1 = 2
debug_peer_list str =
default_cache_db_type str 1
default_database_type str 1
default_delivery_status_filter str =
default_privs word 1 = nobody
default_process_limit int 1 = 100
default_verp_delimiters str 2 2 = +=
defer_service_name str 1
delay_logging_resolution_limit int = 2
deliver_lock_attempts int 1 = 20
deliver_lock_delay time 1 = 1s
disable_dns_lookups bool = no
disable_mime_input_processing bool = no
disable_mime_output_conversion bool = no
dns_ncache_ttl_fix_enable bool = no
dnssec_probe str = ns:.
double_bounce_sender str 1 = double-bounce
enable_idna2003_compatibility nbool = no
enable_long_queue_ids bool = no
enable_original_recipient bool = yes
error_service_name str 1
export_environment str = TZ MAIL_CONFIG LANG
fast_flush_domains str = $relay_domains
fault_injection_code int = 0
flush_service_name str 1
fork_attempts int 1 = 5
fork_delay time 1 = 1s
hash_queue_depth int 1 = 1
hash_queue_names str 1 = deferred, defer
header_address_token_limit int 1 = 10240
header_size_limit int 1 = 102400
helpful_warnings bool = yes
import_environment str = MAIL_CONFIG MAIL_DEBUG MAIL_LOGTAG TZ XAUTHORITY DISPLAY LANG=C \
POSTLOG_SERVICE POSTLOG_HOSTNAME XDG_RUNTIME_DIR
in_flow_delay time 0 10 = 1s
inet_interfaces str = all
inet_protocols str = all
info_log_address_format str 1 = external
internal_mail_filter_classes str =
ipc_idle time 1 = 5s
ipc_timeout time 1 = 3600s
ipc_ttl time 1 = 1000s
known_tcp_ports str = lmtp=24, smtp=25, smtps=submissions=465, submission=587
line_length_limit int 512 = 2048
lmdb_map_size long 1 = 16777216
mail_name str 1 = Postfix
mail_owner word 1 = postfix
maillog_file str =
maillog_file_compressor str 1 = gzip
maillog_file_permissions str 1 = 0600
maillog_file_prefixes str 1 = /var, /dev/stdout
maillog_file_rotate_suffix str 1 = %Y%m%d-%H%M%S
max_idle time 1 = 100s
max_use int 1 = 100
message_drop_headers str = bcc, content-length, resent-bcc, return-path
message_size_limit long = 10240000
meta_directory str 1 = /etc/postfix
mime_boundary_length_limit int 1 = 2048
mime_nesting_limit int 1 = 100
multi_instance_directories str =
multi_instance_enable bool = no
multi_instance_group str =
multi_instance_name str =
multi_instance_wrapper str =
mydestination str = $myhostname, localhost.$mydomain, localhost
mydomain word 1
myhostname word 1
mynetworks str
mynetworks_style str 1 = ${{$compatibility_level} <level {2} ? {subnet} : {host}}
myorigin word 1 = $myhostname
non_bdb_custom_mapping str =
non_bdb_migration_level str 1 = disable
non_bdb_migration_log_redirect nbool = yes
non_bdb_migration_service_name str = nbdb_reindex
owner_request_special bool = yes
parent_domain_matches_subdomains str = debug_peer_list,fast_flush_domains,mynetworks,\
permit_mx_backup_networks,qmqpd_authorized_clients,relay_domains,smtpd_access_maps
pickup_service_name str 1
postlog_service_name str 1
process_id_directory str 1 = pid
proxy_interfaces str =
proxymap_service_name str 1
proxywrite_service_name str 1
queue_directory str 1 = /var/spool/postfix
queue_service_name str 1
recipient_delimiter str =
relay_domains str = ${{$compatibility_level} <level {2} ? {$mydestination} : {}}
relayhost str =
requiretls_enable nbool = yes
respectful_logging nbool = ${{$compatibility_level} <level {3.6} ? {no} : {yes}}
rewrite_service_name str 1
send_cyrus_sasl_authzid bool = no
service_name str = amnesiac
setgid_group word 1 = postdrop
shlib_directory str 1 = /usr/lib/postfix
showq_service_name str 1
smtputf8_autodetect_classes str 1 = sendmail, verify
smtputf8_enable nbool = ${{$compatibility_level} <level {1} ? {no} : {yes}}
socketmap_max_reply_size int 1 = 100000
soft_bounce bool = no
stale_lock_time time 1 = 500s
strict_7bit_headers bool = no
strict_8bitmime bool = no
strict_8bitmime_body bool = no
strict_mime_encoding_domain bool = no
strict_smtputf8 bool = no
syslog_facility str 1 = mail
syslog_name str 1 = ${multi_instance_name?{$multi_instance_name}:{postfix}}
tcp_windowsize int = 0
tls_required_enable nbool = yes
trace_service_name str 1
trigger_timeout time 1 = 10s
verp_delimiter_filter str 1 = -=+
"""),
    {
        "default_cache_db_type": (("3.11", None),),
        "import_environment": (
            (
                "3.11",
                "MAIL_CONFIG MAIL_DEBUG MAIL_LOGTAG TZ XAUTHORITY DISPLAY LANG=C "
                "POSTLOG_SERVICE POSTLOG_HOSTNAME",
            ),
        ),
        "info_log_address_format": (("3.5", None),),
        "known_tcp_ports": (("3.6", None),),
        "maillog_file_permissions": (("3.9", None),),
        "non_bdb_custom_mapping": (("3.11", None),),
        "non_bdb_migration_level": (("3.11", None),),
        "non_bdb_migration_log_redirect": (("3.11", None),),
        "non_bdb_migration_service_name": (("3.11", None),),
        "requiretls_enable": (("3.11", None),),
        "respectful_logging": (("3.6", None),),
        "service_name": (("3.11", None),),
        "socketmap_max_reply_size": (("3.10", None),),
        "tls_required_enable": (("3.10", None),),
    },
)
# master_vars.c of Postfix 3.4 to 3.11.
_MASTER = Table(
    rows("""
master_service_disable str =
service_throttle_time time 1 = 60s
""")
)
# Where mail goes: trivial-rewrite.c, cleanup_init.c and local.c of Postfix 3.4 to 3.11.
_ROUTING = Table(
    rows("""
content_filter str =
default_transport str 1 = smtp
fallback_transport str =
fallback_transport_maps str =
local_transport str 1 = local:$myhostname
mailbox_transport str =
mailbox_transport_maps str =
relay_transport str 1 = relay
sender_dependent_default_transport_maps str =
sender_dependent_relayhost_maps str =
transport_maps str =
virtual_mailbox_domains str = $virtual_mailbox_maps
virtual_mailbox_maps str =
virtual_transport str 1 = virtual
""")
)
