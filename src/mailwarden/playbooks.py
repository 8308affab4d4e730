"""Which files of a repository may be playbooks: by their names and their bytes, and cheaply."""

from __future__ import annotations

from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError

from .deploy.concerned import speaks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ansible_collections.mailwarden.policy.plugins.module_utils.source import Source

ENDINGS = (".yml", ".yaml")
# Folders of roles, of hosts and of groups, in which no plays stand.
OTHERS = frozenset(
    ("defaults", "files", "group_vars", "handlers", "host_vars", "meta", "templates", "vars")
)
# One of these is in every playbook.
WORDS = (b"hosts", b"import_playbook", b"include")


def may_be(path: str) -> bool:
    """Whether a path may be that of a playbook."""
    if not path.endswith(ENDINGS):
        return False
    folders = path.split("/")[:-1]
    in_role = "roles" in folders and "tasks" in folders
    return not in_role and OTHERS.isdisjoint(folders)


def look_like(paths: Iterable[str], source: Source, anything: bool) -> list[str]:
    """Those of some files that look like playbooks by what is in them.

    Unless ``anything`` of mail is in the repository, they have to speak of it themselves.
    """
    found = []
    for path in paths:
        try:
            data = source.looked_into(path)
        except MailwardenError:
            continue
        is_list = b"\n-" in b"\n" + data
        if is_list and any(word in data for word in WORDS) and (anything or speaks(data)):
            found.append(path)
    return found
