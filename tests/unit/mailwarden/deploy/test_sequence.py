"""What a role or a playbook does, in order: a row for each form that facts about tasks name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pytest

from mailwarden.deploy.action import Action
from mailwarden.deploy.sequence import of_playbook, of_role
from mailwarden.render.values import Known, Open
from tests.unit.mailwarden.deploy import played

MAIN = "roles/mail/tasks/main.yml"
FAILS = "? it fails here, and nothing behind it is done"
REGISTERED = "- stat: path=/x\n  register: r\n"


class Row(NamedTuple):
    """Tasks of a role, other files beside it, and what is done."""

    id: str
    tasks: str
    done: list[str]
    files: Mapping[str, str] = {}
    facts: Mapping[str, str] = {}


ARGUMENTS = (
    Row("a mapping", "- copy: {dest: /a, content: x}", ["copy dest=/a content=x"]),
    Row("whole names of modules",
        "- ansible.builtin.copy: {dest: /a}\n- ansible.legacy.copy: {dest: /b}\n"
        "- community.general.ini_file: {path: /c}\n- other.things.copy: {dest: /d}",
        ["copy dest=/a", "copy dest=/b", "ini_file path=/c", "other.things.copy dest=/d"]),
    Row("a line", "- copy: dest=/a content='x = [{{ p }}]:1'", ["copy dest=/a content=x = [25]:1"],
        {"roles/mail/defaults/main.yml": "p: 25"}),
    Row("a line: the first sign of equality splits", "- lineinfile: path=/a line=a=b",
        ["lineinfile path=/a line=a=b"]),
    Row("a line with blanks outside of quotes", "- lineinfile: path=/a line=a = b",
        ["lineinfile path=/a line=a _raw_params== b"]),
    Row("action", "- action: copy dest=/a\n- action: {module: copy, dest: /b}",
        ["copy dest=/a", "copy dest=/b"]),
    Row("args give way", "- copy: dest=/a\n  args: {dest: /b, content: x}",
        ["copy dest=/a content=x"]),
    Row("args that nobody knows", "- copy: {dest: /a}\n  args: '{{ more }}'", ["copy ?"]),
    Row("a line that is one expression", "- copy: '{{ more }}'", ["copy ?"]),
    Row("a command", "- command: postconf -e a=b\n  args: {chdir: /}\n"
        "- shell: echo x > y creates=/z",
        ["command chdir=/ _raw_params=postconf -e a=b", "shell creates=/z _raw_params=echo x > y"]),
    Row("booleans, numbers, lists, nothing",
        "- copy: {a: true, b: yes, c: 1.50, d: [1, x], e: , f: 'yes'}",
        ["copy a=True b=True c=1.5 d=[1, x] f=yes"]),
    Row("default(omit)", "- copy: {dest: /a, mode: '{{ m | default(omit) }}'}", ["copy dest=/a"]),
    Row("module_defaults", "- block:\n  - copy: {dest: /a}\n  module_defaults: {copy: {mode: '1'}}",
        ["copy mode=1 dest=/a"]),
    Row("modules that write no mail file",
        "- apt: name=postfix\n- service: name=postfix\n- debug:\n- user: name=x\n"
        "- copy: {dest: /a}",
        ["copy dest=/a"]),
)  # fmt: skip
LOOPS = (
    Row("loop", "- copy: {dest: '/{{ item }}'}\n  loop: [a, b]", ["copy dest=/a", "copy dest=/b"]),
    Row("loop over a variable", "- copy: {dest: '/{{ item.n }}'}\n  loop: '{{ v }}'",
        ["copy dest=/a", "copy dest=/b"],
        {"roles/mail/defaults/main.yml": "v: [{n: a}, {n: b}]"}),
    Row("with_items is flattened by one level",
        "- copy: {dest: '/{{ item }}'}\n  with_items: [a, [b, c]]",
        ["copy dest=/a", "copy dest=/b", "copy dest=/c"]),
    Row("with_items of one string", "- copy: {dest: '/{{ item }}'}\n  with_items: a",
        ["copy dest=/a"]),
    Row("with_dict", "- copy: {dest: '/{{ item.key }}', content: '{{ item.value }}'}\n"
        "  with_dict: {a: 1, b: 2}", ["copy dest=/a content=1", "copy dest=/b content=2"]),
    Row("dict2items", "- copy: {dest: '/{{ item.key }}'}\n  loop: '{{ d | dict2items }}'",
        ["copy dest=/a"], {"roles/mail/vars/main.yml": "d: {a: 1}"}),
    Row("loop_control", "- copy: {dest: '/{{ x }}', content: '{{ n }}'}\n  loop: [a, b]\n"
        "  loop_control: {loop_var: x, index_var: n}",
        ["copy dest=/a content=0", "copy dest=/b content=1"]),
    Row("an empty list", "- copy: {dest: /a}\n  loop: []", []),
    Row("a list that nobody knows",
        "- lineinfile: {path: /a, line: '{{ item }}'}\n  loop: '{{ r.stdout_lines }}'",
        ["lineinfile path=/a line=<what roles/mail/tasks/main.yml:3 lineinfile goes over>"],
        {MAIN: REGISTERED}),
    Row("when is asked for each item",
        "- copy: {dest: '/{{ item }}'}\n  loop: [a, b]\n  when: item != 'a'", ["copy dest=/b"]),
    Row("with_first_found", "- template: {src: '{{ item }}', dest: /a}\n"
        "  with_first_found: [no.j2, main.cf.j2]", ["template src=templates/main.cf.j2 dest=/a"],
        {"roles/mail/templates/main.cf.j2": "x"}),
    Row("with_fileglob", "- copy: {src: '{{ item }}', dest: '/{{ item | basename }}'}\n"
        "  with_fileglob: [conf.d/*.conf, '{{ role_path }}/templates/a*', no/*, x]",
        ["copy src=files/conf.d/a.conf dest=/a.conf", "copy src=files/conf.d/b.conf dest=/b.conf",
         "copy src=templates/ab dest=/ab", "copy src=files/x dest=/x"],
        {"roles/mail/files/conf.d/a.conf": "x", "roles/mail/files/conf.d/b.conf": "x",
         "roles/mail/files/conf.d/c.txt": "x", "roles/mail/files/conf.d/.d.conf": "x",
         "roles/mail/templates/ab": "x", "roles/mail/templates/b": "x",
         "roles/mail/files/x": "x"}),
    Row("with_fileglob of nobody knows what", "- copy: {src: '{{ item }}', dest: /a}\n"
        "  with_fileglob: '{{ r.stdout }}/*'",
        ["copy src=<what roles/mail/tasks/main.yml:3 copy goes over> dest=/a"], {MAIN: REGISTERED}),
    Row("with_first_found by the system",
        "- include_vars: '{{ item }}'\n  with_first_found:\n  - '{{ ansible_os_family }}.yml'\n"
        "  - default.yml\n- copy: {dest: '{{ d }}'}",
        ["copy dest=/debian"],
        {"roles/mail/vars/Debian.yml": "d: /debian", "roles/mail/vars/default.yml": "d: /x"},
        {"ansible_os_family": "Debian"}),
)  # fmt: skip
CONDITIONS = (
    Row("known", "- copy: {dest: /a}\n  when: v\n- copy: {dest: /b}\n  when: not v",
        ["copy dest=/a"], {"roles/mail/vars/main.yml": "v: true"}),
    Row("open", "- copy: {dest: /a}\n  when: ansible_os_family == 'Debian'",
        ["copy dest=/a if ansible_os_family == 'Debian'"]),
    Row("a fact that is known", "- copy: {dest: /a}\n  when: ansible_os_family == 'Debian'\n"
        "- copy: {dest: /b}\n  when: ansible_facts['os_family'] == 'RedHat'",
        ["copy dest=/a"], {}, {"ansible_os_family": "Debian"}),
    Row("a list means and", "- copy: {dest: /a}\n  when: [true, false]\n"
        "- copy: {dest: /b}\n  when: [r.rc == 0, true]", ["copy dest=/b if r.rc == 0"],
        {MAIN: REGISTERED}),
    Row("inherited from blocks", "- block:\n  - block:\n    - copy: {dest: /a}\n    when: r.a\n"
        "  - copy: {dest: /b}\n  when: r.b", ["copy dest=/a if r.b if r.a", "copy dest=/b if r.b"],
        {MAIN: REGISTERED}),
    Row("a block's variables", "- block:\n  - copy: {dest: '{{ d }}'}\n  vars: {d: /a}\n"
        "- copy: {dest: '{{ d }}'}\n  vars: {d: /b}", ["copy dest=/a", "copy dest=/b"]),
    Row("rescue and always", "- block:\n  - copy: {dest: /a}\n  rescue:\n  - copy: {dest: /b}\n"
        "  always:\n  - copy: {dest: /c}",
        ["copy dest=/a",
         "copy dest=/b if whether a task of roles/mail/tasks/main.yml:1 fails", "copy dest=/c"]),
    Row("a task behind one that may fail",
        "- block:\n  - copy: {dest: /a}\n  - copy: {dest: /b}\n  rescue:\n  - copy: {dest: /c}",
        ["copy dest=/a",
         "copy dest=/b if whether roles/mail/tasks/main.yml:2 does not fail",
         "copy dest=/c if whether a task of roles/mail/tasks/main.yml:1 fails"]),
    Row("rescue where a task is sure to fail, behind one that may",
        "- block:\n  - copy: {dest: /a}\n  - fail:\n  - copy: {dest: /c}\n  rescue:\n"
        "  - copy: {dest: /b}",
        ["copy dest=/a", "copy dest=/b"]),
    Row("rescue where a task is sure to fail",
        "- block:\n  - fail:\n  - copy: {dest: /a}\n  rescue:\n  - copy: {dest: /b}",
        ["copy dest=/b"]),
    Row("a rescue of which no tag is asked for is none",
        "- block:\n  - fail:\n  rescue:\n  - copy: {dest: /b}\n    tags: never\n- copy: {dest: /a}",
        [FAILS]),
    Row("fail", "- copy: {dest: /a}\n- fail: msg=x\n- copy: {dest: /b}", ["copy dest=/a", FAILS]),
    Row("fail that is ignored", "- fail: msg=x\n  ignore_errors: true\n- copy: {dest: /b}",
        ["copy dest=/b"]),
    Row("assert", "- assert: {that: [ansible_os_family == 'RedHat']}\n- copy: {dest: /a}", [FAILS],
        {}, {"ansible_os_family": "Debian"}),
    Row("end_play", "- copy: {dest: /a}\n- meta: end_play\n- copy: {dest: /b}", ["copy dest=/a"]),
    Row("either state", "- lineinfile: {path: /a, state: \"{{ 'present' if r.x else 'absent' }}\"}",
        ["lineinfile path=/a state=<r.x|yes:present|no:absent>"],
        {MAIN: REGISTERED}),
)  # fmt: skip
ELSEWHERE = (
    Row("delegate_to localhost", "- copy: {dest: /a}\n  delegate_to: localhost\n"
        "- local_action: copy dest=/b\n- copy: {dest: /c}\n  connection: local", []),
    Row("delegated to itself", "- copy: {dest: /a}\n  delegate_to: '{{ inventory_hostname }}'",
        ["copy dest=/a"]),
    Row("run_once", "- copy: {dest: /a}\n  run_once: true",
        ["copy dest=/a if whether the host is the first of its play"]),
    Row("tags: never", "- copy: {dest: /a}\n  tags: [never]\n- copy: {dest: /b}\n  tags: x, never\n"
        "- copy: {dest: /c}\n  tags: [never, always]", ["copy dest=/c"]),
    Row("check_mode", "- copy: {dest: /a}\n  check_mode: true", []),
)  # fmt: skip
INCLUDED = (
    Row("tasks", "- include_tasks: a.yml\n- import_tasks: in/b.yml\n- include: c.yml",
        ["copy dest=/a", "copy dest=/b", "copy dest=/d", "copy dest=/c"],
        {"roles/mail/tasks/a.yml": "- copy: {dest: /a}",
         "roles/mail/tasks/in/b.yml": "- copy: {dest: /b}\n- import_tasks: d.yml",
         "roles/mail/tasks/in/d.yml": "- copy: {dest: /d}",
         "roles/mail/tasks/c.yml": "- copy: {dest: /c}"}),
    Row("variables of an include",
        "- include_tasks: a.yml\n  vars: {d: /a}\n- include: a.yml d=/b\n- include_tasks: a.yml\n"
        "  loop: [/c]\n  loop_control: {loop_var: d}",
        ["copy dest=/a", "copy dest=/b", "copy dest=/c"],
        {"roles/mail/tasks/a.yml": "- copy: {dest: '{{ d }}'}"}),
    Row("an include's own variables win over those of the file's, for its condition and its loop",
        "- include_tasks: a.yml\n  vars: {go: true, v: [/x]}\n",
        ["copy dest=/b"],
        {"roles/mail/tasks/a.yml":
            "- include_tasks: b.yml\n  vars: {go: false}\n  when: go\n"
            "- include_tasks: b.yml\n  vars: {v: [/b]}\n  loop: '{{ v }}'\n",
         "roles/mail/tasks/b.yml": "- copy: {dest: '{{ item }}'}"}),
    Row("when of an import is asked of each task",
        "- import_tasks: a.yml\n  when: go\n", [],
        {"roles/mail/tasks/a.yml": "- set_fact: {go: false}\n- copy: {dest: /a}",
         "roles/mail/defaults/main.yml": "go: true"}),
    Row("when of an include is asked once",
        "- include_tasks: a.yml\n  when: go\n", ["copy dest=/a"],
        {"roles/mail/tasks/a.yml": "- set_fact: {go: 0}\n- copy: {dest: /a}",
         "roles/mail/defaults/main.yml": "go: true"}),
    Row("a file by the system", "- include_tasks: '{{ ansible_os_family }}.yml'",
        ["copy dest=/a if ansible_os_family == 'Debian'",
         "copy dest=/b if ansible_os_family == 'RedHat'"],
        {"roles/mail/tasks/Debian.yml": "- copy: {dest: /a}",
         "roles/mail/tasks/RedHat.yml": "- copy: {dest: /b}"}),
    Row("a file that nobody knows", "- include_tasks: '{{ x.y }}'\n- copy: {dest: /a}",
        ["? {{ x.y }} is not in the repository, or not known",
         "copy dest=/a"]),
    Row("a file of the role's folder", "- include_tasks: '{{ role_path }}/tasks/a.yml'",
        ["copy dest=/a"], {"roles/mail/tasks/a.yml": "- copy: {dest: /a}"}),
    Row("a role", "- include_role: {name: other}\n- import_role: {name: other, tasks_from: more}",
        ["copy dest=/o", "copy dest=/more"],
        {"roles/other/tasks/main.yml": "- copy: {dest: '{{ o }}'}",
         "roles/other/tasks/more.yml": "- copy: {dest: /more}",
         "roles/other/defaults/main.yml": "o: /o"}),
    Row("a role that is not there", "- include_role: {name: other}\n- copy: {dest: /a}",
        ["? the role other is not in the repository",
         "copy dest=/a"]),
    Row("a role that is not there and not done",
        "- include_role: {name: other}\n  when: false\n- copy: {dest: /a}", ["copy dest=/a"]),
    Row("defaults_from and vars_from",
        "- include_role: {name: other, defaults_from: b, vars_from: c}", ["copy dest=/b/c"],
        {"roles/other/tasks/main.yml": "- copy: {dest: '{{ b }}{{ c }}'}",
         "roles/other/defaults/b.yml": "b: /b", "roles/other/vars/c.yml": "c: /c"}),
    Row("a role imported shows its variables, before it as well",
        "- copy: {dest: '{{ o }}'}\n- import_role: {name: other}", ["copy dest=/o"],
        {"roles/other/vars/main.yml": "o: /o"}),
    Row("a role included keeps them", "- include_role: {name: other}\n- copy: {dest: '{{ o }}'}",
        ["copy dest=<o>"], {"roles/other/vars/main.yml": "o: /o"}),
    Row("dependencies come first, once", "- copy: {dest: /a}",
        ["copy dest=/one", "copy dest=/two", "copy dest=/a"],
        {"roles/mail/meta/main.yml": "dependencies: [one, {role: two}, one]",
         "roles/one/tasks/main.yml": "- copy: {dest: /one}",
         "roles/two/meta/main.yml": "dependencies: [one]",
         "roles/two/tasks/main.yml": "- copy: {dest: /two}"}),
    Row("allow_duplicates", "- copy: {dest: /a}", ["copy dest=/one", "copy dest=/one",
        "copy dest=/a"],
        {"roles/mail/meta/main.yml": "dependencies: [one, one]",
         "roles/one/meta/main.yml": "allow_duplicates: true",
         "roles/one/tasks/main.yml": "- copy: {dest: /one}"}),
    Row("a file that includes itself", "- include_tasks: main.yml",
        ["? roles/mail/tasks/main.yml: files are included more than 32 deep"]),
    Row("a file that is no list of tasks", "- include_tasks: a.yml\n- copy: {dest: /a}",
        ["? roles/mail/tasks/a.yml:1:1: holds no list of tasks", "copy dest=/a"],
        {"roles/mail/tasks/a.yml": "a: 1"}),
)  # fmt: skip
VARIABLES = (
    Row("set_fact beats vars of a task", "- set_fact: {d: /a}\n- copy: {dest: '{{ d }}'}\n"
        "  vars: {d: /b}", ["copy dest=/a"]),
    Row("set_fact of what a variable is by then",
        "- set_fact: {d: '/{{ v }}'}\n- set_fact: {v: b}\n- copy: {dest: '{{ d }}'}",
        ["copy dest=/a"], {"roles/mail/vars/main.yml": "v: a"}),
    Row("set_fact in a loop", "- set_fact: {d: '{{ d }}{{ item }}'}\n  loop: [a, b]\n"
        "- copy: {dest: '{{ d }}'}", ["copy dest=/ab"], {"roles/mail/vars/main.yml": "d: /"}),
    Row("set_fact of what is not known",
        "- set_fact: {d: '{{ r.x }}'}\n- copy: {dest: '{{ d }}'}",
        ["copy dest=<d behind roles/mail/tasks/main.yml:3 set_fact>"],
        {MAIN: REGISTERED, "roles/mail/vars/main.yml": "d: /a"}),
    Row("set_fact of a word that some versions take for a boolean",
        "- set_fact: {d: \"{{ 'yes' }}\"}\n- copy: {dest: '{{ d }}'}", ["copy dest=<d>"]),
    Row("set_fact of mappings together, of which one value is not known",
        "- set_fact: {m: \"{{ one | combine(m, recursive=True) }}\"}\n"
        "- copy: {dest: '/{{ item.key }}', content: '{{ item.value }}'}\n  with_dict: '{{ m }}'",
        ["copy dest=/a content=no", "copy dest=/b content=x-<r>", "copy dest=/c content=1"],
        {"roles/mail/defaults/main.yml": "m: {c: 1}\none: {a: 'no', b: 'x-{{ r }}'}"}),
    Row("mappings together, of which both may have what is below a key",
        "- copy: {dest: '/{{ item.key }}'}\n"
        "  loop: \"{{ one | combine(m, recursive=True) | dict2items }}\"",
        ["copy dest=/<item>"],
        {"roles/mail/defaults/main.yml": "m: {a: {b: 1}}\none: {a: '{{ r }}'}"}),
    Row("set_fact where it may be skipped",
        "- set_fact: {d: /b}\n  when: r.x\n- copy: {dest: '{{ d }}'}",
        ["copy dest=<d behind roles/mail/tasks/main.yml:3 set_fact>"],
        {MAIN: REGISTERED, "roles/mail/vars/main.yml": "d: /a"}),
    Row("set_fact that is skipped", "- set_fact: {d: /b}\n  when: false\n- copy: {dest: '{{ d }}'}",
        ["copy dest=/a"], {"roles/mail/vars/main.yml": "d: /a"}),
    Row("register", "- stat: path=/x\n  register: d\n- copy: {dest: '{{ d }}'}",
        ["copy dest=<d behind roles/mail/tasks/main.yml:1 stat>"],
        {"roles/mail/vars/main.yml": "d: /a"}),
    Row("register of a task that does nothing here",
        "- apt: name=x\n  register: d\n- copy: {dest: '{{ d }}'}",
        ["copy dest=<d behind roles/mail/tasks/main.yml:1 apt>"],
        {"roles/mail/vars/main.yml": "d: /a"}),
    Row("include_vars", "- include_vars: b.yml\n- copy: {dest: '{{ d }}'}", ["copy dest=/b"],
        {"roles/mail/vars/main.yml": "d: /a", "roles/mail/vars/b.yml": "d: /b"}),
    Row("include_vars under a name", "- include_vars: {file: b.yml, name: n}\n"
        "- copy: {dest: '{{ n.d }}'}", ["copy dest=/b"], {"roles/mail/vars/b.yml": "d: /b"}),
    Row("include_vars of a folder", "- include_vars: {dir: more}\n- copy: {dest: '{{ d }}{{ e }}'}",
        ["copy dest=/b/e"],
        {"roles/mail/vars/more/1.yml": "{d: /a, e: /e}", "roles/mail/vars/more/2.yml": "d: /b"}),
    Row("include_vars by the system, known",
        "- include_vars: '{{ ansible_os_family }}.yml'\n- copy: {dest: '{{ d }}'}",
        ["copy dest=/b"],
        {"roles/mail/vars/Debian.yml": "d: /b", "roles/mail/vars/RedHat.yml": "d: /c"},
        {"ansible_os_family": "Debian"}),
    Row("include_vars by the system, open",
        "- include_vars: '{{ ansible_os_family }}.yml'\n- copy: {dest: '{{ d }}{{ e }}'}",
        ["copy dest=<d>/e"],
        {"roles/mail/vars/Debian.yml": "d: /b", "roles/mail/vars/RedHat.yml": "d: /c",
         "roles/mail/vars/main.yml": "{d: /a, e: /e}"}),
    Row("include_vars of the first file that is found",
        "- include_vars: \"{{ lookup('first_found', params) }}\"\n  vars:\n    params:\n"
        "      files: ['{{ ansible_distribution }}.yml', '{{ ansible_os_family }}.yml', main.yml]\n"
        "      paths: ['{{ role_path }}/vars']\n- copy: {dest: '{{ d }}'}",
        ["copy dest=/b"],
        {"roles/mail/vars/Debian.yml": "d: /b", "roles/mail/vars/main.yml": "d: /c"},
        {"ansible_os_family": "Debian", "ansible_distribution": "Ubuntu"}),
    Row("include_vars of a name that is open in two parts, and fits no file",
        "- include_vars: \"{{ lookup('first_found', names) }}\"\n  vars:\n    names:\n"
        "    - 'vars/{{ ansible_distribution }}-{{ ansible_service_mgr }}-{{ x.y }}.yml'\n"
        "    - vars/default.yml\n- copy: {dest: '{{ d }}'}",
        ["copy dest=/b"],
        {"roles/mail/vars/default.yml": "d: /b", "roles/mail/vars/Debian.yml": "d: /c"},
        {"ansible_distribution": "Debian"}),
    Row("include_vars of a file that is not there, which does nothing",
        "- include_vars: '{{ ansible_distribution }}9.yml'\n  failed_when: false\n"
        "- copy: {dest: '{{ d }}'}", ["copy dest=/b"],
        {"roles/mail/vars/main.yml": "d: /b", "roles/mail/vars/x.yml": "d: /c"},
        {"ansible_distribution": "Debian"}),
    Row("a template of the first file that is found",
        "- template: {src: \"{{ lookup('first_found', names) }}\", dest: /a}",
        ["template src=templates/main_redhat.j2 dest=/a"],
        {"roles/mail/templates/main_redhat.j2": "x", "roles/mail/templates/main_suse.j2": "x",
         "roles/mail/vars/main.yml":
            "systems: [rhel_9, '{{ ansible_os_family | lower }}', default]\n"
            "names:\n  files: \"{{ systems | map('regex_replace', '^', 'main_')"
            " | map('regex_replace', '$', '.j2') | list }}\"\n  paths: [templates]\n"},
        {"ansible_os_family": "RedHat"}),
    Row("a template of the first file, of which one may be there",
        "- template: {src: \"{{ lookup('first_found', ['templates/' ~ k ~ '.j2', 'templates/b.j2'])"
        " }}\", dest: /a}", ["template src=templates/b.j2 dest=/a"],
        {"roles/mail/templates/b.j2": "x", "roles/mail/vars/main.yml": "k: a"}),
    Row("include_vars that nobody knows", "- include_vars: '{{ x.y }}'\n- copy: {dest: '{{ d }}'}",
        ["copy dest=<d in roles/mail/tasks/main.yml:1 include_vars>"],
        {"roles/mail/vars/main.yml": "d: /a"}),
    Row("a default that a group sets", "- copy: {dest: '{{ d }}'}", ["copy dest=<d>"],
        {"roles/mail/defaults/main.yml": "d: /a", "group_vars/all.yml": "d: /b"}),
    Row("a variable of the role over a group's", "- copy: {dest: '{{ d }}'}", ["copy dest=/a"],
        {"roles/mail/vars/main.yml": "d: /a", "group_vars/all.yml": "d: /b"}),
    Row("a default that a play sets", "- copy: {dest: '{{ d }}'}", ["copy dest=<d>"],
        {"roles/mail/defaults/main.yml": "d: /a", "site.yml": "- hosts: all\n  vars: {d: /b}"}),
)  # fmt: skip
HANDLERS = (
    Row("a handler that is notified", "- copy: {dest: /a}\n  notify: write\n- copy: {dest: /b}",
        ["copy dest=/a", "copy dest=/b",
         "copy dest=/h if whether roles/mail/handlers/main.yml:1 write is notified"],
        {"roles/mail/handlers/main.yml": "- name: write\n  copy: {dest: /h}\n"
         "- name: other\n  copy: {dest: /i}"}),
    Row("a handler of a file that is imported", "- copy: {dest: /a}\n  notify: write",
        ["copy dest=/a",
         "copy dest=/h if whether roles/mail/handlers/more.yml:1 write is notified"],
        {"roles/mail/handlers/main.yml": "- import_tasks: more.yml",
         "roles/mail/handlers/more.yml": "- name: write\n  copy: {dest: /h}"}),
    Row("flush_handlers and listen",
        "- copy: {dest: /a}\n  notify: [topic]\n- meta: flush_handlers\n- copy: {dest: /b}",
        ["copy dest=/a", "copy dest=/h if whether roles/mail/handlers/main.yml:1 write is notified",
         "copy dest=/b"],
        {"roles/mail/handlers/main.yml": "- name: write\n  listen: topic\n  copy: {dest: /h}"}),
)  # fmt: skip
EVERY = (
    *ARGUMENTS, *LOOPS, *CONDITIONS, *ELSEWHERE, *INCLUDED, *VARIABLES, *HANDLERS,
)  # fmt: skip


@pytest.mark.parametrize("row", EVERY, ids=lambda row: row.id)
def test_what_a_role_does(row: Row) -> None:
    files = {**row.files, MAIN: row.files.get(MAIN, "") + row.tasks}
    assert played.role(files, **row.facts) == row.done


class Site(NamedTuple):
    """A playbook, other files, and what each of its sequences does, by its name."""

    id: str
    playbook: str
    done: dict[str, list[str]]
    files: Mapping[str, str] = {}


COPY = "- copy: {{dest: {}}}"
SITES = (
    Site("sections in their order",
         "- hosts: mail\n  post_tasks: [{copy: {dest: /4}}]\n  tasks: [{copy: {dest: /3}}]\n"
         "  roles: [two]\n  pre_tasks: [{copy: {dest: /1}}]\n",
         {"site.yml: mail": ["copy dest=/1", "copy dest=/2", "copy dest=/3", "copy dest=/4"]},
         {"roles/two/tasks/main.yml": COPY.format("/2")}),
    Site("handlers between the sections",
         "- hosts: mail\n  pre_tasks: [{copy: {dest: /1}, notify: h}]\n"
         "  tasks: [{copy: {dest: /2}}]\n  handlers: [{name: h, copy: {dest: /h}}]\n",
         {"site.yml: mail": ["copy dest=/1", "copy dest=/h if whether site.yml:4 h is notified",
                             "copy dest=/2"]}),
    Site("plays for the same hosts, and for all",
         "- hosts: all\n  tasks: [{copy: {dest: /1}}, {set_fact: {f: x}}]\n"
         "- hosts: mail\n  tasks: [{copy: {dest: '/2{{ f }}'}}]\n"
         "- hosts: web\n  tasks: [{copy: {dest: /3}}]\n"
         "- hosts: [mail]\n  tasks: [{copy: {dest: /4}}]\n",
         {"site.yml: mail": ["copy dest=/1", "copy dest=/2x", "copy dest=/4"],
          "site.yml: web": ["copy dest=/1", "copy dest=/3"]}),
    Site("localhost is itself",
         "- hosts: localhost\n  connection: local\n  tasks:\n  - local_action: copy dest=/1\n"
         "  - {copy: {dest: /2}, run_once: true}\n- hosts: all\n  tasks: [{copy: {dest: /3}}]\n",
         {"site.yml: localhost": ["copy dest=/1", "copy dest=/2"]}),
    Site("import_playbook",
         "- import_playbook: in/other.yml\n  when: r is defined\n  vars: {d: /1}",
         {"site.yml: mail": ["copy dest=/1"]},
         {"in/other.yml": "- hosts: mail\n  vars: {d: /2, r: 1}\n"
                          "  tasks: [{copy: {dest: '{{ d }}'}}]\n"}),
    Site("variables of a play",
         "- hosts: mail\n  vars: {a: /a}\n  vars_files: [b.yml, [no.yml, c.yml]]\n"
         "  vars_prompt: [{name: p}]\n  tasks: [{copy: {dest: '{{ a }}{{ b }}{{ c }}{{ p }}'}}]",
         {"site.yml: mail": ["copy dest=/a/b/c<p>"]},
         {"b.yml": "b: /b", "vars/c.yml": "c: /c"}),
    Site("host_vars beside the playbook",
         "- hosts: mail\n  vars: {b: /b}\n  tasks: [{copy: {dest: '{{ a }}{{ b }}'}}]",
         {"site.yml: mail": ["copy dest=<a>/b"]},
         {"group_vars/all.yml": "a: /a", "host_vars/h1.yml": "{a: /c, b: /d}"}),
    Site("group_vars beside the playbook",
         "- hosts: mail\n  tasks: [{copy: {dest: '{{ a }}{{ b }}'}}]",
         {"site.yml: mail": ["copy dest=/a/b"]},
         {"group_vars/all.yml": "a: /a", "group_vars/mail.yml": "b: /b"}),
    Site("who wins",
         "- hosts: mail\n  vars: {v: play, w: play}\n  roles:\n  - {role: r, vars: {w: entry}}\n"
         "  - {role: s, v: parameter}\n",
         {"site.yml: mail": ["copy dest=play content=entry", "copy dest=parameter content=fact"]},
         {"roles/r/defaults/main.yml": "{v: default, w: default}",
          "roles/r/vars/main.yml": "w: vars",
          "roles/r/tasks/main.yml": "- copy: {dest: '{{ v }}', content: '{{ w }}'}\n"
                                    "- set_fact: {v: fact, w: fact}",
          "roles/s/tasks/main.yml": "- copy: {dest: '{{ v }}', content: '{{ w }}'}"}),
    Site("parameters of a role win over the variables of what it includes",
         "- hosts: mail\n  roles: [{role: r, v: parameter}]\n",
         {"site.yml: mail": ["copy dest=parameter", "copy dest=parameter"]},
         {"roles/r/tasks/main.yml": "- include_role: {name: s}\n  vars: {v: x}\n"
                                    "- import_role: {name: s}\n  vars: {v: x}\n",
          "roles/s/tasks/main.yml": "- copy: {dest: '{{ v }}'}"}),
    Site("when and tags of a role's entry",
         "- hosts: mail\n  roles:\n  - {role: r, when: false}\n  - {role: r, tags: never}\n"
         "  - {role: r, when: true}\n  - r\n  - r\n",
         {"site.yml: mail": ["copy dest=/r", "copy dest=/r"]},
         {"roles/r/tasks/main.yml": COPY.format("/r")}),
    Site("of a role that is done once what it imports is done again",
         "- hosts: mail\n  roles: [r, r]\n",
         {"site.yml: mail": ["copy dest=/s", "copy dest=/r", "copy dest=/s"]},
         {"roles/r/tasks/main.yml": "- import_role: {name: s}\n- copy: {dest: /r}",
          "roles/s/tasks/main.yml": COPY.format("/s")}),
    Site("a role of which every task was skipped is not done",
         "- hosts: mail\n  roles: [{role: r, when: false}, s]\n"
         "  tasks: [{import_role: {name: r}, when: false}, {include_role: {name: r}}]\n",
         {"site.yml: mail": ["copy dest=/s", "copy dest=/r"]},
         {"roles/r/meta/main.yml": "dependencies: [s]",
          "roles/r/tasks/main.yml": COPY.format("/r"),
          "roles/s/tasks/main.yml": COPY.format("/s")}),
    Site("a role is done where a task ran that writes nothing",
         "- hosts: mail\n  vars: {go: false}\n  roles: [s, {role: r, vars: {go: true}}]\n",
         {"site.yml: mail": ["copy dest=/r"]},
         {"roles/r/meta/main.yml": "dependencies: [s]",
          "roles/r/tasks/main.yml": COPY.format("/r"),
          "roles/s/tasks/main.yml": "- debug:\n- copy: {dest: /s}\n  when: go\n"}),
    Site("a role of which a task may have run is perhaps done again",
         "- hosts: mail\n  roles: [{role: r, when: x.y}, s, s]\n",
         {"site.yml: mail": ["copy dest=/s if x.y", "copy dest=/r if x.y",
                             "copy dest=/s if whether no task of roles/s has run before"]},
         {"roles/r/meta/main.yml": "dependencies: [s]",
          "roles/r/tasks/main.yml": COPY.format("/r"),
          "roles/s/tasks/main.yml": COPY.format("/s")}),
    Site("roles elsewhere",
         "- hosts: mail\n  roles: [configured, ns.name.collected]\n",
         {"site.yml: mail": ["copy dest=/1", "copy dest=/2"]},
         {"ansible.cfg": "[defaults]\nroles_path = ~/.ansible/roles:./shared\n",
          "shared/configured/tasks/main.yml": COPY.format("/1"),
          "collections/ansible_collections/ns/name/roles/collected/tasks/main.yml":
              COPY.format("/2")}),
    Site("a role that is not there",
         "- hosts: mail\n  roles: [gone]\n  tasks: [{copy: {dest: /1}}]",
         {"site.yml: mail": ["? the role gone is not in the repository",
                             "copy dest=/1"]}),
)  # fmt: skip


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.id)
def test_what_a_playbook_does(site: Site) -> None:
    project = played.project({"site.yml": site.playbook, **site.files})
    done = {one.name: played.lines(one) for one in of_playbook(project, "site.yml")}
    assert done == site.done


def test_what_is_not_followed_is_supplied_to_set_nothing_that_others_set() -> None:
    files = {
        MAIN: "- include_role: {name: gone}\n- copy: {dest: /a}\n",
        "roles/mail/vars/main.yml": "d: /a",
    }
    _gone, action = of_role(played.project(files), "roles/mail").actions
    assert isinstance(action, Action)
    known = action.variables.get("d")
    assert isinstance(known, Known)
    assert known.supplied == f"what is done at {MAIN}:1, which is not followed, does not set d"
    assert isinstance(action.variables.get("e"), Open)
