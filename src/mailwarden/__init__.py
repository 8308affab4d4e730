"""Mailwarden: a linter for the TLS configuration of mail servers and mail clients.

This package is the command. The engine lives in the Ansible collection ``mailwarden.policy``
(``plugins/module_utils``), because it also runs on managed nodes.
"""

# Whether this process runs the command and nothing else; the console script says so.
ALONE = False
