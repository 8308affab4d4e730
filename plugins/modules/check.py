#!/usr/bin/python
# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Checks mail configurations where they are: parameters in, the engine, a report out."""

from __future__ import annotations

DOCUMENTATION = r"""
module: check
short_description: Check the TLS mode of every mail port that a host's configuration defines
version_added: 0.1.0
author:
  - The Mailwarden developers (@mailwarden)
description:
  - Reads configurations of mail servers and mail clients on the managed node, works out for each
    mail endpoint what a peer would see on the wire, and judges that against a policy.
  - Returns the report that C(mailwarden lint --format json) prints, and fails with the findings.
  - Never changes anything, opens no connection, and never opens private keys or password maps.
  - Needs Python 3.8 on the managed node and nothing else.
extends_documentation_fragment:
  - ansible.builtin.action_common_attributes
  - ansible.builtin.action_common_attributes.flow
options:
  paths:
    description:
      - Files and folders on the managed node, as absolute paths.
      - Of a folder, the files with the names of mail configurations are read. A file that is named
        here is always read, and it is an error if no format recognises it.
      - Links to folders in a folder are not followed; of one that leads elsewhere there is a
        warning.
      - The versions of the programs decide what settings mean. For O(content), and for files below
        C(/etc) and in the user's home, the programs of the host are asked, which goes before
        C(programs) in the policy; it is a warning where the two differ. For files elsewhere, which
        may be a container's, the policy goes first.
      - Without this, O(content) and O(files), the places where the programs themselves look are
        taken, as far as they are there.
    type: list
    elements: path
  content:
    description:
      - A configuration to check instead of files, for instance what a template renders to.
      - O(format) has to say what it is.
      - It reaches the node as a temporary file, as M(ansible.builtin.copy) does it.
    type: str
  files:
    description:
      - Contents by absolute path of the managed node. They are laid over the files of the node, as
        if they were there already, so that configurations that belong together can be checked
        before they are installed, and in check mode what would be installed.
      - Those with the name of a mail configuration are checked, without O(paths) they alone; what
        else they need, such as a file that one includes, is read from the node unless it is here.
      - They reach the node as O(content) does, and are in no log.
    type: dict
  format:
    description:
      - The format of O(content), for instance V(msmtp), and where a format has several files the
        file that it is, for instance V(postfix/master).
      - With O(paths), the format of every file that is named there. Files of a folder are told by
        their names.
    type: str
  policy:
    description:
      - A policy file on the controller, or the policy itself as a dictionary.
      - A relative path is looked for where M(ansible.builtin.copy) looks for its source.
      - Its paths hold for absolute paths of the host, and by way of its C(roots) for what files of
        the repository have become there.
      - Without this, C(.mailwarden.yml) or C(.mailwarden.yaml) in the folder of the playbook, or in
        a folder above it up to the root of the repository, and else the default policy.
    type: raw
  profile:
    description:
      - The profile to start from. Overrides the profile of the policy.
    type: str
    choices: [default, strict, legacy]
  fail_on:
    description:
      - The least severity that fails the task. V(undecided) also fails where something depends on
        what the files do not say. V(never) only reports.
      - Without this it is V(error), and in the profile V(strict) V(warning), as for the command.
      - A finding of confidence C(possible) fails the task only in the profile V(strict); one that
        is C(certain) or C(likely) always counts.
      - Unless this is V(never), the task fails too if a file could not be read or parsed.
      - Errors and warnings that do not fail the task are warnings of the task, and so is it if
        nothing was checked, since no file opens or dials a port.
    type: str
    choices: [error, warning, note, undecided, never]
  files_src:
    description:
      - Where the contents of O(files) lie on the managed node, by their path. Set by the action
        plugin; not to be given.
    type: dict
  src:
    description:
      - Where O(content) lies on the managed node. Set by the action plugin; not to be given.
    type: path
attributes:
  check_mode:
    support: full
    description:
      - Never changes anything, so a run in check mode is the same run.
      - In check mode the tasks before it have written nothing, so it reads the files that are there
        now. Hand over with O(files) what would be written.
  diff_mode:
    support: none
    description: Changes nothing, so there is no difference to show.
  platform:
    support: full
    platforms: posix
    description: Runs wherever Python 3.8 does.
  action:
    support: full
    description: The policy, O(content) and O(files) are read on the controller.
  async:
    support: none
    description: A check takes less than a second.
  bypass_host_loop:
    support: none
    description: Runs for each host.
"""

EXAMPLES = r"""
- name: Check the mail programs of this host
  mailwarden.policy.check:

- name: Check what is about to be installed, before it is
  mailwarden.policy.check:
    content: "{{ lookup('ansible.builtin.template', 'msmtprc.j2') }}"
    format: msmtp
    profile: strict

- name: Check main.cf and master.cf together before they are installed, in check mode too
  mailwarden.policy.check:
    files:
      /etc/postfix/main.cf: "{{ lookup('ansible.builtin.template', 'main.cf.j2') }}"
      /etc/postfix/master.cf: "{{ lookup('ansible.builtin.template', 'master.cf.j2') }}"

- name: Install them
  ansible.builtin.template:
    src: "{{ item }}.j2"
    dest: "/etc/postfix/{{ item }}"
    mode: "0644"
  loop: [main.cf, master.cf]

- name: Report on the configurations of a container, and go on
  mailwarden.policy.check:
    paths:
      - /srv/mail/postfix
    policy:
      internal:
        networks: [10.0.0.0/8]
    fail_on: never
  register: mail

- name: Show what listens
  ansible.builtin.debug:
    msg: "{{ mail.endpoints | selectattr('side', 'eq', 'server') | map(attribute='port') }}"
"""

RETURN = r"""
schema_version:
  description: The version of the report's form.
  returned: unless an option is wrong
  type: int
  sample: 2
tool:
  description: What made the report.
  returned: unless an option is wrong
  type: dict
  sample: {"name": "mailwarden", "version": "0.1.0"}
endpoints:
  description:
    - Every mail endpoint that the configurations define, with the settings that made it so.
    - A field is null only if its name is in C(undecided) or in C(not_applicable).
  returned: unless an option is wrong
  type: list
  elements: dict
  sample:
    - id: "postfix:submission/inet"
      side: server
      protocol: submission
      port: 587
      tls: starttls-required
      auth: true
      cleartext_auth: false
      path: /etc/postfix/master.cf
      line: 17
findings:
  description: What is wrong, where, and why. Passwords are masked.
  returned: unless an option is wrong
  type: list
  elements: dict
  sample:
    - rule: implicit-tls-missing
      severity: error
      confidence: certain
      message: port 465 expects TLS from the first byte
      path: /etc/postfix/master.cf
      line: 17
      column: 1
further:
  description:
    - What may define more endpoints than are known (a file that is included and cannot be read, a
      variable), of which sides, and the place that says so; whatever level O(policy) gives the
      rule V(undecided).
  returned: unless an option is wrong
  type: list
  elements: dict
  sample:
    - decider: /etc/dovecot/local.conf
      sides: [server, client]
      path: /etc/dovecot/dovecot.conf
      line: 102
      column: 1
unread:
  description: The files that could not be read, each with the reason.
  returned: unless an option is wrong
  type: list
  elements: dict
  sample: [{"path": "/etc/msmtprc", "reason": "permission denied"}]
summary:
  description: How many files, endpoints, findings of each severity, and things undecided.
  returned: unless an option is wrong
  type: dict
  sample: {"files": 2, "endpoints": 3, "errors": 0, "warnings": 0, "notes": 0, "undecided": 0,
           "unread": 0, "suppressed": 0, "checked": true}
"""

from typing import Sequence

from ansible.module_utils.basic import AnsibleModule

# Before the engine, which it loads.
from ..module_utils import once  # noqa: F401  # pylint: disable=unused-import

# isort: split
from ..module_utils import report, task
from ..module_utils.errors import MailwardenError
from ..module_utils.report import counting, utf8
from ..module_utils.version import VERSION


def main() -> None:
    """Run as a module."""
    module = AnsibleModule(
        argument_spec={
            "paths": {"type": "list", "elements": "path"},
            # The action plugin takes it away; a run without it must not log it.
            "content": {"type": "str", "no_log": True},
            "format": {"type": "str"},
            "policy": {"type": "raw"},
            "profile": {"type": "str", "choices": ["default", "strict", "legacy"]},
            "fail_on": {
                "type": "str",
                "choices": ["error", "warning", "note", "undecided", "never"],
            },
            "src": {"type": "path"},
            "files": {"type": "dict", "no_log": True},
            "files_src": {"type": "dict"},
        },
        mutually_exclusive=[("paths", "content", "src"), ("files", "files_src", "content", "src")],
        supports_check_mode=True,
    )
    try:
        judged_by = task.policy(module.params)
        run = task.check(
            module.params,
            judged_by,
            lambda one: output(module, one),
            lambda warning: module.warn(utf8.plain(warning)),
        )
    except MailwardenError as error:
        module.fail_json(msg=utf8.plain(str(error)))
    data = utf8.plain(report.as_data(run, VERSION))
    threshold = counting.threshold_of(judged_by.profile, module.params["fail_on"])
    warnings, failures = task.told(run, module.params, threshold)
    for warning in warnings:
        module.warn(warning)
    if failures:
        module.fail_json(msg="\n".join(failures), changed=False, **data)
    module.exit_json(changed=False, **data)


def output(module: AnsibleModule, command: Sequence[str]) -> str | None:
    """What a program of this host prints; nothing where it is not there or fails."""
    program = module.get_bin_path(command[0], opt_dirs=["/usr/sbin", "/usr/local/sbin"])
    if program is None:
        return None
    status, printed, _errors = module.run_command([program, *command[1:]])
    return printed if status == 0 else None


if __name__ == "__main__":
    main()
