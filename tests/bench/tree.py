"""A repository in the shape of a large one of roles: 4,000 files, of which few are about mail.

The numbers are those of debops: 1,400 YAML files of 4.5 kB, 800 templates of 2 kB, 140 of them in
roles for mail, and pages of 3.3 kB.
"""

from __future__ import annotations

from pathlib import Path

from tests.bench import inputs

ROLES = 200
MAIL_ROLES = 10
TEMPLATES = 4
# In a role for mail: main.cf and master.cf of a host, and lookup tables beside them.
MAIL_TEMPLATES = 14
PAGES = 1_800
# How often a text is repeated to be as long as a real one.
TIMES = 6

TASKS = """\
- name: Install packages of {role}
  ansible.builtin.package:
    name: '{{{{ item }}}}'
    state: present
  loop: '{{{{ {role}__packages + {role}__extra_packages }}}}'
  when: {role}__enabled | bool

- name: Make the folders of {role}
  ansible.builtin.file:
    path: '/etc/{role}/{part}.d'
    state: directory
    mode: '0755'

- name: Write the configuration of {role}
  ansible.builtin.template:
    src: 'etc/{role}/{part}.conf.j2'
    dest: '/etc/{role}/{part}.conf'
    mode: '0644'
  notify: ['Restart {role}']

- name: Set the limits of {role}
  ansible.builtin.lineinfile:
    path: '/etc/{role}/limits'
    regexp: '^{part}\\s'
    line: '{part} {{{{ {role}__{part}_limit }}}}'
  when: ansible_os_family == 'Debian'
"""
DEFAULTS = """\
# Whether {role} is managed at all.
{role}__enabled_{number}: True

# Packages that are installed on every host, and on some.
{role}__packages_{number}: [ '{role}', '{role}-common' ]
{role}__extra_packages_{number}: []

# What is written to the file of the {part}.
{role}__{part}_configuration_{number}:

  - name: 'listen'
    options:
      - name: 'address'
        value: '{{{{ ansible_default_ipv4.address | d("127.0.0.1") }}}}'
      - name: 'port'
        value: '{port}'

  - name: 'log'
    value: '/var/log/{role}/{part}.log'
    state: '{{{{ "present" if {role}__enabled | bool else "absent" }}}}'

{role}__{part}_limit_{number}: '{{{{ (ansible_memtotal_mb | d(1024) | int / 4) | int }}}}'
"""
TEMPLATE = """\
{{# The {part} of {role} #}}
# {{{{ ansible_managed }}}}
{{% for section in {role}__{part}_configuration %}}
[{{{{ section.name }}}}]
{{%   if section.options | d() %}}
{{%     for option in section.options %}}
{{{{ option.name }}}} = {{{{ option.value }}}}
{{%     endfor %}}
{{%   elif section.value is defined %}}
value = {{{{ section.value }}}}
{{%   endif %}}
{{% endfor %}}
"""
MAIL_TASKS = """\
---
- name: Install Postfix
  ansible.builtin.package:
    name: postfix

- name: Write the configuration
  ansible.builtin.template:
    src: 'etc/postfix/{{ item }}.j2'
    dest: '/etc/postfix/{{ item }}'
    mode: '0644'
  loop: [ main.cf, master.cf ]
  notify: [ 'Reload postfix' ]

- name: Write the lookup tables
  ansible.builtin.template:
    src: 'etc/postfix/{{ item }}.j2'
    dest: '/etc/postfix/{{ item }}'
    mode: '0640'
  loop: '{{ postfix__tables }}'
"""
MAIL_DEFAULTS = """\
---
postfix__hostname: 'mail.example.com'
postfix__level: 'may'
postfix__submission: True
postfix__tables: [{tables}]
"""
PAGE = """\
.. _{role}__{part}:

The {part} of {role}
====================

What the variable ``{role}__{part}_configuration`` holds is merged into one file, in the order of
the names.  Each entry may have a ``state``: ``present``, ``absent`` or ``ignore``.
"""


def write(folder: Path) -> None:
    """Write the repository."""
    (folder / ".git").mkdir(parents=True)
    for number in range(ROLES - MAIL_ROLES):
        _role(folder / f"roles/role{number}", f"role{number}", number)
    for number in range(MAIL_ROLES):
        _mail_role(folder / f"roles/mail{number}", f"mail{number}", number)
    for number in range(PAGES):
        page = PAGE.format(role=f"role{number % ROLES}", part=f"part{number}") * 2 * TIMES
        _file(folder / f"docs/role{number % ROLES}/part{number}.rst", page)


def read(folder: str) -> None:
    """Read every byte of the repository."""
    for path in Path(folder).rglob("*"):
        if path.is_file():
            path.read_bytes()


def _role(folder: Path, role: str, number: int) -> None:
    for part in range(TEMPLATES - number % 2):
        names = {"role": role, "part": f"part{part}", "port": str(1024 + number)}
        name = "main" if not part else f"part{part}"
        _file(folder / f"tasks/{name}.yml", "---\n" + TASKS.format(**names) * TIMES)
        defaults = "".join(DEFAULTS.format(**{**names, "number": one}) for one in range(TIMES))
        _file(folder / f"defaults/main/{part:02}_part.yml", "---\n" + defaults)
        template = TEMPLATE.format(**names) * TIMES
        _file(folder / f"templates/etc/{role}/part{part}.conf.j2", template)


def _mail_role(folder: Path, role: str, number: int) -> None:
    _role(folder, role, number)
    tables = [f"table{table}" for table in range(MAIL_TEMPLATES - 2)]
    _file(folder / "tasks/main.yml", MAIL_TASKS)
    _file(folder / "defaults/main/mail.yml", MAIL_DEFAULTS.format(tables=", ".join(tables)))
    main_cf = inputs.MAIN_CF.replace("mail.example.com", "{{ postfix__hostname }}")
    main_cf = main_cf.replace("level = may", "level = {{ postfix__level }}")
    _file(folder / "templates/etc/postfix/main.cf.j2", main_cf)
    _file(folder / "templates/etc/postfix/master.cf.j2", _open(inputs.MASTER_CF))
    for table in tables:
        text = "{% for name in postfix__tables %}\n{{ name }} OK\n{% endfor %}\n"
        _file(folder / f"templates/etc/postfix/{table}.j2", text)


def _open(master_cf: str) -> str:
    first, submission, rest = master_cf.partition("submission inet")
    return f"{first}{{% if postfix__submission %}}\n{submission}{rest}{{% endif %}}\n"


def _file(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
