# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Parameters that postscreen(8) reads, with their defaults.

``ROWS``: name to kind and default, then the least and the greatest value or length where there is
one (0: none).  A default of ``None`` is made by the build or asked of the host.  ``HISTORY``: what
an older version has instead, newest boundary first: before that version it was so (``None``: the
program did not know the name).

Source: postscreen.c and mail_params.h of Postfix 3.4 to 3.11; postconf(5).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ROWS: dict[str, tuple[Any, ...]] = {
    "disable_vrfy_command": ("bool", "no"),
    "dnsblog_service_name": ("str", None, 1),
    "postscreen_access_list": ("str", "SERVER_ACL_NAME_WL_MYNETWORKS"),
    "postscreen_allowlist_interfaces": (
        "str",
        "${postscreen_whitelist_interfaces?{$postscreen_whitelist_interfaces}:{static:all}}",
    ),
    "postscreen_bare_newline_action": ("str", "ignore", 1),
    "postscreen_bare_newline_enable": ("bool", "no"),
    "postscreen_bare_newline_ttl": ("time", "30d", 1),
    "postscreen_cache_cleanup_interval": ("time", "12h"),
    "postscreen_cache_map": ("str", "$default_cache_db_type:$data_directory/postscreen_cache"),
    "postscreen_cache_retention_time": ("time", "7d", 1),
    "postscreen_client_connection_count_limit": ("nint", "$smtpd_client_connection_count_limit"),
    "postscreen_command_count_limit": ("int", "20", 1),
    "postscreen_command_filter": ("str", ""),
    "postscreen_command_time_limit": ("time", "${stress?{10}:{300}}s", 1),
    "postscreen_denylist_action": (
        "str",
        "${postscreen_blacklist_action?{$postscreen_blacklist_action}:{ignore}}",
        1,
    ),
    "postscreen_disable_vrfy_command": ("nbool", "$disable_vrfy_command"),
    "postscreen_discard_ehlo_keyword_address_maps": (
        "str",
        "$smtpd_discard_ehlo_keyword_address_maps",
    ),
    "postscreen_discard_ehlo_keywords": ("str", "$smtpd_discard_ehlo_keywords"),
    "postscreen_dnsbl_action": ("str", "ignore", 1),
    "postscreen_dnsbl_allowlist_threshold": (
        "nint",
        "${postscreen_dnsbl_whitelist_threshold?{$postscreen_dnsbl_whitelist_threshold}:{0}}",
    ),
    "postscreen_dnsbl_max_ttl": ("time", "${postscreen_dnsbl_ttl?{$postscreen_dnsbl_ttl}:{1}}h", 1),
    "postscreen_dnsbl_min_ttl": ("time", "60s", 1),
    "postscreen_dnsbl_reply_map": ("str", ""),
    "postscreen_dnsbl_sites": ("str", ""),
    "postscreen_dnsbl_threshold": ("int", "1", 1),
    "postscreen_dnsbl_timeout": ("time", "10s", 1),
    "postscreen_enforce_tls": ("nbool", "$smtpd_enforce_tls"),
    "postscreen_expansion_filter": ("raw", "$smtpd_expansion_filter", 1),
    "postscreen_forbidden_commands": ("str", "$smtpd_forbidden_commands"),
    "postscreen_greet_action": ("str", "ignore", 1),
    "postscreen_greet_banner": ("str", "$smtpd_banner"),
    "postscreen_greet_ttl": ("time", "1d", 1),
    "postscreen_greet_wait": ("time", "${stress?{2}:{6}}s", 1),
    "postscreen_helo_required": ("nbool", "$smtpd_helo_required"),
    "postscreen_non_smtp_command_action": ("str", "drop", 1),
    "postscreen_non_smtp_command_enable": ("bool", "no"),
    "postscreen_non_smtp_command_ttl": ("time", "30d", 1),
    "postscreen_pipelining_action": ("str", "enforce", 1),
    "postscreen_pipelining_enable": ("bool", "no"),
    "postscreen_pipelining_ttl": ("time", "30d", 1),
    "postscreen_post_queue_limit": ("nint", "$default_process_limit", 5),
    "postscreen_pre_queue_limit": ("nint", "$default_process_limit", 10),
    "postscreen_reject_footer": ("raw", "$smtpd_reject_footer"),
    "postscreen_reject_footer_maps": ("str", "$smtpd_reject_footer_maps"),
    "postscreen_tls_security_level": ("str", "$smtpd_tls_security_level"),
    "postscreen_upstream_proxy_protocol": ("str", ""),
    "postscreen_upstream_proxy_timeout": ("time", "5s", 1),
    "postscreen_use_tls": ("nbool", "$smtpd_use_tls"),
    "postscreen_watchdog_timeout": ("time", "10s", 10),
    "smtpd_banner": ("str", "$myhostname ESMTP $mail_name", 1),
    "smtpd_client_connection_count_limit": ("int", "50"),
    "smtpd_command_filter": ("str", ""),
    "smtpd_discard_ehlo_keyword_address_maps": ("str", ""),
    "smtpd_discard_ehlo_keywords": ("str", ""),
    "smtpd_enforce_tls": ("bool", "no"),
    "smtpd_expansion_filter": (
        "raw",
        "\\\\t\\\\40!\\\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\\\\\\\]^_"
        "`abcdefghijklmnopqrstuvwxyz{|}~",
        1,
    ),
    "smtpd_forbidden_commands": ("str", "CONNECT GET POST regexp:{{/^[^A-Z]/ Bogus}}"),
    "smtpd_helo_required": ("bool", "no"),
    "smtpd_reject_footer": ("raw", ""),
    "smtpd_service_name": ("str", "smtpd", 1),
    "smtpd_tls_security_level": ("str", ""),
    "smtpd_use_tls": ("bool", "no"),
    "tlsproxy_service_name": ("str", None, 1),
}

HISTORY: dict[str, tuple[tuple[str, str | None], ...]] = {
    "postscreen_allowlist_interfaces": (("3.6", None),),
    "postscreen_cache_map": (("3.11", "btree:$data_directory/postscreen_cache"),),
    "postscreen_denylist_action": (("3.6", None),),
    "postscreen_dnsbl_allowlist_threshold": (("3.6", None),),
    "smtpd_forbidden_commands": (("3.7", "CONNECT GET POST"),),
}

# Names that a version gave up: from it on the program does not read them.
GONE: dict[str, str] = {
    "postscreen_blacklist_action": "3.6",
    "postscreen_dnsbl_whitelist_threshold": "3.6",
    "postscreen_whitelist_interfaces": "3.6",
}
