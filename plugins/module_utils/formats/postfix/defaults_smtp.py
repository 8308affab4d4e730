# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Parameters that smtp(8) reads, with their defaults.

``ROWS``: name, kind, the least and the greatest value or length where there is one (0: none), and
the default; without "=" it is made by the build or asked of the host.  ``HISTORY``: what an older
version has instead, newest boundary first: before that version it was so (``None``: the program
did not know the name).  A default that is only written differently, and comes to the same, has no
history.

Source: smtp.c and mail_params.h of Postfix 3.4 to 3.11; postconf(5).
"""

from __future__ import annotations

from .defaults import rows

ROWS = rows("""
allow_srv_lookup_fallback bool = no
best_mx_transport str =
connection_cache_protocol_timeout time 1 = 5s
connection_cache_service_name str 1 = scache
cyrus_sasl_config_path str =
error_notice_recipient str 1 = postmaster
header_from_format str 1 = standard
ignore_mx_lookup_error bool = no
ignore_srv_lookup_error bool = no
lmtp_assume_final bool = no
minimal_backoff_time time 1 = 300s
notify_classes str = resource, software
propagate_unmatched_extensions str = canonical, virtual
queue_run_delay time 1 = 300s
smtp_address_preference str 1 = ipv4
smtp_address_verify_target str 1 = rcpt
smtp_always_send_ehlo bool = yes
smtp_balance_inet_protocols bool = yes
smtp_bind_address str =
smtp_bind_address6 str =
smtp_bind_address_enforce bool = no
smtp_body_checks str =
smtp_cname_overrides_servername bool = no
smtp_connect_timeout time = 30s
smtp_connection_cache_destinations str =
smtp_connection_cache_on_demand bool = yes
smtp_connection_cache_time_limit time 1 = 2s
smtp_connection_reuse_count_limit int = 0
smtp_connection_reuse_time_limit time 1 = 300s
smtp_data_done_timeout time 1 = 600s
smtp_data_init_timeout time 1 = 120s
smtp_data_xfer_timeout time 1 = 180s
smtp_defer_if_no_mx_address_found bool = no
smtp_delivery_status_filter str = $default_delivery_status_filter
smtp_discard_ehlo_keyword_address_maps str =
smtp_discard_ehlo_keywords str =
smtp_dns_reply_filter str =
smtp_dns_resolver_options str =
smtp_dns_support_level str =
smtp_enforce_tls bool = no
smtp_fallback_relay str = $fallback_relay
smtp_generic_maps str =
smtp_header_checks str =
smtp_helo_name str 1 = $myhostname
smtp_helo_timeout time 1 = 300s
smtp_host_lookup str 1 = dns
smtp_line_length_limit int = 998
smtp_log_tls_feature_status nbool = yes
smtp_mail_timeout time 1 = 300s
smtp_mime_header_checks str =
smtp_min_data_rate int 1 = 500
smtp_mx_address_limit int = 5
smtp_mx_session_limit int = 2
smtp_nested_header_checks str =
smtp_never_send_ehlo bool = no
smtp_per_request_deadline nbool = ${smtp_per_record_deadline?{$smtp_per_record_deadline}:{no}}
smtp_pix_workaround_delay_time time 1 = 10s
smtp_pix_workaround_maps str =
smtp_pix_workaround_threshold_time time = 500s
smtp_pix_workarounds str = disable_esmtp,delay_dotcrlf
smtp_quit_timeout time 1 = 300s
smtp_quote_rfc821_envelope bool = yes
smtp_randomize_addresses bool = yes
smtp_rcpt_timeout time 1 = 300s
smtp_reply_filter str =
smtp_requiretls_policy str = inline:{{${domain_to_ascii{$mydomain}}=opportunistic}, \
{.${domain_to_ascii{$mydomain}}=opportunistic}, {localhost=opportunistic}}, cidr:{{0.0.0.0/0 \
opportunistic}, {::/0 opportunistic}}, enforce
smtp_rset_timeout time 1 = 20s
smtp_sasl_auth_cache_name str =
smtp_sasl_auth_cache_time time = 90d
smtp_sasl_auth_enable bool = no
smtp_sasl_auth_soft_bounce bool = yes
smtp_sasl_mechanism_filter str =
smtp_sasl_password_maps str =
smtp_sasl_password_result_delimiter str 1 1 = :
smtp_sasl_path str =
smtp_sasl_security_options str = noplaintext, noanonymous
smtp_sasl_tls_security_options str = $smtp_sasl_security_options
smtp_sasl_tls_verified_security_options str = $smtp_sasl_tls_security_options
smtp_sasl_type str 1 = cyrus
smtp_send_dummy_mail_auth bool = no
smtp_send_xforward_command bool = no
smtp_sender_dependent_authentication bool = no
smtp_skip_5xx_greeting bool = yes
smtp_skip_quit_response bool = yes
smtp_starttls_timeout time 1 = 300s
smtp_tcp_port str = smtp
smtp_tls_CAfile str =
smtp_tls_CApath str =
smtp_tls_block_early_mail_reply bool = no
smtp_tls_cert_file str =
smtp_tls_chain_files str =
smtp_tls_ciphers str 1 = medium
smtp_tls_connection_reuse bool = no
smtp_tls_dane_insecure_mx_policy str = dane
smtp_tls_dcert_file str =
smtp_tls_dkey_file str = $smtp_tls_dcert_file
smtp_tls_eccert_file str =
smtp_tls_eckey_file str = $smtp_tls_eccert_file
smtp_tls_enable_rpk bool = no
smtp_tls_enforce_peername bool = yes
smtp_tls_enforce_sts_mx_patterns nbool = yes
smtp_tls_exclude_ciphers str =
smtp_tls_fingerprint_cert_match str =
smtp_tls_fingerprint_digest str 1 = ${{$compatibility_level} <level {3.6} ? {md5} : {sha256}}
smtp_tls_force_insecure_host_tlsa_lookup bool = no
smtp_tls_key_file str = $smtp_tls_cert_file
smtp_tls_loglevel str = 0
smtp_tls_mandatory_ciphers str 1 = medium
smtp_tls_mandatory_exclude_ciphers str =
smtp_tls_mandatory_protocols str = >=TLSv1
smtp_tls_note_starttls_offer bool = no
smtp_tls_per_site str =
smtp_tls_policy_maps str =
smtp_tls_protocols str = >=TLSv1
smtp_tls_scert_verifydepth int = 9
smtp_tls_secure_cert_match str 1 = nexthop, dot-nexthop
smtp_tls_security_level str =
smtp_tls_servername str =
smtp_tls_trust_anchor_file str =
smtp_tls_verify_cert_match str 1 = hostname
smtp_tls_wrappermode bool = no
smtp_tlsrpt_enable nbool = no
smtp_tlsrpt_skip_reused_handshakes nbool = no
smtp_tlsrpt_socket_name str =
smtp_use_tls bool = no
smtp_xforward_timeout time 1 = 300s
tlsproxy_service_name str 1
use_srv_lookup str =
""")

HISTORY: dict[str, tuple[tuple[str, str | None], ...]] = {
    "allow_srv_lookup_fallback": (("3.8", None),),
    "header_from_format": (("3.7", None),),
    "ignore_srv_lookup_error": (("3.8", None),),
    "smtp_bind_address_enforce": (("3.7", None),),
    "smtp_log_tls_feature_status": (("3.11", None),),
    "smtp_min_data_rate": (("3.7", None),),
    "smtp_per_request_deadline": (("3.7", None),),
    "smtp_requiretls_policy": (("3.11", None),),
    "smtp_sasl_password_result_delimiter": (("3.9", None),),
    "smtp_tls_dane_insecure_mx_policy": (
        ("3.6", "${{$smtp_tls_security_level} == {dane} ? {dane} : {may}}"),
    ),
    "smtp_tls_enable_rpk": (("3.9", None),),
    "smtp_tls_enforce_sts_mx_patterns": (("3.10", None),),
    "smtp_tls_fingerprint_digest": (("3.6", "md5"),),
    "smtp_tlsrpt_enable": (("3.10", None),),
    "smtp_tlsrpt_skip_reused_handshakes": (
        ("3.11", "yes"),
        ("3.10", None),
    ),
    "smtp_tlsrpt_socket_name": (("3.10", None),),
    "use_srv_lookup": (("3.8", None),),
}

# Names that a version gave up: from it on the program does not read them.
GONE: dict[str, str] = {
    "smtp_per_record_deadline": "3.7",
}
