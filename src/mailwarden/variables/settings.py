"""Settings of ``ansible.cfg`` under which variables are read in another way.

It is data: Ansible itself never reads it for us, for its paths of plugins would run code.
"""

from __future__ import annotations

import configparser

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text

# What each setting is where nobody sets it, which is the only way that is followed.
FOLLOWED = {
    "hash_behaviour": "replace",
    "precedence": "all_inventory, groups_inventory, all_plugins_inventory, all_plugins_play, "
    "groups_plugins_inventory, groups_plugins_play",
    "yaml_valid_extensions": ".yml, .yaml, .json",
}


def refuse(text: Text) -> None:
    """Raise ``MailwardenError`` for settings of an ``ansible.cfg`` that are not followed."""
    parser = configparser.RawConfigParser(strict=False, inline_comment_prefixes=(";",))
    try:
        parser.read_string(text.string)
    except configparser.Error as error:
        raise MailwardenError("is no INI file", text.path) from error
    for name, followed in FOLLOWED.items():
        value = parser.get("defaults", name, fallback=followed)
        if _words(value or "") != _words(followed):
            reason = f"sets {name} to {' '.join(_words(value or ''))}, which is not followed"
            raise MailwardenError(reason, text.path, _line(text, name))


def _words(value: str) -> list[str]:
    return [word.strip() for word in value.replace("\n", ",").split(",") if word.strip()]


def _line(text: Text, name: str) -> int:
    lines = text.string.splitlines()
    return next((at for at, line in enumerate(lines, 1) if line.strip().startswith(name)), 0)
