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
      - Without this and without O(content), the places where the programs themselves look are
        taken, as far as they are there. It is a warning if none is.
    type: list
    elements: path
  content:
    description:
      - A configuration to check instead of files, for instance what a template renders to.
      - It reaches the node as a temporary file, as M(ansible.builtin.copy) does it.
    type: str
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
      - Without this, C(.mailwarden.yml) in the folder of the playbook, or in a folder above it up
        to the root of the repository, and else the default policy.
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
      - A finding of confidence C(possible) fails the task only in the profile V(strict).
      - Unless this is V(never), the task fails too if a file could not be read or parsed.
    type: str
    choices: [error, warning, note, undecided, never]
    default: error
  src:
    description:
      - Where O(content) lies on the managed node. Set by the action plugin; not to be given.
    type: path
attributes:
  check_mode:
    support: full
    description: Never changes anything, so a run in check mode is the same run.
  diff_mode:
    support: none
    description: Changes nothing, so there is no difference to show.
  platform:
    support: full
    platforms: posix
    description: Runs wherever Python 3.8 does.
  action:
    support: full
    description: The policy and O(content) are read on the controller.
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
  returned: always
  type: int
  sample: 1
tool:
  description: What made the report.
  returned: always
  type: dict
  sample: {"name": "mailwarden", "version": "0.1.0"}
endpoints:
  description:
    - Every mail endpoint that the configurations define, with the settings that made it so.
    - A field is null only if its name is in C(undecided) or in C(not_applicable).
  returned: always
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
  returned: always
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
unread:
  description: The files that could not be read, each with the reason.
  returned: always
  type: list
  elements: dict
  sample: [{"path": "/etc/msmtprc", "reason": "permission denied"}]
summary:
  description: How many files, endpoints, findings of each severity, and things undecided.
  returned: always
  type: dict
  sample: {"files": 2, "endpoints": 3, "errors": 0, "warnings": 0, "notes": 0, "undecided": 0,
           "unread": 0, "suppressed": 0}
"""

import os
import time
from typing import Any, Sequence

from ansible.module_utils.basic import AnsibleModule

# Before the engine, which it loads.
from ..module_utils import once  # noqa: F401  # pylint: disable=unused-import

# isort: split
from ..module_utils import engine, formats, host, policy, report
from ..module_utils.errors import MailwardenError
from ..module_utils.finding import Report
from ..module_utils.source import HostSource, Source
from ..module_utils.version import VERSION

# The rules that say of a file that it is among the unread.
NOT_READ = ("syntax-error", "unreadable")
# What a report calls a text that is no file.
CONTENT = "content"


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
                "default": "error",
            },
            "src": {"type": "path"},
        },
        mutually_exclusive=[("paths", "content", "src")],
        required_by={"content": "format", "src": "format"},
        supports_check_mode=True,
    )
    try:
        checked_by = the_policy(module.params["policy"], module.params["profile"])
        checked = check(module, checked_by)
    except MailwardenError as error:
        module.fail_json(msg=str(error))
    data = report.as_data(checked, VERSION)
    strict = checked_by.profile == "strict"
    said = failures(data, module.params["fail_on"], possible=strict)
    if said:
        module.fail_json(msg="\n".join(said), changed=False, **data)
    module.exit_json(changed=False, **data)


def check(module: AnsibleModule, judged_by: policy.Policy) -> Report:
    """Run the engine on what the parameters name.

    Raises ``MailwardenError`` for parameters that are wrong.
    """
    source, paths, unread, said = subject(module, judged_by)
    names = {name_of_format(path, judged_by, said) for path in paths} - {""}
    options = engine.Options(
        formats=said,
        programs=host.versions(sorted(names), lambda command: output(module, command)),
        today=time.strftime("%Y-%m-%d"),
    )
    checked = engine.check(source, judged_by, paths, options)
    checked.unread.extend(unread)
    return checked


def the_policy(given: Any, profile: str | None) -> policy.Policy:
    """The policy that the action plugin handed over."""
    if not given:
        # Spares the node the tables that policies are checked by.
        return policy.Policy.default(profile or "default")
    if not isinstance(given, dict):
        raise MailwardenError("policy: a path is read by the action plugin, which did not run")
    return policy.load(given, profile)


def name_of_format(path: str, judged_by: policy.Policy, said: dict[str, str]) -> str:
    """The format that a path is read as; empty where there is none."""
    kind = said.get(path) or judged_by.format_of(path)
    if kind:
        return kind.partition("/")[0]
    known = formats.recognise(path)
    return known[0] if known else ""


def check_format(kind: str) -> None:
    """Raise ``MailwardenError`` for a format, or a file of it, that there is not."""
    name, slash, role = kind.partition("/")
    roles = {one[2] for one in formats.FILES if one[1] == name}
    if name not in formats.names() or (slash and role not in roles):
        known = sorted({"{}/{}".format(*one[1:]) for one in formats.FILES} | set(formats.names()))
        raise MailwardenError("format: {} is not among {}".format(kind, ", ".join(known)))


def subject(
    module: AnsibleModule, judged_by: policy.Policy
) -> tuple[Source, list[str], list[Any], dict[str, str]]:
    """What to check: the source, the files, what can not be looked into, the formats said."""
    params = module.params
    kind = params["format"] or ""
    if kind:
        check_format(kind)
    if params["content"] is not None or params["src"] is not None:
        data = (
            HostSource().read(params["src"])
            if params["src"] is not None
            else params["content"].encode("utf-8", "surrogateescape")
        )
        return host.ContentSource(CONTENT, data), [CONTENT], [], {CONTENT: kind}
    named = params["paths"]
    if named is None:
        named = host.default_paths()
        if not named:
            module.warn("no mail program's configuration found, so nothing was checked")
    relative = [path for path in named if not os.path.isabs(path)]
    if relative:
        raise MailwardenError("paths: not absolute: {}".format(", ".join(relative)))
    found, unread = host.files(named, lambda path: bool(name_of_format(path, judged_by, {})))
    said = {path: kind for path in found if path in named} if kind else {}
    return HostSource(), found, unread, said


def output(module: AnsibleModule, command: Sequence[str]) -> str | None:
    """What a program of this host prints; nothing where it is not there or fails."""
    program = module.get_bin_path(command[0], opt_dirs=["/usr/sbin", "/usr/local/sbin"])
    if program is None:
        return None
    status, printed, _errors = module.run_command([program, *command[1:]])
    return printed if status == 0 else None


def failures(data: dict[str, Any], fail_on: str, possible: bool) -> list[str]:
    """Why the task fails, a line for each reason; empty where it does not.

    ``possible`` says whether findings count that hold in some alternatives only.
    """
    if fail_on == "never":
        return []
    levels = ["note", "warning", "error"]
    least = levels.index("error" if fail_on == "undecided" else fail_on)
    place = "%(path)s:%(line)s:%(column)s: %(severity)s: %(message)s [%(rule)s]"
    lines, named = [], set()
    for finding in data["findings"]:
        if finding["suppressed"] is not None:
            continue
        if finding["rule"] == "undecided":
            counts = fail_on == "undecided"
        else:
            sure = possible or finding["confidence"] == "certain"
            counts = sure and levels.index(finding["severity"]) >= least
        if counts:
            lines.append(place % finding)
            named.add(finding["path"] if finding["rule"] in NOT_READ else "")
    lines += [
        "{path}: {reason}".format(**one) for one in data["unread"] if one["path"] not in named
    ]
    if fail_on == "undecided" and data["summary"]["undecided"] and not lines:
        # The rule that would name it may be off.
        lines.append(f"{data['summary']['undecided']} undecided")
    return lines


if __name__ == "__main__":
    main()
