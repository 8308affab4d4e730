"""Which tasks that no host is made of write a mail configuration, without ansible-lint."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from mailwarden import tasks

MAIN = "/etc/postfix/main.cf"
LOCAL = "/etc/dovecot/local.conf"
# The files beside the tasks that are read where they stand.
READ = ("files/main.cf", "files/laptop", "templates/main.cf.j2", "files/dovecot/conf.d/10-ssl.conf")


@pytest.mark.parametrize(
    ("module", "arguments", "speaks"),
    [
        pytest.param("lineinfile", {"path": MAIN, "line": "a = b"}, True, id="lineinfile"),
        pytest.param("ansible.builtin.replace", {"dest": MAIN}, True, id="replace, by its dest"),
        pytest.param("community.general.ini_file", {"path": "/etc/msmtprc"}, True, id="ini_file"),
        pytest.param("lineinfile", {"path": "/etc/hosts"}, False, id="another file"),
        pytest.param("stat", {"path": MAIN}, False, id="a module that only looks"),
        pytest.param("blockinfile", {"path": "{{ d }}/main.cf"}, True, id="in a folder not known"),
        pytest.param("blockinfile", {"path": "{{ file }}"}, False, id="a file not known"),
        pytest.param("copy", {"content": "a = b", "dest": MAIN}, True, id="content"),
        pytest.param("copy", {"src": "main.cf", "dest": MAIN}, False, id="a file that is read"),
        pytest.param("copy", {"src": "main.cf", "dest": "/etc/postfix/"}, False, id="to a folder"),
        pytest.param("copy", {"src": "other/main.cf", "dest": MAIN}, True, id="not there"),
        pytest.param("copy", {"src": "mailhost", "dest": MAIN}, True, id="a file of another name"),
        pytest.param("copy", {"src": "laptop", "dest": MAIN}, False, id="named by the policy"),
        pytest.param(
            "copy", {"src": "/a/main.cf", "dest": MAIN, "remote_src": True}, True, id="of the host"
        ),
        pytest.param("template", {"src": "main.cf.j2", "dest": MAIN}, False, id="named itself"),
        pytest.param("template", {"src": "postfix.j2", "dest": MAIN}, True, id="a template"),
        pytest.param("lineinfile", {"path": "/etc/postfix/{{ f }}"}, True, id="a name not known"),
        pytest.param("replace", {"path": "/etc/postfix/{{ f }}.cf"}, True, id="half a name"),
        pytest.param("replace", {"path": "/etc/postfix/{{ f }}.pem"}, False, id="no name of ours"),
        pytest.param("replace", {"path": "/etc/postfix/x_{{ f }}"}, False, id="nor this"),
        pytest.param("replace", {"path": "/etc/postfix/{{ f }}-{{ g }}.cf"}, False, id="a map"),
        pytest.param(
            "replace", {"path": "/etc/postfix/{% if a %}main{% endif %}.cf"}, True, id="a statement"
        ),
        pytest.param(
            "template", {"src": "x.j2", "dest": "/etc/postfix/{{ i }}"}, True, id="another's name"
        ),
        pytest.param(
            "copy", {"src": "{{ i.a }}", "dest": "/etc/postfix/{{ i.b }}"}, True, id="not kept"
        ),
        pytest.param(
            "copy", {"src": "{{ i }}", "dest": "/etc/dovecot/conf.d/"}, True, id="no name by itself"
        ),
        pytest.param(
            "copy",
            {"src": "{{ i }}", "dest": "/etc/postfix/", "remote_src": True},
            True,
            id="a name of the host",
        ),
        pytest.param("copy", {"src": "gone/main.cf", "dest": "/etc/postfix"}, True, id="the same"),
        pytest.param("copy", {"src": "main.cf", "dest": "/etc/postfix"}, False, id="read, to that"),
        pytest.param(
            "template", {"src": "x.j2", "dest": "/etc/postfix"}, False, id="x.j2, which none reads"
        ),
        pytest.param(
            "copy",
            {"src": "/a.pem", "dest": "/etc/postfix/", "remote_src": True},
            False,
            id="a.pem",
        ),
        pytest.param(
            "get_url", {"url": "https://a/b.pem", "dest": "/etc/postfix/"}, False, id="fetched"
        ),
        pytest.param(
            "get_url", {"url": "https://a/main.cf", "dest": "/etc/postfix/"}, True, id="main.cf"
        ),
        pytest.param("copy", {"src": "d/", "dest": "/etc/dovecot/conf.d"}, True, id="not read"),
        pytest.param("copy", {"src": "d/", "dest": "/etc/dovecot"}, True, id="a part beside"),
        pytest.param("copy", {"src": "gone/", "dest": "/etc/postfix"}, True, id="a folder gone"),
        pytest.param("lineinfile", {"path": LOCAL}, True, id="local.conf"),
        pytest.param("lineinfile", {"path": "/etc/x/local.conf"}, False, id="another's local.conf"),
        pytest.param("copy", {"src": "local.conf", "dest": LOCAL}, True, id="alone"),
        pytest.param("copy", {"content": "", "dest": "/etc/dovecot/{{ f }}"}, True, id="dovecot"),
        pytest.param("replace", {"path": "/etc/dovecot/conf.d/10-{{ f }}"}, True, id="conf.d"),
        pytest.param("replace", {"path": "/etc/dovecot/conf.d/{{ f }}.ext"}, False, id="an .ext"),
        pytest.param("unarchive", {"src": "a.tgz", "dest": "/etc/postfix/"}, True, id="unpacked"),
        pytest.param("unarchive", {"src": "a.tgz", "dest": "/srv/postfix/"}, False, id="elsewhere"),
        pytest.param("copy", {"content": "", "dest": "/etc/pam.d/dovecot"}, False, id="for pam"),
        pytest.param("copy", {"src": "{{ i }}", "dest": "/etc/postfix/tls/"}, False, id="below it"),
        pytest.param("template", {"src": "a", "dest": "/etc/{{ a }}/{{ f }}"}, False, id="of any"),
        pytest.param("command", {"_raw_params": "postconf -e 'a = b'"}, True, id="postconf -e"),
        pytest.param("command", {"argv": ["postconf", "-Me", "a=b"]}, True, id="postconf, argv"),
        pytest.param("command", {"cmd": "postconf smtp_tls_security_level=may"}, True, id="a=b"),
        pytest.param("shell", {"cmd": "x; /usr/sbin/postconf -X a"}, True, id="postconf -X"),
        pytest.param("shell", {"cmd": "postconf \\\n  -e 'a = b'"}, True, id="postconf, continued"),
        pytest.param("shell", {"cmd": "postconf 'a = b'"}, True, id="postconf a = b"),
        pytest.param("shell", {"cmd": "postconf " * 4000}, False, id="postconf, and no end"),
        pytest.param("shell", {"cmd": 'test "$(postconf -h a)" = b'}, False, id="a test of it"),
        pytest.param("shell", {"cmd": 'postconf -c "$(d)" -e a=b'}, True, id="a command within"),
        pytest.param("shell", {"cmd": 'x "$(postconf -e a=b)"'}, True, id="within a command"),
        pytest.param("shell", {"cmd": "postconf -n\na=b"}, False, id="the next line"),
        pytest.param("command", {"cmd": "postconf -h mail_version"}, False, id="postconf shows"),
        pytest.param("shell", {"cmd": "postconf | grep a=b"}, False, id="a pipe behind postconf"),
        pytest.param("command", {"cmd": "postfix reload"}, False, id="another command"),
    ],
)
def test_tasks_that_are_not_read(
    module: str, arguments: Mapping[str, object], speaks: bool
) -> None:
    read = [f"/r/roles/a/{path}" for path in READ]
    assert bool(tasks.unread(module, arguments, "/r/roles/a", read)) is speaks
