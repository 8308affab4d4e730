"""Rulesets as people have them: what filters in which way, and what of it is not to be touched.

Of each the tests know where accepting rules have to stand, from what nft prints of it (recorded in
tests/unit, so that a plan is tried without root) and from what a peer reaches.
"""

from __future__ import annotations

HOOK = "type filter hook input priority filter; policy"
BASICS = """
        iif lo accept
        ct state established,related accept
        ct state invalid drop
        meta l4proto { icmp, ipv6-icmp } accept
        tcp dport { 22, 80, 443 } accept
"""
LAST = HOOK + " accept;" + BASICS

RULESETS: dict[str, str] = {
    "empty": "",
    "accepts everything": f"table inet filter {{ chain input {{ {LAST} }}\n}}",
    "policy drop": f"table inet filter {{ chain input {{ {HOOK} drop; {BASICS} }}\n}}",
    "last rule rejects": f"""
table inet filter {{
    chain input {{ {LAST}
        counter log prefix "denied " reject
    }}
}}
""",
    "resets tcp, rejects the rest": f"""
table inet filter {{
    chain input {{ {LAST}
        meta l4proto tcp reject with tcp reset
        reject
    }}
}}
""",
    # Five a second are rejected, the rest meets the policy: an accept at the end is too late.
    "rejects at a limited rate": f"""
table inet filter {{
    chain input {{ {HOOK} drop; {BASICS}
        meta pkttype host limit rate 5/second counter reject with icmpx type admin-prohibited
        counter
    }}
}}
""",
    "a second table drops": f"""
table inet filter {{ chain input {{ {HOOK} drop; {BASICS} }}
}}
table inet guard {{
    chain late {{
        type filter hook input priority 20; policy accept;
        iifname lo accept
        meta l4proto != tcp accept
        tcp dport {{ 22, 443 }} accept
        drop
    }}
}}
""",
    "a table for each family": f"""
table ip v4 {{ chain input {{ {HOOK} drop; iif lo accept
        tcp dport {{ 22, 80 }} accept
    }}
}}
table ip6 v6 {{ chain input {{ {HOOK} accept; iif lo accept
        icmpv6 type {{ nd-neighbor-solicit, nd-neighbor-advert }} accept
        tcp dport 22 accept
        reject with tcp reset
    }}
}}
""",
    "drops in a chain jumped to": f"""
table inet filter {{
    chain world {{
        tcp dport {{ 22, 80 }} accept
        drop
    }}
    chain input {{ {LAST}
        jump world
    }}
}}
""",
    "goes to a chain by the interface": f"""
table inet filter {{
    chain world {{
        meta l4proto {{ icmp, ipv6-icmp }} accept
        tcp dport {{ 22, 80 }} accept
        reject
    }}
    chain inside {{ accept
    }}
    chain input {{
        {HOOK} drop;
        ct state vmap {{ established : accept, related : accept, invalid : drop }}
        iifname vmap {{ "lo" : accept, "eth1" : goto inside, "eth0" : goto world }}
    }}
}}
""",
    "goes to a chain by a named map": f"""
table inet filter {{
    map zones {{
        type ifname : verdict
        elements = {{ "lo" : accept, "eth0" : jump world, "eth1" : drop }}
    }}
    map marks {{ type ipv4_addr : mark; elements = {{ 203.0.113.9 : 7 }}; }}
    chain world {{
        tcp dport {{ 22, 80 }} accept
        reject with tcp reset
    }}
    chain input {{ {HOOK} accept;
        ct state established,related accept
        iifname vmap @zones
    }}
}}
""",
    "goes to a chain by interface and family": f"""
table inet filter {{
    chain world {{
        tcp dport {{ 22, 80 }} accept
        drop
    }}
    chain input {{ {HOOK} accept;
        iifname . meta nfproto vmap {{ "eth0" . ipv4 : goto world, "eth1" . ipv6 : drop }}
    }}
}}
""",
    # Jumping to it is dropping: what is banned above must stay so.
    "drops by a chain that logs": f"""
table inet filter {{
    set banned {{ type ipv4_addr; elements = {{ 203.0.113.9, 203.0.113.7 }}; }}
    chain denied {{
        log prefix "denied "
        counter drop
    }}
    chain input {{ {LAST}
        ip saddr @banned jump denied
        jump denied
    }}
}}
""",
    "bans first": f"""
table inet f2b {{
    set addr {{ type ipv4_addr; elements = {{ 198.51.100.8 }}; }}
    chain f2b {{
        type filter hook input priority filter - 1; policy accept;
        tcp dport {{ 25, 143, 587 }} ip saddr @addr reject with icmp type port-unreachable
    }}
}}
table inet filter {{
    chain bans {{
        ip saddr {{ 198.51.100.8, 203.0.113.0/24 }} drop
        tcp flags syn limit rate over 500/second burst 500 packets drop
    }}
    chain input {{ {HOOK} drop;
        jump bans
        {BASICS}
    }}
}}
""",
    "lets networks alone come in": f"""
table inet filter {{
    chain where {{
        ip saddr 198.51.100.0/24 return
        ip6 saddr 2001:db8:2::/64 return
        drop
    }}
    chain input {{ {LAST}
        jump where
        tcp dport 21 drop
    }}
}}
""",
    "drops what is not loopback": f"""
table inet filter {{
    chain input {{ {LAST}
        iifname != "lo" drop
    }}
}}
""",
    "drops all ports but some": f"""
table inet filter {{
    chain input {{
        {HOOK} accept;
        ct state established,related accept
        tcp dport != {{ 22, 80 }} ct state new drop
    }}
}}
""",
    "drops low ports": f"""
table inet filter {{
    chain input {{ {LAST}
        tcp dport 1-1023 reject with tcp reset
    }}
}}
""",
    # The highest port there is may be reached, and one that is not listed in the set's range.
    "drops all ports but those of a set": f"""
table inet filter {{
    set open {{ type inet_service; flags interval; elements = {{ 22, 80, 12340-12350 }}; }}
    set none {{ type inet_service; }}
    chain input {{
        {HOOK} accept;
        iif lo accept
        ct state established,related accept
        tcp dport @none drop
        tcp dport != @open drop
    }}
}}
""",
    "drops the ports of a set": f"""
table inet filter {{
    set closed {{ type inet_service; elements = {{ 23, 25, 445 }}; }}
    chain input {{ {HOOK} drop; {BASICS}
        tcp dport @closed drop
    }}
}}
""",
    "drops ports by comparison": f"""
table inet filter {{
    chain input {{ {LAST}
        tcp dport > 49151 drop
        tcp dport < 1024 reject with tcp reset
    }}
}}
""",
    "drops all but some networks": f"""
table inet filter {{
    set lan {{ type ipv6_addr; flags interval; elements = {{ 2001:db8:2::/64, fe80::/10 }}; }}
    chain input {{ {LAST}
        ip saddr != {{ 203.0.113.0/24, 10.0.0.0/8 }} drop
        ip6 saddr != @lan drop
    }}
}}
""",
    "drops all but some pairs": f"""
table inet filter {{
    set pairs {{ type ipv4_addr . inet_service; elements = {{ 203.0.113.9 . 25 }}; }}
    chain input {{ {LAST}
        ip saddr . tcp dport != @pairs drop
        meta l4proto . tcp dport {{ tcp . 25, tcp . 26 }} drop
    }}
}}
""",
    "drops what is not marked": f"""
table inet filter {{
    chain input {{ {LAST}
        meta mark 7 drop
        meta mark & 0xff != 7 drop
    }}
}}
""",
    "jumps to a chain from all but some networks": f"""
table inet filter {{
    chain world {{
        tcp dport {{ 22, 80 }} accept
        drop
    }}
    chain input {{ {LAST}
        ip saddr != 203.0.113.0/24 jump world
        ip saddr 203.0.113.0/24 jump world
    }}
}}
""",
    # Who is let through is everybody but those who are banned.
    "bans by exclusion": f"""
table inet filter {{
    chain bans {{
        meta nfproto ipv6 return
        ip saddr != 203.0.113.0/24 return
        drop
    }}
    chain friends {{
        accept
    }}
    chain input {{ {LAST}
        jump bans
        ip6 saddr != 2001:db8:66::/48 goto friends
        limit rate 5/second ip saddr != 203.0.113.0/24 accept
        drop
    }}
}}
""",
    "drops from everywhere": f"""
table inet filter {{
    chain input {{ {LAST}
        ip saddr != 0.0.0.0/0 drop
        ip saddr 0.0.0.0/0 drop
        ip6 daddr ::/0 drop
    }}
}}
""",
    # Addresses that begin like those of multicast, and are somebody's own.
    "drops at addresses": f"""
table inet filter {{
    chain elsewhere {{
        tcp dport {{ 22, 80 }} accept
        drop
    }}
    chain input {{ {LAST}
        ip daddr {{ 224.0.0.0/4, 127.0.0.0/8, 255.255.255.255 }} drop
        ip daddr 239.0.0.0-239.255.255.250 drop
        ip6 daddr {{ ::1, ff00::/8 }} drop
        ip daddr 23.92.16.1 tcp dport 25 drop
        ip6 daddr ff::1 tcp dport 465 drop
        ip daddr 23.0.0.0/8 jump elsewhere
        ip6 daddr != ff00::/8 drop
    }}
}}
""",
    "drops a mail port by its name": f"""
table inet filter {{
    chain input {{ {HOOK} drop; {BASICS}
        tcp dport {{ 25, 26 }} drop
    }}
}}
""",
    "drops at one interface": f"""
table inet filter {{
    chain input {{ {LAST}
        iifname "guest" drop
    }}
}}
""",
    "drops IPv6 first": f"""
table inet filter {{
    chain input {{ {HOOK} drop;
        iif lo accept
        meta nfproto ipv6 tcp flags syn drop
        {BASICS}
    }}
}}
""",
    "accepts everything, then drops": f"""
table inet filter {{
    chain input {{ {HOOK} drop;
        ct state invalid drop
        ct state new accept
        drop
    }}
}}
""",
    "a dormant table": f"""
table inet sleeping {{
    flags dormant
    chain input {{ {HOOK} drop;
        reject
    }}
}}
table inet filter {{ chain input {{ {HOOK} accept;
        ip saddr 203.0.113.0/24 drop
    }}
}}
""",
    "opens mail ports by hand": f"""
table inet filter {{
    chain input {{ {HOOK} drop; {BASICS}
        tcp dport {{ 25, 143, 993, 12345 }} accept
        tcp dport 110 counter accept comment "for old clients"
    }}
}}
""",
    "other hooks": f"""
table inet filter {{
    chain raw {{
        type filter hook prerouting priority raw; policy accept;
        fib saddr . iif oif missing drop
    }}
    chain forward {{ type filter hook forward priority filter; policy drop;
    }}
    chain output {{ type filter hook output priority filter; policy accept;
    }}
    chain input {{ {HOOK} drop; {BASICS} }}
}}
table ip nat {{
    chain in {{ type nat hook input priority 100; policy accept;
    }}
}}
""",
    "matches of other kinds": f"""
table inet filter {{
    chain input {{ {LAST}
        meta l4proto . th dport vmap {{ tcp . 25 : accept, udp . 53 : accept }}
        meta mark 7 drop
        ip daddr 224.0.0.0/4 drop
        tcp dport vmap {{ 26 : drop, 27 : accept }}
        th dport 53 udp dport 53 drop
    }}
}}
""",
    "stale rules of ours": f"""
table inet mailwarden {{
    chain input {{
        type filter hook input priority filter + 10; policy accept;
        tcp dport {{ 25, 587 }} tcp flags & (fin | syn | rst | ack) == syn drop
    }}
    chain older {{ tcp dport 465 drop
    }}
    set ports {{ type inet_service; }}
}}
table inet filter {{
    chain input {{
        {HOOK} drop;
        tcp dport {{ 110, 143, 4190 }} accept comment "mailwarden"
        {BASICS}
        tcp dport 993 accept comment "mailwarden"
        counter
        ip saddr 10.0.0.0/8 tcp dport 995 accept comment "mailwarden"
        ip saddr 10.0.0.0/8 counter drop comment "mailwarden too"
    }}
    chain unused {{
        tcp dport 2000 accept comment "mailwarden"
    }}
}}
""",
    "many addresses": """
table inet filter {{
    chain input {{ {}
        ip saddr {{ {} }} drop
        reject
    }}
}}
""".format(LAST, ", ".join(f"203.0.113.{number}" for number in range(1, 99, 2))),
}

# Those that belong to another backend: what makes them, as commands.
IPTABLES = {
    "iptables drops by policy": (
        "iptables -A INPUT -p tcp --dport 22 -j ACCEPT",
        "iptables -P INPUT DROP",
    ),
    "iptables rejects by its last rule": (
        "iptables -A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT",
        "iptables -A INPUT -p tcp -m multiport --dports 22,80 -j ACCEPT",
        "iptables -A INPUT -j REJECT",
    ),
    "ip6tables drops in a chain": (
        "ip6tables -N world",
        "ip6tables -A world -p tcp --dport 22 -j ACCEPT",
        "ip6tables -A world -j DROP",
        "ip6tables -A INPUT -j world",
    ),
    "iptables only bans": (
        "iptables -N f2b-postfix",
        "iptables -A f2b-postfix -s 203.0.113.5/32 -j REJECT",
        "iptables -A f2b-postfix -j RETURN",
        "iptables -A INPUT -p tcp -m multiport --dports 25,587 -j f2b-postfix",
    ),
}
