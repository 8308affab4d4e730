# ruff: noqa: E501  tables whose rows read better on one line
"""A repository of roles by somebody who wishes us ill: nothing of it is run, sent or looked up.

What the command does is what the kernel was asked: ``strace`` sees programs that are started,
files that are opened, sockets.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests import golden
from tests.unit.mailwarden.test_hostile import measured

pytestmark = pytest.mark.integration

SECONDS, MEGABYTES = 30.0, 200
CALLS = "execve,execveat,open,openat,openat2,connect,socket,fork,vfork,kill,unlink,unlinkat,rename"
# Stands for a folder beside the repository.
SIGN = "@OUTSIDE@"
ROLE = "roles/mail/"
LAY = "- template: {src: main.cf.j2, dest: /etc/postfix/main.cf}\n"
# Each leaves a mark beside the repository where something of it is run.
RUN = "#!/bin/sh\necho run >> @OUTSIDE@/ran\necho '{}'\n"
PLUGIN = "open('@OUTSIDE@/ran', 'a').write('imported')\n"
LOOKUPS = """\
# {{ lookup('pipe', 'touch @OUTSIDE@/ran') }}
# {{ lookup('file', '@OUTSIDE@/secret') }} {{ lookup('env', 'HOME') }}
# {{ lookup('url', 'http://127.0.0.1:9/') }} {{ lookup('evil') }} {{ query('evil') }}
# {{ 'x' | evil }} {{ 'x' is evil }} {{ '@OUTSIDE@/secret' | realpath }}
# {{ '@OUTSIDE@/secret' is exists }} {{ 'localhost' | dns }}
# {{ ''.__class__.__mro__[1].__subclasses__() }} {{ cycler.__init__.__globals__.os.system('x') }}
# {% include '../../../../outside/secret' %}{% include '@OUTSIDE@/secret' %}
smtpd_tls_security_level = {{ lookup('pipe', 'touch @OUTSIDE@/ran') }}
"""
TREE = {
    "ansible.cfg": "[defaults]\nvault_password_file = ./vault.sh\nlibrary = ./library\n"
    "filter_plugins = ./filter_plugins\naction_plugins = ./action_plugins\n"
    "inventory = ./inventory/hosts.sh\ncallback_plugins = ./callback_plugins\n",
    "vault.sh": RUN,
    "inventory/hosts.sh": RUN,
    "hosts": RUN,
    "library/template.py": PLUGIN,
    "action_plugins/template.py": PLUGIN,
    "filter_plugins/evil.py": PLUGIN,
    "test_plugins/evil.py": PLUGIN,
    "lookup_plugins/evil.py": PLUGIN,
    "callback_plugins/evil.py": PLUGIN,
    "mailwarden.py": PLUGIN,
    "yaml.py": PLUGIN,
    "jinja2/__init__.py": PLUGIN,
    "sitecustomize.py": PLUGIN,
    ".git/HEAD": "ref: refs/heads/main\n",
    ".git/config": "[core]\n\tfsmonitor = @OUTSIDE@/run.sh\n\thooksPath = @OUTSIDE@\n"
    "\tsshCommand = @OUTSIDE@/run.sh\n\teditor = @OUTSIDE@/run.sh\n",
    ".git/hooks/post-checkout": RUN,
    "site.yml": "- hosts: all\n  vars_files: ['@OUTSIDE@/secret.yml']\n  roles: [mail, again, leads]\n",
    "group_vars/all.yml": "secret: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  3030\n",
    ROLE + "library/postconf.py": PLUGIN,
    ROLE + "defaults/main.yml": "from_pipe: \"{{ lookup('pipe', 'touch @OUTSIDE@/ran') }}\"\n",
    ROLE + "templates/main.cf.j2": LOOKUPS,
    ROLE + "tasks/main.yml": LAY
    + "- include_vars: @OUTSIDE@/secret.yml\n- include_vars: {dir: @OUTSIDE@}\n"
    "- include_tasks: @OUTSIDE@/tasks.yml\n- import_tasks: ../../../../outside/tasks.yml\n"
    "- include_role: {name: @OUTSIDE@/role}\n"
    "- shell: touch @OUTSIDE@/ran; postconf -e 'smtpd_tls_security_level = may'\n"
    "- command: postconf -e \"relayhost = {{ lookup('pipe', 'touch @OUTSIDE@/ran') }}\"\n"
    "- copy: {src: '@OUTSIDE@/secret', dest: /etc/postfix/secret.cf}\n"
    "- copy: {src: linked, dest: /etc/postfix/}\n"
    "- template: {src: linked.j2, dest: /etc/postfix/master.cf}\n"
    "- script: run.sh\n  delegate_to: localhost\n"
    "- evil: {x: 1}\n  loop: \"{{ query('pipe', 'touch @OUTSIDE@/ran') }}\"\n",
    "roles/again/tasks/main.yml": LAY + "- include_role: {name: once_more}\n",
    "roles/again/meta/main.yml": "dependencies: [again, once_more]\n",
    "roles/once_more/tasks/main.yml": "- include_role: {name: again}\n- import_tasks: main.yml\n# postfix\n",
    "roles/once_more/meta/main.yml": "dependencies: [again]\n",
    "roles/leads/tasks/main.yml": "- include_tasks: more.yml\n  loop: [1, 2, 3]\n# postfix\n",
    "roles/leads/tasks/more.yml": "- include_tasks: more.yml\n  loop: [1, 2, 3]\n",
}  # fmt: skip
# Links, by what they lead to.
LINKS = {
    ROLE + "templates/linked.j2": "@OUTSIDE@/secret",
    ROLE + "files/linked": "@OUTSIDE@",
    ROLE + "vars/main.yml": "@OUTSIDE@/secret.yml",
    "roles/outside": "@OUTSIDE@/role",
    "host_vars": "@OUTSIDE@",
}
OUTSIDE = {
    "secret": "smtpd_tls_security_level = none # hunter2\n",
    "secret.yml": "from_pipe: hunter2\n",
    "tasks.yml": LAY,
    "run.sh": RUN,
    "role/tasks/main.yml": LAY,
    "role/templates/main.cf.j2": "smtpd_tls_security_level = none # hunter2\n",
}


def write(folder: Path, files: Mapping[str, str], outside: Path) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace(SIGN, str(outside)))
        path.chmod(0o755)


@pytest.mark.needs_command("strace")
@pytest.mark.parametrize("arguments", ["lint .", "lint --diff .", "endpoints ."])
def test_nothing_is_run_opened_or_sent(tmp_path: Path, arguments: str) -> None:
    root, outside = tmp_path / "inside", tmp_path / "outside"
    write(root, TREE, outside)
    write(outside, OUTSIDE, outside)
    for name, target in LINKS.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).symlink_to(target.replace(SIGN, str(outside)))
    trace = tmp_path / "trace"
    # As the command's own script does, which looks for nothing in the current folder.
    start = tmp_path / "start.py"
    start.write_text("from mailwarden.cli import main\nraise SystemExit(main())\n")
    command = [sys.executable, str(start), *arguments.split()]
    done = subprocess.run(
        [
            "strace",
            "-f",
            "-qq",
            "--seccomp-bpf",
            "-y",
            "-e",
            f"trace={CALLS}",
            "-o",
            str(trace),
            *command,
        ],
        cwd=root,
        env=golden.environment() | {"HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    said = done.stdout.decode()
    asked = [line.split(maxsplit=1)[1] for line in trace.read_text().splitlines()]
    assert done.returncode in (0, 1, 2, 4), said
    assert "Traceback" not in said
    assert "hunter2" not in said
    # Its own start, and nothing else.
    assert len([line for line in asked if line.startswith("execve")]) == 1
    assert not [
        line for line in asked if re.match("(socket|connect|v?fork|kill|unlink|rename)", line)
    ]
    opened = [line for line in asked if line.startswith("open")]
    assert [line for line in opened if ROLE + "tasks/main.yml" in line or "main.cf.j2" in line]
    assert not [line for line in opened if str(outside) in line and "ENOENT" not in line]
    written = [line for line in opened if re.search("O_WRONLY|O_RDWR|O_CREAT", line)]
    assert not [line for line in written if "/dev/null" not in line]
    assert not (outside / "ran").exists()


BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)
DOUBLING = "".join(f"v{n}: '{{{{ v{n - 1} }}}}{{{{ v{n - 1} }}}}'\n" for n in range(1, 60))
LINE = "- lineinfile: {path: /etc/postfix/main.cf, regexp: '^x =', line: 'x = y'}\n"
MANY = 3000
# Each the files of a role that costs without end where somebody does as it says.
COSTLY = {
    "a loop of 10^9": {"tasks/main.yml": LINE + "  loop: '{{ range(1000000000) | list }}'\n"},
    "a loop in loops": {
        "tasks/main.yml": "- include_tasks: a.yml\n  loop: '{{ range(1000) | list }}'\n# postfix\n",
        "tasks/a.yml": "- include_tasks: b.yml\n  loop: '{{ range(1000) | list }}'\n",
        "tasks/b.yml": LINE + "  loop: '{{ range(1000) | list }}'\n",
    },
    "a template's loop": {
        "tasks/main.yml": LAY,
        "templates/main.cf.j2": "{% for a in range(1000000000) %}{{ a }}{% endfor %}",
    },
    "loops of a template in loops": {
        "tasks/main.yml": LAY,
        "templates/main.cf.j2": "{% for a in range(9999) %}" * 6 + "x" + "{% endfor %}" * 6,
    },
    "a text times a number": {
        "tasks/main.yml": LAY,
        "templates/main.cf.j2": "{{ 'x' * 10000000000 }}{{ '%999999999d' % 1 }}{{ 9 ** 9 ** 9 }}",
    },
    "a text that doubles": {
        "tasks/main.yml": LAY,
        "templates/main.cf.j2": "{% set ns = namespace(t='x') %}{% for a in range(99) %}"
        "{% set ns.t = ns.t ~ ns.t %}{% endfor %}{{ ns.t }}",
    },
    "variables that double": {
        "defaults/main.yml": "v0: x\n" + DOUBLING,
        "tasks/main.yml": LAY,
        "templates/main.cf.j2": "relayhost = {{ v59 }}\n",
    },
    "variables of themselves": {
        "defaults/main.yml": "a: '{{ b }}'\nb: '{{ a }}{{ a }}'\n",
        "tasks/main.yml": LAY,
        "templates/main.cf.j2": "relayhost = {{ a }}\n",
    },
    "a template of itself": {
        "tasks/main.yml": LAY,
        "templates/main.cf.j2": "{% include 'main.cf.j2' %}{% include 'main.cf.j2' %}\n",
    },
    "a macro of itself": {
        "tasks/main.yml": LAY,
        "templates/main.cf.j2": "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}\n",
    },
    "aliases of defaults": {
        "defaults/main.yml": BOMB,
        "tasks/main.yml": LAY,
        "templates/main.cf.j2": "relayhost = {{ a11 }}\n",
    },
    "aliases of tasks": {"tasks/main.yml": LAY + f"- debug:\n    {BOMB.strip()}\n".replace("\na", "\n    a")},
    "aliases that are looped over": {
        "defaults/main.yml": BOMB,
        "tasks/main.yml": LINE + "  with_items: '{{ a11 | flatten }}'\n",
    },
    "lists nested deeply": {"defaults/main.yml": "a: " + "[" * 5000 + "]" * 5000, "tasks/main.yml": LAY},
    "expressions nested deeply": {
        "tasks/main.yml": LAY,
        "templates/main.cf.j2": "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    },
    "tasks that hang on what nobody knows": {
        "tasks/main.yml": "".join(f"{LINE.replace('x', f'x{n}')}  when: u{n}\n" for n in range(MANY)),
    },
    "the same line, by what nobody knows": {
        "tasks/main.yml": "".join(f"{LINE}  when: u{n}\n" for n in range(MANY)),
    },
    "facts by what nobody knows": {
        "tasks/main.yml": "".join(
            f"- set_fact: {{f: '{{{{ f | default(0) }}}}{n}'}}\n  when: u{n}\n" for n in range(300)
        )
        + LAY,
        "templates/main.cf.j2": "relayhost = {{ f }}\n",
    },
    "a pattern that tries all ways": {
        "files/main.cf": "x" * 40 + "\n",
        "tasks/main.yml": "- copy: {src: main.cf, dest: /etc/postfix/main.cf}\n"
        "- replace: {path: /etc/postfix/main.cf, regexp: '(x+x+)+y', replace: z}\n"
        "- lineinfile: {path: /etc/postfix/main.cf, regexp: '(x|xx|x*)*$y', line: z}\n",
    },
    "a role that depends on itself": {
        "meta/main.yml": "dependencies: [mail, mail, {role: mail, x: '{{ x }}x'}]\n",
        "tasks/main.yml": LINE + "- include_role: {name: mail}\n- import_role: {name: mail}\n",
    },
    "files that include two each": {
        "tasks/main.yml": "- include_tasks: t0.yml\n# postfix\n",
        **{f"tasks/t{n}.yml": f"- include_tasks: t{n + 1}.yml\n" * 2 for n in range(30)},
        "tasks/t30.yml": LINE,
    },
}  # fmt: skip


@pytest.mark.parametrize("files", COSTLY.values(), ids=COSTLY)
def test_it_ends_within_its_limits(tmp_path: Path, files: Mapping[str, str]) -> None:
    root = tmp_path / "inside"
    write(root, {ROLE + path: text for path, text in files.items()}, tmp_path)
    status, told, seconds, megabytes = measured(["lint", "."], root)
    assert status in (0, 1, 2, 4), told
    assert "Traceback" not in told
    assert "internal error" not in told
    assert seconds < SECONDS
    assert megabytes < MEGABYTES
