# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Parameters that smtpd(8) reads, with their defaults.

``ROWS``: name, kind, the least and the greatest value or length where there is one (0: none), and
the default; without "=" it is made by the build or asked of the host.  ``HISTORY``: what an older
version has instead, newest boundary first: before that version it was so (``None``: the program
did not know the name).  A default that is only written differently, and comes to the same, has no
history.

Source: smtpd.c and mail_params.h of Postfix 3.4 to 3.11; postconf(5).
"""

from __future__ import annotations

from .defaults import rows

ROWS = rows("""
access_map_defer_code int = 450
access_map_reject_code int = 554
address_verify_poll_count nint 1 = ${stress?{1}:{3}}
address_verify_poll_delay time 1 = 3s
address_verify_sender str = $double_bounce_sender
address_verify_sender_ttl time = 0s
alias_maps str
allow_untrusted_routing bool = no
bounce_notice_recipient str 1 = postmaster
broken_sasl_auth_clients bool = no
canonical_maps str =
content_filter str =
cyrus_sasl_config_path str =
default_rbl_reply raw 1 = $rbl_code Service unavailable; $rbl_class [$rbl_what] blocked using \
$rbl_domain${rbl_reason?; $rbl_reason}
defer_code int = 450
disable_vrfy_command bool = no
error_notice_recipient str 1 = postmaster
header_from_format str 1 = standard
invalid_hostname_reject_code int = 501
local_header_rewrite_clients str = permit_inet_interfaces
local_recipient_maps str = proxy:unix:passwd.byname $alias_maps
maps_rbl_domains str =
maps_rbl_reject_code int = 554
milter_command_timeout time 1 = 30s
milter_connect_macros str = j {daemon_name} {daemon_addr} v _
milter_connect_timeout time 1 = 30s
milter_content_timeout time 1 = 300s
milter_data_macros str = i
milter_default_action str 1 = shutdown
milter_end_of_data_macros str = i
milter_end_of_header_macros str = i
milter_helo_macros str = {tls_version} {cipher} {cipher_bits} {cert_subject} {cert_issuer}
milter_macro_daemon_name str 1 = $myhostname
milter_macro_defaults str =
milter_macro_v str 1 = $mail_name $
milter_mail_macros str = i {auth_type} {auth_authen} {auth_author} {mail_addr} {mail_host} \
{mail_mailer}
milter_protocol str 1 = 6
milter_rcpt_macros str = i {rcpt_addr} {rcpt_host} {rcpt_mailer}
milter_unknown_command_macros str =
multi_recipient_bounce_reject_code int = 550
non_fqdn_reject_code int = 504
notify_classes str = resource, software
permit_mx_backup_networks str =
plaintext_reject_code int = 450
queue_minfree long = 0
rbl_reply_maps str =
receive_override_options str =
recipient_canonical_maps str =
reject_code int = 554
reject_tempfail_action str 1 = defer_if_permit
relay_clientcerts str =
relay_domains_reject_code int = 554
relay_recipient_maps str =
requiretls_esmtp_header nbool = yes
sender_canonical_maps str =
show_user_unknown_table_name bool = yes
smtpd_authorized_verp_clients str = $authorized_verp_clients
smtpd_authorized_xclient_hosts str =
smtpd_authorized_xforward_hosts str =
smtpd_banner str 1 = $myhostname ESMTP $mail_name
smtpd_client_auth_rate_limit int = 0
smtpd_client_connection_count_limit int = 50
smtpd_client_connection_rate_limit int = 0
smtpd_client_event_limit_exceptions str = ${smtpd_client_connection_limit_exceptions:$mynetworks}
smtpd_client_ipv4_prefix_length int = 32
smtpd_client_ipv6_prefix_length int = 84
smtpd_client_message_rate_limit int = 0
smtpd_client_new_tls_session_rate_limit int = 0
smtpd_client_port_logging bool = no
smtpd_client_recipient_rate_limit int = 0
smtpd_client_restrictions str =
smtpd_command_filter str =
smtpd_data_restrictions str =
smtpd_delay_open_until_valid_rcpt bool = yes
smtpd_delay_reject bool = yes
smtpd_discard_ehlo_keyword_address_maps str =
smtpd_discard_ehlo_keywords str =
smtpd_dns_reply_filter str =
smtpd_end_of_data_restrictions str =
smtpd_enforce_tls bool = no
smtpd_error_sleep_time time = 1s
smtpd_etrn_restrictions str =
smtpd_expansion_filter raw 1 = \\\\t\\\\40!\\"#$%&'()*+,-./0123456789:;<=>?\
@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\\\\\\\]^_`abcdefghijklmnopqrstuvwxyz{|}~
smtpd_forbid_bare_newline str 1 = normalize
smtpd_forbid_bare_newline_exclusions str = $mynetworks
smtpd_forbid_bare_newline_reject_code int 500 599 = 550
smtpd_forbid_unauth_pipelining bool = yes
smtpd_forbidden_commands str = CONNECT GET POST regexp:{{/^[^A-Z]/ Bogus}}
smtpd_hard_error_limit nint 1 = ${stress?{1}:{20}}
smtpd_helo_required bool = no
smtpd_helo_restrictions str =
smtpd_hide_client_session nbool = no
smtpd_history_flush_threshold int 1 = 100
smtpd_junk_command_limit nint 1 = ${stress?{1}:{100}}
smtpd_log_access_permit_actions str =
smtpd_milter_maps str =
smtpd_milters str =
smtpd_min_data_rate int 1 = 500
smtpd_noop_commands str =
smtpd_null_access_lookup_key str = <>
smtpd_peername_lookup bool = yes
smtpd_per_request_deadline nbool = ${smtpd_per_record_deadline?{$smtpd_per_record_deadline}:\
{${stress?{yes}:{no}}}}
smtpd_policy_service_default_action str 1 = 451 4.3.5 Server configuration problem
smtpd_policy_service_max_idle time 1 = 300s
smtpd_policy_service_max_ttl time 1 = 1000s
smtpd_policy_service_policy_context str =
smtpd_policy_service_request_limit int = 0
smtpd_policy_service_retry_delay time 1 = 1s
smtpd_policy_service_timeout time 1 = 100s
smtpd_policy_service_try_limit int 1 = 2
smtpd_proxy_ehlo str = $myhostname
smtpd_proxy_filter str =
smtpd_proxy_options str =
smtpd_proxy_timeout time 1 = 100s
smtpd_recipient_limit int 1 = 1000
smtpd_recipient_overshoot_limit int 1 = 1000
smtpd_recipient_restrictions str =
smtpd_reject_filter_maps str =
smtpd_reject_footer raw =
smtpd_reject_footer_maps str =
smtpd_reject_unlisted_recipient bool = yes
smtpd_reject_unlisted_sender bool = no
smtpd_relay_before_recipient_restrictions nbool = ${{$compatibility_level} <level {3.6} ? {no} : \
{yes}}
smtpd_relay_restrictions str = ${{$compatibility_level} <level {1} ? {} : {permit_mynetworks, \
permit_sasl_authenticated, defer_unauth_destination}}
smtpd_restriction_classes str =
smtpd_sasl_auth_enable bool = no
smtpd_sasl_authenticated_header bool = no
smtpd_sasl_exceptions_networks str =
smtpd_sasl_local_domain str =
smtpd_sasl_mechanism_filter str = !external, static:rest
smtpd_sasl_path str 1 = smtpd
smtpd_sasl_response_limit int = 12288
smtpd_sasl_security_options str = noanonymous
smtpd_sasl_service str 1 = smtp
smtpd_sasl_tls_security_options str = $smtpd_sasl_security_options
smtpd_sasl_type str 1 = cyrus
smtpd_sender_login_maps str =
smtpd_sender_restrictions str =
smtpd_soft_error_limit nint 1 = 10
smtpd_starttls_timeout time 1 = ${stress?{10}:{300}}s
smtpd_timeout time 1 = ${stress?{10}:{300}}s
smtpd_tls_always_issue_session_ids bool = yes
smtpd_tls_ask_ccert bool = no
smtpd_tls_auth_only bool = no
smtpd_tls_ccert_verifydepth int = 9
smtpd_tls_cert_file str =
smtpd_tls_chain_files str =
smtpd_tls_ciphers str 1 = medium
smtpd_tls_dcert_file str =
smtpd_tls_dh1024_param_file str =
smtpd_tls_dh512_param_file str =
smtpd_tls_dkey_file str = $smtpd_tls_dcert_file
smtpd_tls_eccert_file str =
smtpd_tls_eckey_file str = $smtpd_tls_eccert_file
smtpd_tls_eecdh_grade str 1 = auto
smtpd_tls_enable_rpk bool = no
smtpd_tls_exclude_ciphers str =
smtpd_tls_fingerprint_digest str 1 = ${{$compatibility_level} <level {3.6} ? {md5} : {sha256}}
smtpd_tls_key_file str = $smtpd_tls_cert_file
smtpd_tls_loglevel str = 0
smtpd_tls_mandatory_ciphers str 1 = medium
smtpd_tls_mandatory_exclude_ciphers str =
smtpd_tls_mandatory_protocols str = >=TLSv1
smtpd_tls_protocols str = >=TLSv1
smtpd_tls_received_header bool = no
smtpd_tls_req_ccert bool = no
smtpd_tls_security_level str =
smtpd_tls_wrappermode bool = no
smtpd_upstream_proxy_protocol str =
smtpd_upstream_proxy_timeout time 1 = 5s
smtpd_use_tls bool = no
stress str =
strict_rfc821_envelopes bool = no
tlsproxy_service_name str 1
unknown_address_reject_code int = 450
unknown_address_tempfail_action str 1 = $reject_tempfail_action
unknown_client_reject_code int = 450
unknown_helo_hostname_tempfail_action str 1 = $reject_tempfail_action
unknown_hostname_reject_code int = 450
unknown_local_recipient_reject_code int = 550
unknown_relay_recipient_reject_code int = 550
unknown_virtual_alias_reject_code int = 550
unknown_virtual_mailbox_reject_code int = 550
unverified_recipient_defer_code int 200 499 = 450
unverified_recipient_reject_code int 200 599 = 450
unverified_recipient_reject_reason str =
unverified_recipient_tempfail_action str 1 = $reject_tempfail_action
unverified_sender_defer_code int 200 499 = 450
unverified_sender_reject_code int 200 599 = 450
unverified_sender_reject_reason str =
unverified_sender_tempfail_action str 1 = $reject_tempfail_action
virtual_alias_maps str = $virtual_maps
virtual_mailbox_maps str =
""")

HISTORY: dict[str, tuple[tuple[str, str | None], ...]] = {
    "header_from_format": (("3.7", None),),
    "milter_connect_macros": (("3.5", "j {daemon_name} {daemon_addr} v"),),
    "milter_default_action": (("3.7", "tempfail"),),
    "requiretls_esmtp_header": (("3.11", None),),
    "smtpd_client_ipv4_prefix_length": (("3.8", None),),
    "smtpd_client_ipv6_prefix_length": (("3.8", None),),
    "smtpd_forbid_bare_newline": (
        ("3.9", "no"),
        ("3.5", None),
    ),
    "smtpd_forbid_bare_newline_exclusions": (("3.5", None),),
    "smtpd_forbid_bare_newline_reject_code": (("3.5", None),),
    "smtpd_forbid_unauth_pipelining": (
        ("3.9", "no"),
        ("3.5", None),
    ),
    "smtpd_forbidden_commands": (("3.7", "CONNECT GET POST"),),
    "smtpd_hide_client_session": (("3.10", None),),
    "smtpd_min_data_rate": (("3.7", None),),
    "smtpd_per_request_deadline": (("3.7", None),),
    "smtpd_reject_filter_maps": (("3.11", None),),
    "smtpd_relay_before_recipient_restrictions": (("3.6", None),),
    "smtpd_sasl_mechanism_filter": (("3.6", None),),
    "smtpd_tls_enable_rpk": (("3.9", None),),
    "smtpd_tls_fingerprint_digest": (("3.6", "md5"),),
}

# Names that a version gave up: from it on the program does not read them.
GONE: dict[str, str] = {
    "smtpd_per_record_deadline": "3.7",
}
