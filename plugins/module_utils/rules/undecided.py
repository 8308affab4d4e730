# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Something depends on what is outside of the files; the note says on what.

A template variable, a file that is not there, the version of a program, the environment.  Nothing
is guessed: the fields that hang on it are neither good nor bad, and no other rule speaks about
them.  To decide it, name the program's version (`programs` in the policy, or `--program`), map
the folder that holds the missing file (`roots`), or check the finished files instead of the
templates.  With `--fail-on undecided` it counts.

There is one note for each thing that decides.  It counts what hangs on it; `--verbose` lists that
field by field, `endpoints` shows it at each endpoint, and `--quiet` leaves the notes out.  The last
line counts the notes among the notes, and under `undecided` the things that decide.

There is no RFC to quote: this rule is about what is not known.

Wrong, main.cf:

    compatibility_level = 3.6
    smtpd_tls_chain_files = /etc/ssl/private/mail.pem
    smtpd_tls_security_level = may
    smtpd_sasl_auth_enable = yes
    smtpd_sasl_type = dovecot
    smtpd_sasl_path = private/auth
    smtpd_sasl_security_options = noanonymous, noplaintext

Wrong, master.cf:

    smtp inet n - n - - smtpd

Right, main.cf:

    compatibility_level = 3.6
    smtpd_tls_chain_files = /etc/ssl/private/mail.pem
    smtpd_tls_security_level = may
    smtpd_tls_auth_only = yes
    smtpd_sasl_auth_enable = yes
    smtpd_sasl_type = dovecot
    smtpd_sasl_path = private/auth

Right, master.cf:

    smtp inet n - n - - smtpd
"""

from __future__ import annotations

SEVERITY = "note"
SCOPE = "engine"
SIDES = ("server", "client")
OPTIONS: dict[str, tuple[object, ...]] = {}
