"""The names of variables that Ansible itself gives."""

from __future__ import annotations

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
