"""Variables of plain data, each with the place where it is written."""

from __future__ import annotations

from collections.abc import Mapping

from .values import FUNCTIONS, Known, Open

# What Ansible itself sets for every host; ``ansible_…`` are facts and what says how it connects.
MAGIC = frozenset(
    (
        "environment", "group_names", "groups", "hostvars", "inventory_dir", "inventory_file",
        "inventory_hostname", "inventory_hostname_short", "play_hosts", "playbook_dir",
        "role_name", "role_names", "role_path", "template_destpath", "template_fullpath",
        "template_host", "template_mtime", "template_path", "template_run_date", "template_uid",
        "vars",
    )
)  # fmt: skip

# Facts that are variables too, under their name behind ``ansible_``: what ``setup`` says of a host.
# Source: ansible-core 2.19, ``ansible.vars.clean.namespace_facts``, ``module_utils/facts``.
FACTS = frozenset(
    (
        "all_ipv4_addresses", "all_ipv6_addresses", "architecture", "default_ipv4", "default_ipv6",
        "distribution", "distribution_file_variety", "distribution_major_version",
        "distribution_release", "distribution_version", "domain", "fqdn", "hostname", "interfaces",
        "kernel", "lsb", "machine", "memtotal_mb", "nodename", "os_family", "pkg_mgr",
        "processor_cores", "processor_vcpus", "python_version", "selinux", "service_mgr", "system",
        "user_id", "virtualization_role", "virtualization_type",
    )
)  # fmt: skip


def is_fact(name: str) -> bool:
    """Whether Ansible itself gives a variable of this name, with a value that no file knows."""
    return name in MAGIC or name.startswith("ansible_")


class Plain:
    """A mapping of names to what files say of them.

    ``open_names`` are set somewhere, by what nobody here follows: whether and how is not known.
    Facts are there and not known.  With ``sure`` false any name may be set somewhere.
    """

    def __init__(
        self,
        known: Mapping[str, Known],
        open_names: frozenset[str] = frozenset(),
        sure: bool = True,
    ) -> None:
        self._known = known
        self._open = open_names
        self._sure = sure

    def get(self, name: str) -> Known | Open | None:
        """What the files say of a name; ``None`` where none sets it."""
        found = self._known.get(name)
        if name in self._open or (found is not None and not self._sure):
            return Open(name, True if found is not None else None)
        if found is not None:
            return found
        if is_fact(name):
            return Open(name)
        return None if self._sure or name in FUNCTIONS else Open(name, None)
