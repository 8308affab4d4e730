"""What actions make of the files of a host, and what is said of them."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import engine
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import Report
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.options import Options
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.source import Source
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource
from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text

from mailwarden import distributions
from mailwarden.deploy.action import Action, Sequence
from mailwarden.deploy.ground import Ground
from mailwarden.deploy.host import Host
from mailwarden.deploy.mounted import Mounted
from mailwarden.deploy.steps.outcome import Task
from mailwarden.variables.layers import Layers

ROLE = "roles/mail"
TASKS = f"{ROLE}/tasks/main.yml"
MAIN, MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
SSL = "/etc/dovecot/conf.d/10-ssl.conf"
NONE = "compatibility_level = 3.6\nsmtpd_tls_security_level = none\nsmtpd_sasl_auth_enable = yes\n"
INTERFACES = {"path": MAIN, "regexp": "^inet_interfaces", "line": "inet_interfaces = all"}
UNCOMMENTED = {
    "path": MASTER,
    "regexp": "^#submission inet",
    "line": "submission inet n - y - - smtpd",
}


class Does(NamedTuple):
    """One task: its module, its parameters, the questions that it hangs on."""

    module: str
    given: dict[str, str] | None
    questions: tuple[str, ...] = ()


def written(tasks: tuple[Does, ...]) -> str:
    """The file of tasks, a line for each."""
    lines = (
        f"- {one.module}: {' '.join((one.given or {'x': 'unknown'}).values())}" for one in tasks
    )
    return "".join(f"{line.replace(chr(10), ';')}\n" for line in lines)


def actions(tasks: tuple[Does, ...]) -> tuple[Action, ...]:
    """The tasks as they run, each value with its place in the file."""
    whole = Text.of(TASKS, written(tasks))
    found = []
    at = 0
    for number, one in enumerate(tasks):
        end = whole.string.index("\n", at)
        task = Task(f"task {number}", whole.cut(at, end))
        given = None if one.given is None else {
            name: Text.joined(TASKS, [Text(TASKS, value, [(0, *whole.span(at, end))])])
            for name, value in one.given.items()
        }  # fmt: skip
        found.append(Action(task, one.module, given, one.questions, TASKS, (ROLE,), Layers([])))
        at = end + 1
    return tuple(found)


def mounted(
    files: dict[str, str],
    *tasks: Does,
    on: str = "debian-13",
    packages: tuple[str, ...] = ("postfix", "dovecot", "dovecot-core", "dovecot-imapd"),
) -> Mounted:
    """A repository with the host of one role."""

    def plan(source: Source) -> Host:
        distribution = distributions.get(on)
        installed = [name for name in packages if name in distribution.packages]
        host = Host(Ground(distribution, installed), source)
        host.follow(Sequence(ROLE, actions(tasks), {}))
        return host

    every = {TASKS: written(tasks), **{f"{ROLE}/{path}": text for path, text in files.items()}}
    return Mounted(
        MemorySource({path: text.encode() for path, text in every.items()}), {ROLE: plan}
    )


def report(source: Mounted) -> Report:
    """What is said of the host's files."""
    return engine.check(source, Policy.default(), source.host(ROLE).files(), Options())


def said(one: Report) -> set[tuple[str, str, str, int]]:
    """Each finding with how sure it is and where it points."""
    return {
        (finding.rule, finding.confidence, finding.place.path, finding.place.line)
        for finding in one.findings
        if finding.severity in ("error", "warning")
    }


def ports(one: Report) -> dict[int, str | None]:
    """The ports that are served, each with its mode; of an open one nothing."""
    return {
        shown.endpoint.port: None if "tls" in shown.undecided else shown.endpoint.tls
        for _unit, shown in one.endpoints
        if shown.endpoint.side == "server" and shown.endpoint.port is not None
    }


TEMPLATE = f"{ROLE}/templates/main.cf.j2"
LAID = Does("template", {"src": "main.cf.j2", "dest": MAIN})


@pytest.mark.parametrize(
    ("files", "tasks", "on", "served", "findings"),
    [
        pytest.param(
            {"templates/main.cf.j2": NONE},
            (LAID,),
            "debian-13",
            {25: "none"},
            {
                ("cleartext-auth", "likely", TEMPLATE, 3),
                ("relay-starttls-missing", "likely", TEMPLATE, 2),
            },
            id="a template of main.cf alone",
        ),
        pytest.param(
            {},
            (Does("lineinfile", UNCOMMENTED),),
            "debian-13",
            {25: "starttls-optional", 587: "starttls-optional"},
            {
                ("starttls-optional", "likely", TASKS, 1),
                ("submission-auth-optional", "likely", TASKS, 1),
                ("tls-version-weak", "likely", TASKS, 1),
            },
            id="a line of the shipped master.cf",
        ),
        pytest.param(
            {},
            (Does("command", {"_raw_params": "postconf -e smtpd_tls_security_level=none"}),),
            "debian-13",
            {25: "none"},
            {("relay-starttls-missing", "likely", TASKS, 1)},
            id="postconf",
        ),
        pytest.param(
            {},
            (Does("copy", {"dest": MAIN, "content": NONE}),),
            "debian-13",
            {25: "none"},
            {
                ("cleartext-auth", "likely", TASKS, 1),
                ("relay-starttls-missing", "likely", TASKS, 1),
            },
            id="content",
        ),
        pytest.param(
            {"files/main.cf": NONE, "files/master.cf": "smtp inet n - n - - smtpd\n"},
            (
                Does("copy", {"src": "main.cf", "dest": "/etc/postfix/"}),
                Does("copy", {"src": "master.cf", "dest": "/etc/postfix/"}),
            ),
            "debian-13",
            {25: "none"},
            {
                ("cleartext-auth", "certain", f"{ROLE}/files/master.cf", 1),
                ("relay-starttls-missing", "certain", f"{ROLE}/files/main.cf", 2),
            },
            id="both files, which rest on no distribution",
        ),
        pytest.param(
            {"files/postfix/main.cf": NONE},
            (Does("copy", {"src": "postfix/", "dest": "/etc/postfix"}),),
            "debian-13",
            {25: "none"},
            {
                ("cleartext-auth", "likely", f"{ROLE}/files/postfix/main.cf", 3),
                ("relay-starttls-missing", "likely", f"{ROLE}/files/postfix/main.cf", 2),
            },
            id="a folder",
        ),
        pytest.param(
            {},
            (Does("lineinfile", INTERFACES),),
            "rhel-10",
            {25: "starttls-optional"},
            set(),
            id="of another distribution",
        ),
        pytest.param(
            {},
            (Does("lineinfile", {"path": SSL, "regexp": "^ssl =", "line": "ssl = no"}),),
            "debian-12",
            {143: "none"},
            {("endpoint-unusable", "likely", TASKS, 1)},
            id="a part of Dovecot's",
        ),
        pytest.param(
            {"templates/main.cf.j2": NONE},
            (LAID, Does("unarchive", {"src": "x.tar", "dest": "/etc/postfix"})),
            "debian-13",
            {},
            set(),
            id="a folder that anything is unpacked to",
        ),
        pytest.param(
            {"templates/main.cf.j2": NONE},
            (LAID, Does("unarchive", {"src": "x.tar", "dest": "/opt/x"})),
            "debian-13",
            {25: "none"},
            {
                ("cleartext-auth", "likely", TEMPLATE, 3),
                ("relay-starttls-missing", "likely", TEMPLATE, 2),
            },
            id="a folder of nobody's mail",
        ),
        pytest.param(
            {"templates/main.cf.j2": NONE},
            (LAID, Does("lineinfile", UNCOMMENTED, ("whether x is true",))),
            "debian-13",
            {25: "none", 587: "none"},
            {
                ("cleartext-auth", "likely", TEMPLATE, 3),
                ("relay-starttls-missing", "likely", TEMPLATE, 2),
                ("starttls-missing", "possible", TASKS, 2),
                ("submission-auth-optional", "possible", TASKS, 2),
            },
            id="a task under a condition",
        ),
    ],
)  # fmt: skip
def test_what_is_said(
    files: dict[str, str],
    tasks: tuple[Does, ...],
    on: str,
    served: dict[int, str | None],
    findings: set[tuple[str, str, str, int]],
) -> None:
    one = report(mounted(files, *tasks, on=on))
    assert ports(one) == served
    assert said(one) == findings
    assert not one.unread


@pytest.mark.parametrize(
    "task",
    [
        pytest.param(Does("copy", {"src": "/etc/passwd", "dest": MAIN}), id="an absolute source"),
        pytest.param(Does("copy", {"src": "../../../x", "dest": MAIN}), id="a source outside"),
        pytest.param(Does("copy", {"src": "nowhere", "dest": MAIN}), id="a source that is missing"),
        pytest.param(Does("get_url", {"url": "https://x", "dest": MAIN}), id="of the network"),
        pytest.param(Does("some.thing.edit", {"path": MAIN}), id="a module of a stranger"),
        pytest.param(Does("shell", {"cmd": f"echo a >> {MAIN}"}), id="a shell that writes"),
        pytest.param(Does("shell", {"cmd": "postconf -e a=b | tee x"}), id="an edit in a pipe"),
        pytest.param(Does("file", {"path": MAIN, "state": "link", "src": "/x"}), id="a link"),
    ],
)
def test_what_is_not_known_is_open_by_the_task(task: Does) -> None:
    one = report(mounted({}, task))
    assert {*ports(one).values()} <= {None}
    assert "task 0" in " ".join(finding.message for finding in one.findings)


@pytest.mark.parametrize(
    "task",
    [
        pytest.param(Does("stat", {"path": MAIN}), id="asks"),
        pytest.param(Does("file", {"path": MAIN, "mode": "0644"}), id="a mode"),
        pytest.param(Does("command", {"cmd": f"grep x {MAIN}"}), id="a command that reads"),
        pytest.param(Does("command", {"cmd": "postconf -n"}), id="postconf that shows"),
        pytest.param(Does("shell", {"cmd": "postconf -h a | grep b=c"}), id="through a pipe"),
        pytest.param(Does("copy", {"dest": "/srv/x", "content": "x"}), id="another file"),
    ],
)
def test_what_writes_no_mail_file_changes_nothing(task: Does) -> None:
    assert not mounted({}, task).host(ROLE).files()


def test_more_edits_than_can_be_followed_leave_the_file_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mailwarden.deploy.host.CHARACTERS", 2_000)
    edits = [Does("lineinfile", {"path": MAIN, "line": f"a{number} = b"}) for number in range(4)]
    assert set(ports(report(mounted({}, *edits))).values()) <= {None}
