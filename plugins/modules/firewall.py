#!/usr/bin/python
# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Makes the host's firewall match its mail server: parameters in, a plan, one transaction."""

from __future__ import annotations

DOCUMENTATION = r"""
module: firewall
short_description: Open exactly the mail ports that are really served and really safe
version_added: 0.1.0
author:
  - The Mailwarden developers (@mailwarden)
description:
  - Takes the report of M(mailwarden.policy.check) and makes the firewall of the same host match it.
    Every mail port that is served to the network is reachable, every mail port that is not served
    is not, and what is served but not safe is handled as O(unsafe) says.
  - Mail ports are 24, 25, 110, 143, 465, 587, 993, 995, 2000, 2525, 4190, and the ports of the
    report's servers. No other port, no policy of a chain and no rule of anybody else is touched.
  - What is not served is dropped in a table of its own, C(inet mailwarden). What is served is
    accepted there and in every chain that filters what comes in, directly before the point where
    that chain drops. Rules of its own in the chains of others carry the comment C(mailwarden).
  - Closes nothing while it is blind. With a file that was not read, a server of which it is not
    known where it listens, no endpoint at all, or a socket on a mail port that no endpoint
    explains, it fails before any change; see O(unknown).
  - A change is planned, checked by C(nft -c), and made in one transaction.
  - Needs Python 3.8 and C(nft) on the managed node, and root. It is tried with nft 1.0.6 and 1.1.3.
extends_documentation_fragment:
  - ansible.builtin.action_common_attributes
  - ansible.builtin.action_common_attributes.flow
options:
  report:
    description:
      - What M(mailwarden.policy.check) returned on this host. Give that one C(fail_on=never), so
        that what it finds reaches this module.
      - Required for O(state=present).
    type: dict
  state:
    description:
      - V(present) makes the firewall match the report.
      - V(absent) takes away every rule, table and file of this module, and leaves the rest.
      - V(confirmed) says that the host can still be reached, and calls off the rollback
        O(rollback_id). Make this call over a new connection.
    type: str
    choices: [present, absent, confirmed]
    default: present
  backend:
    description:
      - What filters on this host. V(auto) finds it.
      - Only V(nftables) is supported yet; the others are refused by name, whether asked for or
        found.
    type: str
    choices: [auto, nftables, iptables, firewalld, ufw]
    default: auto
  unsafe:
    description:
      - What to do with a mail server that is served but not safe. That is one with a finding of
        severity V(error) which is not suppressed, or with something undecided about its TLS or
        authentication.
      - V(fail) fails before any change and names it, so that mail which is in use is not cut off by
        a default. V(close) makes its port unreachable, with a warning that names port, program and
        reasons. V(open) makes it reachable.
    type: str
    choices: [fail, close, open]
    default: fail
  unknown:
    description:
      - What to do while something is not known. V(fail) fails before any change and names it.
      - V(keep) leaves the ports that it is about as they are. Where no port can be named, as with a
        file that was not read, every mail port stays as it is unless the report says that it is
        served.
    type: str
    choices: [fail, keep]
    default: fail
  sources:
    description:
      - The networks from which ports may be reached. A port that no entry is about may be reached
        from everywhere.
    type: list
    elements: dict
    default: []
    suboptions:
      networks:
        description:
          - IPv4 and IPv6 networks or addresses. With networks of one family alone, the ports are
            closed to the other.
        type: list
        elements: str
        required: true
      ports:
        description:
          - The ports that this entry is about. Without it, every mail port that no other entry
            names.
          - A port may be in one entry only. An empty list is refused. A port that is none of the
            host's mail ports has no effect, and is warned about.
        type: list
        elements: int
  outgoing_25:
    description:
      - Whether programs of this host may dial port 25 of other hosts, which is the port between
        servers and none for clients.
      - V(close) refuses that, and fails before any change where a client of the report dials port
        25, or may. Connections of the host to itself stay as they are. While a file was not read,
        O(unknown=keep) leaves this as it is.
    type: str
    choices: [open, close]
    default: open
  rollback:
    description:
      - Seconds after which the node restores by itself what was before, unless
        O(state=confirmed) calls that off. V(0) for never.
      - Until it is confirmed a change is not made to outlive a reboot.
    type: int
    default: 0
  rollback_id:
    description:
      - The RV(rollback.id) of the run that is confirmed.
    type: str
  persistent:
    description:
      - Whether the rules come back after a reboot, and after C(systemctl reload nftables).
      - For that a small program with what was decided is kept in C(/var/lib/mailwarden/firewall).
        The unit C(mailwarden-firewall.service) runs it after C(nftables.service), and it plans
        anew for the chains that it finds. C(/etc/nftables.conf) is neither read nor changed.
      - Where there is no systemd, RV(boot_commands) have to be run after the firewall is loaded;
        the module warns about it.
    type: bool
    default: true
attributes:
  check_mode:
    support: full
    description: Plans, has C(nft) check the plan, and changes nothing.
  diff_mode:
    support: full
    description: Shows the module's own rules, chain by chain, and its files.
  platform:
    support: full
    platforms: linux
    description: Runs on Linux with nftables.
  action:
    support: none
    description: There is no part on the controller.
  async:
    support: none
    description: A run takes less than a second.
  bypass_host_loop:
    support: none
    description: Runs for each host.
seealso:
  - module: mailwarden.policy.check
"""

EXAMPLES = r"""
- name: Look at the mail programs of this host
  mailwarden.policy.check:
    fail_on: never
  register: mail

- name: Open what is served and safe, close every other mail port
  mailwarden.policy.firewall:
    report: "{{ mail }}"

- name: Let only the office read mail, and only the relay in front deliver it
  mailwarden.policy.firewall:
    report: "{{ mail }}"
    sources:
      - networks: [192.0.2.0/24, "2001:db8:1::/48"]
      - networks: [198.51.100.25]
        ports: [25]

- name: Change the firewall, to be undone after a minute unless the host can still be reached
  mailwarden.policy.firewall:
    report: "{{ mail }}"
    rollback: 60
  register: firewall

- name: Connect anew
  ansible.builtin.meta: reset_connection

- name: The host can still be reached
  mailwarden.policy.firewall:
    state: confirmed
    rollback_id: "{{ firewall.rollback.id }}"
  when: firewall.rollback is not none

- name: Leave the firewall as it was found
  mailwarden.policy.firewall:
    state: absent
"""

RETURN = r"""
backend:
  description: What filters on this host.
  returned: success
  type: str
  sample: nftables
opened:
  description:
    - What can be reached now, an entry for each endpoint. C(address) is empty for any address of
      the host, C(sources) for any peer.
  returned: when O(state=present)
  type: list
  elements: dict
  sample:
    - port: 587
      protocol: submission
      family: any
      address: ""
      sources: []
      endpoint: "postfix:submission/inet"
      path: /etc/postfix/master.cf
      line: 17
      reason: served, and nothing is wrong with it
closed:
  description: The mail ports that cannot be reached from the network, each with the reason.
  returned: when O(state=present)
  type: list
  elements: dict
  sample: [{"port": 143, "reason": "not served"}]
unsafe:
  description:
    - What is served but not safe, an entry for each endpoint, with the reasons and what was done.
      An entry that was opened is in RV(opened) too.
  returned: when O(state=present)
  type: list
  elements: dict
  sample:
    - port: 110
      protocol: pop3
      family: any
      address: ""
      endpoint: "dovecot:pop3-login/pop3"
      path: /etc/dovecot/dovecot.conf
      line: 4
      reasons:
        - "/etc/dovecot/dovecot.conf:9: passwords may cross the network in clear [cleartext-auth]"
      action: close
unknown:
  description:
    - What is not known, with its place where there is one. C(ports) is what was left as it is
      because of it; empty means every mail port that the report does not serve.
  returned: when O(state=present)
  type: list
  elements: dict
  sample:
    - ports: [143]
      path: ""
      line: 0
      reason: dovecot (process 812) listens on 0.0.0.0:143, which no endpoint explains
kept:
  description:
    - The mail ports that were left alone, each with the reason. What the module's own rules say of
      them stays as it was.
  returned: when O(state=present)
  type: list
  elements: dict
  sample:
    - port: 2525
      program: python3
      reason: python3 (process 900) listens on 0.0.0.0:2525, and is no mail server
blocked:
  description:
    - Rules of others that drop some of what is opened. They are left alone, with a warning.
  returned: when O(state=present)
  type: list
  elements: dict
  sample: [{"chain": "inet filter input", "rule": "tcp dport 587 drop", "ports": [587]}]
chains:
  description: The chains of others that filter, and what the accepting rules stand before there.
  returned: when O(state=present)
  type: list
  elements: dict
  sample: [{"chain": "inet filter input", "before": "reject"}]
rollback:
  description: The rollback that is armed, or null.
  returned: unless an option is wrong
  type: dict
  contains:
    id:
      description: What O(rollback_id) has to be to confirm the change.
      returned: where one is armed
      type: str
    seconds:
      description: After how many seconds the node restores what was before.
      returned: where one is armed
      type: int
  sample: {"id": "5f0c1d2e", "seconds": 60}
boot_commands:
  description: The commands that bring the rules back after a boot, in their order.
  returned: when O(state=present) and O(persistent=true)
  type: list
  elements: list
  sample:
    - [/usr/sbin/nft, -f, /var/lib/mailwarden/firewall/closing.nft]
    - [/usr/bin/python3, /var/lib/mailwarden/firewall/firewall.pyz, boot]
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ..module_utils.errors import MailwardenError
from ..module_utils.firewall import decide, run
from ..module_utils.firewall.nft import Nft

PARAMETERS: dict[str, Any] = {
    "report": {"type": "dict"},
    "state": {
        "type": "str",
        "choices": ["present", "absent", "confirmed"],
        "default": "present",
    },
    "backend": {
        "type": "str",
        "choices": ["auto", "nftables", "iptables", "firewalld", "ufw"],
        "default": "auto",
    },
    "unsafe": {"type": "str", "choices": ["fail", "close", "open"], "default": "fail"},
    "unknown": {"type": "str", "choices": ["fail", "keep"], "default": "fail"},
    "sources": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {
            "networks": {"type": "list", "elements": "str", "required": True},
            "ports": {"type": "list", "elements": "int"},
        },
    },
    "outgoing_25": {"type": "str", "choices": ["open", "close"], "default": "open"},
    "rollback": {"type": "int", "default": 0},
    "rollback_id": {"type": "str"},
    "persistent": {"type": "bool", "default": True},
}
# What Ansible shows by itself.
SHOWN = ("diff", "warnings")


def main() -> None:
    """Run as a module."""
    module = AnsibleModule(
        argument_spec=PARAMETERS,
        required_if=[
            ("state", "present", ["report"]),
            ("state", "confirmed", ["rollback_id"]),
        ],
        supports_check_mode=True,
    )
    try:
        result = made(module)
    except run.Refused as refused:
        module.fail_json(msg=str(refused), changed=False, rollback=None, **refused.data)
    except (MailwardenError, OSError) as error:
        module.fail_json(msg=str(error), changed=False, rollback=None)
    for warning in result["warnings"]:
        module.warn(warning)
    shown = {"diff": result["diff"]} if module._diff else {}
    rest = {name: value for name, value in result.items() if name not in SHOWN}
    module.exit_json(backend="nftables", **rest, **shown)


def made(module: AnsibleModule) -> dict[str, Any]:
    """Do what the parameters say, and return what there is to return."""
    params = module.params
    if params["rollback"] < 0:
        raise MailwardenError("rollback: {rollback} seconds are less than none".format(**params))
    settings = run.Settings(
        check_mode=module.check_mode,
        backend=params["backend"],
        rollback=params["rollback"],
        persistent=params["persistent"],
    )
    if params["state"] == "confirmed":
        return run.confirmed(params["rollback_id"], settings)
    program = module.get_bin_path("nft", opt_dirs=["/usr/sbin", "/sbin"])
    if program is None:
        raise MailwardenError("nft is not here; install nftables")
    if params["state"] == "absent":
        return run.absent(Nft(program), settings)
    return run.present(Nft(program), params["report"], options(params), settings)


def options(params: dict[str, Any]) -> decide.Options:
    """What the caller asks for."""
    return decide.Options(
        unsafe=params["unsafe"],
        unknown=params["unknown"],
        sources=decide.Sources(params["sources"]),
        outgoing=params["outgoing_25"],
    )


if __name__ == "__main__":
    main()
