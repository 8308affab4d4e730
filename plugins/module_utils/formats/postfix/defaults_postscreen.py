# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Parameters that postscreen(8) reads, with their defaults.

``ROWS``: name, kind, the least and the greatest value or length where there is one (0: none), and
the default; without "=" it is made by the build or asked of the host.  ``HISTORY``: what an older
version has instead, newest boundary first: before that version it was so (``None``: the program
did not know the name).

Source: postscreen.c and mail_params.h of Postfix 3.4 to 3.11; postconf(5).
"""

from __future__ import annotations

from .defaults import rows

ROWS = rows("""
disable_vrfy_command bool = no
dnsblog_service_name str 1
postscreen_access_list str = SERVER_ACL_NAME_WL_MYNETWORKS
postscreen_allowlist_interfaces str = ${postscreen_whitelist_interfaces?\
{$postscreen_whitelist_interfaces}:{static:all}}
postscreen_bare_newline_action str 1 = ignore
postscreen_bare_newline_enable bool = no
postscreen_bare_newline_ttl time 1 = 30d
postscreen_cache_cleanup_interval time = 12h
postscreen_cache_map str = $default_cache_db_type:$data_directory/postscreen_cache
postscreen_cache_retention_time time 1 = 7d
postscreen_client_connection_count_limit nint = $smtpd_client_connection_count_limit
postscreen_command_count_limit int 1 = 20
postscreen_command_filter str =
postscreen_command_time_limit time 1 = ${stress?{10}:{300}}s
postscreen_denylist_action str 1 = ${postscreen_blacklist_action?{$postscreen_blacklist_action}:\
{ignore}}
postscreen_disable_vrfy_command nbool = $disable_vrfy_command
postscreen_discard_ehlo_keyword_address_maps str = $smtpd_discard_ehlo_keyword_address_maps
postscreen_discard_ehlo_keywords str = $smtpd_discard_ehlo_keywords
postscreen_dnsbl_action str 1 = ignore
postscreen_dnsbl_allowlist_threshold nint = ${postscreen_dnsbl_whitelist_threshold?\
{$postscreen_dnsbl_whitelist_threshold}:{0}}
postscreen_dnsbl_max_ttl time 1 = ${postscreen_dnsbl_ttl?{$postscreen_dnsbl_ttl}:{1}}h
postscreen_dnsbl_min_ttl time 1 = 60s
postscreen_dnsbl_reply_map str =
postscreen_dnsbl_sites str =
postscreen_dnsbl_threshold int 1 = 1
postscreen_dnsbl_timeout time 1 = 10s
postscreen_enforce_tls nbool = $smtpd_enforce_tls
postscreen_expansion_filter raw 1 = $smtpd_expansion_filter
postscreen_forbidden_commands str = $smtpd_forbidden_commands
postscreen_greet_action str 1 = ignore
postscreen_greet_banner str = $smtpd_banner
postscreen_greet_ttl time 1 = 1d
postscreen_greet_wait time 1 = ${stress?{2}:{6}}s
postscreen_helo_required nbool = $smtpd_helo_required
postscreen_non_smtp_command_action str 1 = drop
postscreen_non_smtp_command_enable bool = no
postscreen_non_smtp_command_ttl time 1 = 30d
postscreen_pipelining_action str 1 = enforce
postscreen_pipelining_enable bool = no
postscreen_pipelining_ttl time 1 = 30d
postscreen_post_queue_limit nint 5 = $default_process_limit
postscreen_pre_queue_limit nint 10 = $default_process_limit
postscreen_reject_footer raw = $smtpd_reject_footer
postscreen_reject_footer_maps str = $smtpd_reject_footer_maps
postscreen_tls_security_level str = $smtpd_tls_security_level
postscreen_upstream_proxy_protocol str =
postscreen_upstream_proxy_timeout time 1 = 5s
postscreen_use_tls nbool = $smtpd_use_tls
postscreen_watchdog_timeout time 10 = 10s
smtpd_banner str 1 = $myhostname ESMTP $mail_name
smtpd_client_connection_count_limit int = 50
smtpd_command_filter str =
smtpd_discard_ehlo_keyword_address_maps str =
smtpd_discard_ehlo_keywords str =
smtpd_enforce_tls bool = no
smtpd_expansion_filter raw 1 = \\\\t\\\\40!\\"#$%&'()*+,-./0123456789:;<=>?\
@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\\\\\\\]^_`abcdefghijklmnopqrstuvwxyz{|}~
smtpd_forbidden_commands str = CONNECT GET POST regexp:{{/^[^A-Z]/ Bogus}}
smtpd_helo_required bool = no
smtpd_reject_footer raw =
smtpd_service_name str 1 = smtpd
smtpd_tls_security_level str =
smtpd_use_tls bool = no
tlsproxy_service_name str 1
""")

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
