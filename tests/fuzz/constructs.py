"""Configurations of which one construct is repeated, by the name of what is repeated.

Each takes a number and gives the files of a folder. Twice the number is about twice the input, so
what a run costs may double and no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

Files = dict[str, str]
Construct = Callable[[int], Files]


def _many(form: str) -> Callable[[int], str]:
    """The form once for each number; ``@`` stands for the number."""
    return lambda number: "".join(form.replace("@", str(at)) for at in range(number))


def _named(path: str, *parts: str | Callable[[int], str], **others: str) -> Construct:
    """One file of parts that repeat and parts that do not, and others beside it."""

    def made(number: int) -> Files:
        text = "".join(part if isinstance(part, str) else part(number) for part in parts)
        return {path: text, **{name.replace("__", "."): text for name, text in others.items()}}

    return made


def _main(*parts: str | Callable[[int], str]) -> Construct:
    return _named("main.cf", "compatibility_level = 3.6\n", *parts, master__cf=MASTER)


def _master(*parts: str | Callable[[int], str]) -> Construct:
    return _named("master.cf", *parts, main__cf=MAIN)


def _dovecot(*parts: str | Callable[[int], str]) -> Construct:
    return _named("dovecot.conf", DOVECOT, *parts)


def _policy(*parts: str | Callable[[int], str]) -> Construct:
    return _named(".mailwarden.yml", *parts, main__cf=MAIN, master__cf=MASTER)


def _together(*constructs: Construct) -> Construct:
    def made(number: int) -> Files:
        files: Files = {}
        for construct in constructs:
            files.update(construct(number))
        return files

    return made


def _files(form: str, text: str) -> Construct:
    """As many files as the number."""
    return lambda number: {
        form.replace("@", str(at)): text.replace("@", str(at)) for at in range(number)
    }


MAIN = """\
compatibility_level = 3.6
smtpd_tls_security_level = may
smtpd_tls_chain_files = /etc/ssl/mail.pem
smtpd_recipient_restrictions = permit_mynetworks, permit_sasl_authenticated, reject
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject
"""
MASTER = """\
smtp inet n - y - - smtpd
submission inet n - y - - smtpd
  -o smtpd_tls_security_level=may
  -o smtpd_sasl_auth_enable=yes
smtp unix - - y - - smtp
"""
DOVECOT = (
    "protocols = imap pop3\nssl = yes\nssl_cert = </etc/ssl/c.pem\nssl_key = </etc/ssl/k.pem\n"
)
SERVICE = (
    "1@ inet n - y - - smtpd\n  -o smtpd_tls_security_level=none\n  -o smtpd_sasl_auth_enable=yes\n"
)
ACCOUNT = (
    "account a@\nhost mail@.example.org\nport 587\nfrom a@example.org\ntls off\nauth on\nuser u\n"
)
SERVER = (
    "<{0}Server type='{1}'><hostname>mail@.example.org</hostname><port>143</port>"
    "<socketType>plain</socketType><authentication>password-cleartext</authentication>"
    "</{0}Server>\n"
)
OPEN = "<clientConfig version='1.1'><emailProvider id='example.org'><domain>example.org</domain>\n"
CLOSE = "</emailProvider></clientConfig>\n"
LOGIN = "smtp_sasl_auth_enable = yes\nsmtp_sasl_password_maps = inline:{{x=u:p}}\n"


POSTFIX: dict[str, Construct] = {
    "references": _main("a = x\n", "relayhost = ", _many("$a")),
    "references to the one before": _main(
        "a0 = xx\n",
        lambda n: "".join(f"a{at} = $a{at - 1}$a{at - 1}\n" for at in range(1, n)),
        lambda n: f"relayhost = $a{n - 1}\n",
    ),
    "references of a chain": _main(
        "a0 = x\n",
        lambda n: "".join(f"a{at} = $a{at - 1}\n" for at in range(1, n)),
        lambda n: f"myhostname = $a{n - 1}\n",
    ),
    "conditions in conditions": _main("relayhost = ", _many("${a?{"), "x", _many("}}")),
    "conditions without an end": _main("relayhost = ", _many("${a?{")),
    "comparisons": _main("relayhost = ", _many("${{$x} == {y} ? {a} : {b}}")),
    "next hops": _main(LOGIN, "relayhost = ", _many("[mail@.example.org]:587, ")),
    "words of a next hop": _main("relayhost = ", _many("mail@.example.org ")),
    "one long word": _main("relayhost = ", _many("a")),
    "blanks": _main("relayhost = a", _many(" "), "b"),
    "addresses of inet_interfaces": _main("inet_interfaces = ", _many("10.0.@, ")),
    "real addresses of inet_interfaces": _main(
        "inet_interfaces = ",
        lambda n: ", ".join(f"10.0.{at // 250}.{at % 250 + 1}" for at in range(n)),
    ),
    "addresses of inet_interfaces, services": _together(
        _main(
            "inet_interfaces = ",
            lambda n: ", ".join(f"10.0.{at // 250}.{at % 250 + 1}" for at in range(n)),
        )
    ),
    "mynetworks": _main(
        "mynetworks = ", lambda n: " ".join(f"10.{at // 250}.{at % 250}.0/24" for at in range(n))
    ),
    "mynetworks turned over": _main(
        "mynetworks = ",
        lambda n: " ".join(f"!10.{at // 250}.{at % 250}.0/24" for at in range(n)),
        " 10.0.0.0/8",
    ),
    "transports": _main(
        LOGIN,
        "transport_maps = inline:{",
        _many("{ d@.example.org = smtp:[m@.example.org]:587 } "),
        "}",
    ),
    "transports and policies": _main(
        LOGIN,
        "transport_maps = inline:{",
        _many("{ d@.example.org = smtp:[m@.example.org]:587 } "),
        "}\nsmtp_tls_policy_maps = inline:{",
        _many("{ [m@.example.org]:587 = may } "),
        "}\n",
    ),
    "transports of a file and policies": lambda n: {
        "main.cf": MAIN + LOGIN + "transport_maps = texthash:transport\n"
        "smtp_tls_policy_maps = texthash:policy\n",
        "master.cf": MASTER,
        "transport": _many("d@.example.org smtp:[m@.example.org]:587\n")(n),
        "policy": _many("[m@.example.org]:587 encrypt\n")(n),
    },
    "policies": _main(
        "relayhost = [m.example.org]:587\nsmtp_tls_policy_maps = inline:{",
        _many("{ [m@.example.org]:587 = may } "),
        "}\n",
    ),
    "policies of subdomains": _main(
        "relayhost = m.example.org\nsmtp_tls_policy_maps = inline:{",
        _many("{ .d@.example.org = may } "),
        "}\n",
    ),
    "a deep next hop": _main(
        "smtp_tls_policy_maps = inline:{{x = may}}\nrelayhost = ", _many("a@."), "org"
    ),
    "policy maps": _main(
        "relayhost = [m.example.org]:587\nsmtp_tls_policy_maps = ",
        _many("inline:{{ [m@.example.org]:587 = may }} "),
    ),
    "relayhosts by sender": _main(
        LOGIN,
        "sender_dependent_relayhost_maps = inline:{",
        _many("{ @d@.example.org = [m@.example.org]:587 } "),
        "}",
    ),
    "passwords": _main(
        "smtp_sasl_auth_enable = yes\nrelayhost = [m.example.org]:587\n"
        "smtp_sasl_password_maps = inline:{",
        _many("{ [m@.example.org]:587 = u@:p } "),
        "}",
    ),
    "restrictions": _main(
        "smtpd_recipient_restrictions = ", _many("reject_unknown_client_hostname, ")
    ),
    "restrictions of tables": _main(
        "smtpd_client_restrictions = ", _many("check_client_access inline:{10.0.@=OK}, ")
    ),
    "access": _main(
        "smtpd_client_restrictions = check_client_access inline:{",
        lambda n: "".join(f"{{10.{at // 250}.{at % 250}.1=OK}}, " for at in range(n)),
        "}, reject",
    ),
    "access by cidr": lambda n: {
        "main.cf": MAIN + "smtpd_client_restrictions = check_client_access cidr:access, reject\n",
        "master.cf": MASTER,
        "access": "".join(f"10.{at // 250}.{at % 250}.0/24 OK\n" for at in range(n)),
    },
    "access by patterns": lambda n: {
        "main.cf": MAIN + "smtpd_client_restrictions = check_client_access regexp:access, reject\n",
        "master.cf": MASTER,
        "access": _many("/^a@$/ OK\n")(n),
    },
    "access by cidr in ifs": lambda n: {
        "main.cf": MAIN + "smtpd_client_restrictions = check_client_access cidr:access, reject\n",
        "master.cf": MASTER,
        "access": "if 10.0.0.0/8\n" * n + "10.0.0.1 OK\n" + "endif\n" * n,
    },
    "warnings of restrictions": _main(
        "smtpd_recipient_restrictions = ", _many("warn_if_reject "), "reject\n"
    ),
    "references in braces": _main("a = x\n", "relayhost = ", _many("${a}")),
    "transports and policies by pattern": lambda n: {
        "main.cf": MAIN + LOGIN + "transport_maps = texthash:transport\n"
        "smtp_tls_policy_maps = regexp:policy\n",
        "master.cf": MASTER,
        "transport": _many("d@.example.org smtp:[m@.example.org]:587\n")(n),
        "policy": _many("/^.m@.example.net/ encrypt\n")(n),
    },
    "restriction classes": _main(
        "smtpd_restriction_classes = ",
        _many("c@, "),
        "\n",
        _many("c@ = reject\n"),
        "smtpd_recipient_restrictions = ",
        _many("c@, "),
        "reject\n",
    ),
    "restriction classes of a chain": _main(
        "smtpd_restriction_classes = ",
        _many("c@, "),
        "\n",
        lambda n: "".join(f"c{at} = c{at + 1}, c{at + 1}\n" for at in range(n)),
        "smtpd_recipient_restrictions = c0, reject\n",
    ),
    "parameters": _main(_many("p@ = v\n")),
    "the same parameter": _main(_many("smtpd_tls_security_level = may\n")),
    "unknown levels": _main(_many("smtpd_tls_security_level = x@\n")),
    "lines that go on": _main("mydestination = a\n", _many("  b@\n")),
    "comments": _main(_many("# c\n")),
    "comments in a value": _main("mydestination = a\n", _many("# c\n  b\n")),
    "lines that are none": _main(_many("bad line @\n")),
    "blank lines": _main(_many("\n")),
    "protocols": _main("smtpd_tls_mandatory_protocols = ", _many("!SSLv2, ")),
    "unknown protocols": _main("smtpd_tls_mandatory_protocols = ", _many("x@, ")),
    "mechanisms": _main("smtpd_sasl_security_options = ", _many("noanonymous, ")),
    "keywords of EHLO": _main("smtpd_discard_ehlo_keywords = ", _many("starttls, ")),
    "keywords of EHLO by address": _main(
        "smtpd_discard_ehlo_keyword_address_maps = inline:{",
        lambda n: "".join(f"{{10.{at // 250}.{at % 250}.1=starttls}}, " for at in range(n)),
        "}",
    ),
    "services": _master(_many(SERVICE)),
    "services that are right": _master(
        "submissions inet n - y - - smtpd\n",
        _many("2@ inet n - y - - smtpd\n  -o smtpd_tls_security_level=may\n"),
    ),
    "services of one port": _master(_many("smtp inet n - y - - smtpd\n")),
    "services at addresses": _master(
        lambda n: "".join(
            f"10.0.{at // 250}.{at % 250}:587 inet n - y - - smtpd\n" for at in range(n)
        )
    ),
    "transports of master.cf": _master(
        MASTER, _many("t@ unix - - y - - smtp\n  -o smtp_tls_security_level=none\n")
    ),
    "transports of master.cf and of a table": _together(
        _main(
            LOGIN,
            "transport_maps = inline:{",
            _many("{ d@.example.org = t@:[m.example.org]:587 } "),
            "}\n",
        ),
        lambda n: {"master.cf": MASTER + _many("t@ unix - - y - - smtp\n")(n)},
    ),
    "options": _master("smtp inet n - y - - smtpd\n", _many("  -o p@=v\n")),
    "the same option": _master(
        "smtp inet n - y - - smtpd\n", _many("  -o smtpd_tls_security_level=may\n")
    ),
    "options in a row": _master("smtp inet n - y - - smtpd", _many(" -o p@=v"), "\n"),
    "options of parameters": lambda n: {
        "main.cf": MAIN + _many("p@ = $q\n")(n),
        "master.cf": MASTER + "smtps inet n - y - - smtpd\n" + _many("  -o q@=v\n")(n),
    },
    "services and parameters": lambda n: {
        "main.cf": MAIN + _many("smtpd_sasl_p@ = $mydomain\n")(n),
        "master.cf": _many(SERVICE)(n),
    },
    "services and addresses": lambda n: {
        "main.cf": MAIN
        + "mynetworks = "
        + " ".join(f"10.{at // 250}.{at % 250}.0/24" for at in range(n))
        + "\n",
        "master.cf": _many(SERVICE)(n),
    },
    "braces of an option": _master("smtp inet n - y - - smtpd\n  -o ", _many("{ ")),
    "options in braces": _master("smtp inet n - y - - smtpd\n", _many("  -o { p@ = v }\n")),
    "flags": _master("smtp inet n - y - - smtpd", _many(" -v"), "\n"),
    "lines of a master.cf that are none": _master(_many("x@ y\n")),
    "suppressions": _main(_many("# mailwarden: ignore[open-relay] because\n")),
    "suppressions, each for a line": _main(
        _many("# mailwarden: ignore[open-relay] because\np@ = v\n")
    ),
    "suppressions of findings": lambda n: {
        "main.cf": MAIN,
        "master.cf": _many("# mailwarden: ignore[cleartext-auth] because\n" + SERVICE)(n),
    },
    "suppressions of many rules": _main(
        "# mailwarden: ignore[", _many("open-relay,"), "] because\n"
    ),
    "suppressions without an end": _main("# ", _many("mailwarden: ignore["), "\n"),
    "suppressions with blanks": _main("# mailwarden:", _many(" "), "x\n"),
    "openings of a template": _main("# x", _many("{{"), "\n"),
    "openings of a template in a value": _main("a = x", _many("{{"), "\n"),
    "openings on lines": _main(_many("a@ = {{\n")),
    "variables that are filled in": _main(_many("p@ = ${NAME@}\n")),
    "variables in a line": _main("relayhost = ", _many("${NAME@}")),
    "variables in services": _master(
        _many("1@ inet n - y - - smtpd\n  -o smtpd_tls_security_level=${L@}\n")
    ),
    "words behind password": _main("foo password", _many(" "), "\n"),
    "bad secrets": _main(_many("foo password x@\n")),
    "auth": _main("foo auth", _many(" passw"), " : x\n"),
}
DOVECOTS: dict[str, Construct] = {
    "variables of itself": _named("dovecot.conf", _many("protocols = $protocols $protocols\n")),
    "variables of others": _dovecot(
        lambda n: "".join(f"mail_a{at} = $mail_a{at - 1} $mail_a{at - 1}\n" for at in range(1, n))
    ),
    "words": _named("dovecot.conf", "protocols = ", _many("imap "), "\n"),
    "unknown words": _named("dovecot.conf", "protocols = ", _many("p@ "), "\n"),
    "settings": _dovecot(_many("mail_p@ = v\n")),
    "the same setting": _dovecot(_many("ssl = yes\nssl = no\n")),
    "cleartext": _dovecot(_many("disable_plaintext_auth = no\n")),
    "addresses of listen": _dovecot(
        "disable_plaintext_auth = no\nlisten = ",
        lambda n: ", ".join(f"10.0.{at // 250}.{at % 250 + 1}" for at in range(n)),
        "\n",
    ),
    "listeners": _dovecot(
        "disable_plaintext_auth = no\nservice imap-login {\n",
        _many("inet_listener l@ {\nport = 1@\n}\n"),
        "}\n",
    ),
    "listeners at addresses": _dovecot(
        "service imap-login {\n",
        lambda n: "".join(
            f"inet_listener l{at} {{\naddress = 10.0.{at // 250}.{at % 250}\nport = 143\n}}\n"
            for at in range(n)
        ),
        "}\n",
    ),
    "listeners and addresses": _dovecot(
        "disable_plaintext_auth = no\nservice imap-login {\n",
        _many("inet_listener l@ {\nport = 1@\n}\n"),
        "}\nlogin_trusted_networks = ",
        lambda n: " ".join(f"10.{at // 250}.{at % 250}.0/24" for at in range(n)),
        "\n",
    ),
    "services": _dovecot(_many("service s@ {\ninet_listener l {\nport = 1@\n}\n}\n")),
    "the same service": _dovecot(
        _many("service imap-login {\ninet_listener imap {\nport = 143\n}\n}\n")
    ),
    "remote blocks": _dovecot(
        lambda n: "".join(
            f"remote 10.{at // 250}.{at % 250}.0/24 {{\nssl = no\ndisable_plaintext_auth = no\n}}\n"
            for at in range(n)
        )
    ),
    "local blocks": _dovecot(
        lambda n: "".join(
            f"local 10.{at // 250}.{at % 250}.1 {{\nssl = no\ndisable_plaintext_auth = no\n}}\n"
            for at in range(n)
        )
    ),
    "local blocks, addresses": _dovecot(
        lambda n: "".join(
            f"local 10.{at // 250}.{at % 250}.1 {{\nssl = no\ndisable_plaintext_auth = no\n}}\n"
            for at in range(n)
        ),
        "listen = ",
        lambda n: ", ".join(f"10.{at // 250}.{at % 250}.1" for at in range(n)),
        "\n",
    ),
    "local names": _dovecot(_many("local_name m@.example.org {\nssl_cert = </c@.pem\n}\n")),
    "protocol blocks": _dovecot(_many("protocol imap {\nssl = no\n}\n")),
    "unknown protocol blocks": _dovecot(_many("protocol p@ {\nssl = no\n}\n")),
    "trusted networks": _dovecot(
        "disable_plaintext_auth = no\nlogin_trusted_networks = ",
        lambda n: " ".join(f"10.{at // 250}.{at % 250}.0/24" for at in range(n)),
        "\n",
    ),
    "sections in sections": _dovecot(_many("a@ {\n"), _many("}\n")),
    "sections without an end": _dovecot(_many("a@ {\n")),
    "ends of sections": _dovecot(_many("}\n")),
    "passdbs": _dovecot(_many("passdb {\ndriver = pam\n}\n")),
    "includes of one file": lambda n: {
        "dovecot.conf": DOVECOT + "!include a.conf\n" * n,
        "a.conf": "ssl = yes\n",
    },
    "includes of files": lambda n: {
        "dovecot.conf": DOVECOT + _many("!include conf.d/a@.conf\n")(n),
        **_files("conf.d/a@.conf", "ssl = yes\n")(n),
    },
    "includes of a folder": lambda n: {
        "dovecot.conf": DOVECOT + "!include conf.d/*.conf\n",
        **_files("conf.d/a@.conf", "ssl = yes\n")(n),
    },
    "includes of a chain": lambda n: {
        "dovecot.conf": DOVECOT + "!include conf.d/a0.conf\n",
        **{f"conf.d/a{at}.conf": f"!include a{at + 1}.conf\n" for at in range(n)},
    },
    "includes that are elsewhere": _dovecot(_many("!include_try /srv/@.conf\n")),
    "includes of nothing": _dovecot(_many("!include x@.conf\n")),
    "includes of a pattern": lambda n: {
        "dovecot.conf": DOVECOT + "!include conf.d/" + "*a" * n + "b\n",
        **_files("conf.d/a@", "")(1),
        "conf.d/" + "a" * 200: "",
    },
    "braces of an include": _dovecot("!include ", _many("{a,b}"), "\n"),
    "open braces of an include": _dovecot("!include ", _many("{"), "\n"),
    "lines that go on": _dovecot("a = b", _many(" \\\nc"), "\n"),
    "lines that are none": _dovecot(_many("bad line @\n")),
    "quotes": _dovecot("a = ", _many('"b" '), "\n"),
    "escapes": _dovecot('a = "', _many('\\"'), '"\n'),
    "an open quote": _dovecot('a = "', _many("b"), "\n"),
    "comments": _dovecot(_many("# c\n")),
    "blanks": _dovecot("ssl =", _many(" "), "x y\n"),
    "ciphers": _dovecot("ssl_protocols = ", _many("!SSLv2 "), "\n"),
    "mechanisms": _dovecot("auth_mechanisms = ", _many("plain "), "\n"),
    "groups of 2.4": _named(
        "dovecot.conf",
        "dovecot_config_version = 2.4.0\n",
        _many("group @a b@ {\nssl = no\n}\n@a = b@\n"),
    ),
    "groups in groups": _named(
        "dovecot.conf",
        "dovecot_config_version = 2.4.0\n",
        lambda n: "".join(
            f"group @g a{at} {{\n@g = a{at + 1}\n@g = a{at + 1}\n}}\n" for at in range(n)
        ),
        "@g = a0\n",
    ),
    "filters of 2.4": _named(
        "dovecot.conf",
        "dovecot_config_version = 2.4.0\nprotocols = imap\n",
        lambda n: "".join(
            f"remote 10.{at // 250}.{at % 250}.0/24 {{\n"
            "protocol imap {\nssl = no\nauth_allow_cleartext = yes\n}\n}\n"
            for at in range(n)
        ),
    ),
    "words of 2.4": _named(
        "dovecot.conf", "dovecot_config_version = 2.4.0\nprotocols {\n", _many("p@ = yes\n"), "}\n"
    ),
    "variables of 2.4": _named(
        "dovecot.conf",
        "dovecot_config_version = 2.4.0\n",
        _many("protocols = $SET:protocols $SET:protocols\n"),
    ),
    "relays": _dovecot(_many("submission_relay_host = m@\nimapc_host = m@\n")),
    "suppressions": _dovecot(_many("# mailwarden: ignore[open-relay] because\n")),
    "suppressions, each for a line": _dovecot(
        _many("ssl = no # mailwarden: ignore[open-relay] because\n")
    ),
    "openings of a template": _dovecot(_many("# {{ x\n")),
    "openings in a line": _dovecot("a = ", _many("{{"), "\n"),
    "secrets": _dovecot(_many("foo password x@\n")),
    "variables that are filled in": _dovecot(_many("ssl_min@ = ${NAME@}\n")),
}
CLIENTS: dict[str, Construct] = {
    "accounts": _named("msmtprc", _many(ACCOUNT)),
    "accounts that are right": _named(
        "msmtprc",
        "defaults\ntls on\ntls_starttls on\nauth on\n",
        _many("account a@\nhost m@.example.org\nport 587\nfrom a@example.org\nuser u\n"),
    ),
    "accounts of a chain": _named(
        "msmtprc",
        ACCOUNT.replace("@", "0"),
        lambda n: "".join(f"account a{at} : a{at - 1}\n" for at in range(1, n)),
    ),
    "accounts of one another": _named(
        "msmtprc",
        ACCOUNT.replace("@", "0"),
        lambda n: "".join(f"account a{at} : a0\nhost m{at}\n" for at in range(1, n)),
    ),
    "accounts of all": _named(
        "msmtprc",
        _many(ACCOUNT),
        "account default : ",
        lambda n: ", ".join(f"a{at}" for at in range(n)),
        "\n",
    ),
    "accounts of one name": _named("msmtprc", _many("account a\nhost m@\n")),
    "defaults": _named("msmtprc", _many("defaults\ntls on\n"), ACCOUNT),
    "commands": _named("msmtprc", "account a\nhost m\n", _many("logfile @\n")),
    "the same command": _named("msmtprc", "account a\nhost m\n", _many("tls on\n")),
    "unknown commands": _named("msmtprc", "account a\nhost m\n", _many("foo@ bar\n")),
    "comments": _named("msmtprc", "account a\nhost m\n", _many("# c\n")),
    "blanks": _named("msmtprc", "account a\nhost ", _many(" "), "m\n"),
    "a long value": _named("msmtprc", "account a\nhost ", _many("a"), "\n"),
    "quotes": _named("msmtprc", 'account a\nhost "', _many('"a'), "\n"),
    "hosts of environment": _named("msmtprc", _many("account a@\nhost $H\ntls off\nauth on\n")),
    "suppressions": _named("msmtprc", ACCOUNT, _many("# mailwarden: ignore[open-relay] because\n")),
    "secrets": _named("msmtprc", ACCOUNT, _many("passwrd x@\n")),
    "blanks behind password": _named("msmtprc", ACCOUNT, "foo password", _many(" "), "\n"),
    "variables that are filled in": _named(
        "msmtprc", _many("account a@\nhost ${HOST@}\ntls off\nauth on\n")
    ),
    "priorities": _named(
        "msmtprc", "account a\nhost m\ntls_priorities NORMAL", _many(":-VERS-TLS1.0"), "\n"
    ),
    "servers": _named("config-v1.1.xml", OPEN, _many(SERVER.format("incoming", "imap")), CLOSE),
    "outgoing servers": _named(
        "config-v1.1.xml", OPEN, _many(SERVER.format("outgoing", "smtp")), CLOSE
    ),
    "servers on a line beyond ASCII": _named(
        "config-v1.1.xml",
        OPEN.replace("\n", "\u00fc"),
        _many(SERVER.format("incoming", "imap").replace("\n", "")),
        CLOSE,
    ),
    "servers that are wrong": _named(
        "config-v1.1.xml",
        OPEN,
        _many(SERVER.format("incoming", "imap").replace("plain<", "x@<")),
        CLOSE,
    ),
    "authentications": _named(
        "config-v1.1.xml",
        OPEN,
        SERVER.format("incoming", "imap")
        .replace("<authentication>", "<authentication>plain</authentication><authentication>", 1)
        .replace("</incomingServer>\n", ""),
        _many("<authentication>x@</authentication>"),
        "</incomingServer>",
        CLOSE,
    ),
    "domains": _named(
        "config-v1.1.xml",
        OPEN,
        _many("<domain>d@.example.org</domain>"),
        SERVER.format("incoming", "imap"),
        CLOSE,
    ),
    "elements in elements": _named("config-v1.1.xml", OPEN, _many("<a>"), _many("</a>"), CLOSE),
    "attributes": _named("config-v1.1.xml", "<clientConfig ", _many("a@='b' "), "/>"),
    "attributes without an end": _named("config-v1.1.xml", "<clientConfig ", _many("a@='b' "), "x"),
    "quotes in a tag": _named("config-v1.1.xml", "<clientConfig ", _many("'"), "/>"),
    "comments of XML": _named("config-v1.1.xml", OPEN, _many("<!-- x -->"), CLOSE),
    "openings of comments": _named("config-v1.1.xml", OPEN, _many("<!--"), CLOSE),
    "openings of a template in XML": _named("config-v1.1.xml", OPEN, _many("<!-- {{ x"), CLOSE),
    "references of XML": _named("config-v1.1.xml", OPEN, _many("&amp;"), CLOSE),
    "long hosts": _named(
        "config-v1.1.xml",
        OPEN,
        SERVER.format("incoming", "imap").partition("mail@")[0],
        _many("a."),
        SERVER.format("incoming", "imap").partition("mail@")[2],
        CLOSE,
    ),
    "placeholders": _named(
        "config-v1.1.xml",
        OPEN,
        SERVER.format("incoming", "imap").partition("mail@")[0],
        _many("%A%"),
        "!",
        SERVER.format("incoming", "imap").partition("mail@")[2],
        CLOSE,
    ),
    "suppressions of XML": _named(
        "config-v1.1.xml",
        OPEN,
        _many("<!-- mailwarden: ignore[open-relay] because -->\n"),
        SERVER.format("incoming", "imap"),
        CLOSE,
    ),
    "suppressions of XML without an end": _named(
        "config-v1.1.xml", OPEN, _many("<!-- mailwarden: ignore[open-relay] because\n")
    ),
}
RUNS: dict[str, Construct] = {
    "pairs": _together(_files("h@/main.cf", MAIN), _files("h@/master.cf", MASTER)),
    "pairs that are right": _together(
        _files("h@/main.cf", MAIN), _files("h@/master.cf", "smtp inet n - y - - smtpd\n")
    ),
    "msmtprcs": _files("h@/msmtprc", ACCOUNT),
    "files that are bad": _files("h@/msmtprc", "foo\n"),
    "pairs and dovecots": _together(
        _files("etc/h@/main.cf", MAIN),
        _files("etc/h@/master.cf", MASTER),
        _files("etc/h@/dovecot.conf", DOVECOT),
    ),
    "dovecots": _files("h@/dovecot.conf", DOVECOT + "disable_plaintext_auth = no\n"),
    "autoconfigs": _files("h@/config-v1.1.xml", OPEN + SERVER.format("incoming", "imap") + CLOSE),
    "folders in folders": lambda n: {"/".join("d" * min(n, 900)) + "/msmtprc": ACCOUNT},
    "other files": lambda n: {"msmtprc": ACCOUNT, **_files("d@/other@.txt", "")(n)},
    "stars of an ignore file": lambda n: {
        "msmtprc": ACCOUNT,
        ".gitignore": "*a" * n + "b\n",
        "a" * 200 + "/x": "",
    },
    "two stars of an ignore file": lambda n: {
        "msmtprc": ACCOUNT,
        ".gitignore": "**/a/" * n + "b\n",
        "a/" * 60 + "x": "",
    },
    "lines of an ignore file": lambda n: {
        "msmtprc": ACCOUNT,
        ".gitignore": _many("d@/\n")(n),
        "a/b/c/msmtprc": ACCOUNT,
    },
    "ignore files": _together(_files("h@/msmtprc", ACCOUNT), _files("h@/.gitignore", "x\n*.y\n")),
    "lines of an ignore file and files": lambda n: {
        ".gitignore": _many("d@/\n")(n),
        **_files("h@/msmtprc", ACCOUNT)(n),
    },
    "ignores of the policy": _policy(
        "ignore:\n", _many("  - {rules: [open-relay], paths: ['x@'], reason: r@}\n")
    ),
    "ignores of the policy and findings": _together(
        _policy("ignore:\n", _many("  - {rules: [cleartext-auth], paths: ['x@'], reason: r@}\n")),
        lambda n: {"master.cf": _many(SERVICE)(n)},
    ),
    "paths of an ignore": _policy(
        "ignore:\n  - rules: [open-relay]\n    reason: r\n    paths:\n", _many("    - x@\n")
    ),
    "stars of an ignore": _policy(
        "ignore:\n  - rules: [cleartext-auth]\n    reason: r\n    paths: ['", _many("*m"), "']\n"
    ),
    "files of the policy": _policy("files:\n", _many("  'x@': postfix-main\n")),
    "internal addresses": _policy("internal:\n", _many("  - 10.0.@.0/24\n")),
    "ports of the policy": _policy(
        "ports:\n", _many("  2@: {protocol: submission, tls: starttls}\n")
    ),
    "comments of the policy": _policy(_many("# c\n"), "profile: strict\n"),
    "unknown keys of the policy": _policy(_many("k@: v\n")),
    "nested lists of the policy": _policy("x: ", _many("["), _many("]")),
    "a long line of the policy": _policy("x: ", _many("a"), "\n"),
    "aliases of the policy": _policy("x: &a [b]\ny: [", _many("*a, "), "]\n"),
    "roots of the policy": _policy("roots:\n", _many("  '/etc/r@': files/r@\n")),
}
TABLE: dict[str, Construct] = {
    f"{kind}: {name}": construct
    for kind, table in (
        ("postfix", POSTFIX),
        ("dovecot", DOVECOTS),
        ("client", CLIENTS),
        ("run", RUNS),
    )
    for name, construct in table.items()
}


def written(files: Files) -> Iterable[tuple[str, bytes]]:
    """The files as they are written to a folder."""
    return ((path, text.encode()) for path, text in files.items())
