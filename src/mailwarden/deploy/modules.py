"""Modules by their names, and which of them cannot write a file of a mail program.

Source: ansible-core 2.19 (``RAW_PARAM_MODULES``, ``FREEFORM_ACTIONS``), and the documentation of
each module, for what it writes.
"""

from __future__ import annotations

# Whose modules are known by their short names; a name of another collection stays whole.
COLLECTIONS = ("ansible.builtin.", "ansible.legacy.", "community.general.", "ansible.posix.")
# What runs a line, of which only a few pairs are parameters.
COMMANDS = frozenset(("command", "raw", "script", "shell"))
# What takes a line that is no pair of a name and a value.
RAW = COMMANDS | frozenset(
    ("add_host", "group_by", "import_role", "import_tasks", "include", "include_role",
     "include_tasks", "include_vars", "meta", "set_fact")
)  # fmt: skip
TASK_FILES = frozenset(("import_tasks", "include_tasks", "include"))
ROLES = frozenset(("import_role", "include_role"))
# What is included as it comes to be run, not as it is read.
INCLUDES = frozenset(("include", "include_role", "include_tasks"))
# What writes nothing itself, and decides what is done.
DECIDING = TASK_FILES | ROLES | frozenset(("assert", "fail", "include_vars", "meta", "set_fact"))
# What is a step on a file, or may be one.
WRITING = frozenset(
    ("assemble", "blockinfile", "copy", "debconf", "expect", "file", "get_url", "git", "ini_file",
     "lineinfile", "patch", "replace", "synchronize", "template", "unarchive", "xml")
)  # fmt: skip
# What asks or changes something that is no file of a mail program.  What a package brings is the
# distribution's, and an account, a certificate or a rule of a firewall is read by none of them.
HARMLESS = frozenset(
    ("add_host", "alternatives", "apk", "apt", "apt_key", "apt_repository", "assert",
     "async_status", "at", "authorized_key", "capabilities", "cron", "cronvar", "deb822_repository",
     "debug", "dnf", "dnf5", "dnf_versionlock", "dpkg_selections", "fail", "fetch", "filesystem",
     "find", "firewalld", "gather_facts", "gem", "getent", "group", "group_by", "homebrew",
     "hostname", "htpasswd", "import_role", "import_tasks", "include", "include_role",
     "include_tasks", "include_vars", "iptables", "known_hosts", "ldap_entry", "ldap_search",
     "lvg", "lvol", "mail", "meta", "modprobe", "mount", "mysql_db", "mysql_user",
     "npm", "openssh_keypair", "package", "package_facts", "pacman", "pam_limits", "parted",
     "pause", "ping", "pip", "pkgng", "portage", "postgresql_db", "postgresql_user", "reboot",
     "rhel_repo", "rhsm_repository", "rpm_key", "seboolean", "sefcontext", "selinux",
     "selinux_permissive", "seport", "service", "service_facts", "set_fact", "set_stats", "setup",
     "slack", "slurp", "snap", "ssh_config", "stat", "supervisorctl", "sysctl",
     "systemd", "systemd_service", "sysvinit", "tempfile", "timezone", "ufw", "user",
     "validate_argument_spec", "wait_for", "wait_for_connection", "yum", "yum_repository",
     "zypper", "zypper_repository")
)  # fmt: skip
# Of other collections, by their whole names or by the beginning of them.
HARMLESS_COLLECTIONS = (
    "community.crypto.", "community.docker.", "community.mysql.", "community.postgresql.",
    "community.grafana.", "community.zabbix.", "containers.podman.", "amazon.aws.",
    "community.aws.", "kubernetes.core.", "community.dns.", "hetzner.hcloud.",
    "openstack.cloud.", "google.cloud.", "azure.azcollection.", "community.proxysql.",
    "community.mongodb.", "community.rabbitmq.", "mailwarden.policy.",
)  # fmt: skip


def short(name: str) -> str:
    """A module's short name; that of a collection whose modules are not known stays whole."""
    for collection in COLLECTIONS:
        if name.startswith(collection):
            return name[len(collection) :]
    return name


def is_module(name: str) -> bool:
    """Whether a key of a task names a module for sure: a known one, or one of a collection."""
    return short(name) in WRITING | HARMLESS | RAW or name.count(".") >= 2


def is_harmless(module: str) -> bool:
    """Whether a module can write no file of a mail program."""
    return module in HARMLESS or module.startswith(HARMLESS_COLLECTIONS)
