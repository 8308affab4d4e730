# ruff: noqa: E501  tables whose rows read better on one line
"""Fixes: what the judge says of an edit, and what is left of the files when all are made."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import engine
from ansible_collections.mailwarden.policy.plugins.module_utils.endpoint import Edit, Fix
from ansible_collections.mailwarden.policy.plugins.module_utils.engine import fixes, trial
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.finding import Finding
from ansible_collections.mailwarden.policy.plugins.module_utils.engine.options import Options
from ansible_collections.mailwarden.policy.plugins.module_utils.policy import Policy
from ansible_collections.mailwarden.policy.plugins.module_utils.source import Source
from ansible_collections.mailwarden.policy.plugins.module_utils.source.memory import MemorySource

MAIN = """\
compatibility_level = 3.6
myhostname = mail.example.com
smtpd_tls_chain_files = /etc/ssl/private/mail.pem
smtpd_tls_security_level = may
smtpd_tls_protocols = >=TLSv1.2
smtpd_tls_mandatory_protocols = >=TLSv1.2
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtp_tls_security_level = may
"""
SMTP = "smtp inet n - n - - smtpd\n"
SUBMISSION = """\
submission inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
"""
SUBMISSIONS = SUBMISSION.replace("submission ", "submissions ").replace(
    "security_level=encrypt", "wrappermode=yes"
)
CLIENT = "smtp unix - - n - - smtp\n"
ALL = SMTP + SUBMISSION + SUBMISSIONS + CLIENT
RELAY = """\
relayhost = [mail.example.net]:587
smtp_sasl_auth_enable = yes
smtp_sasl_password_maps = hash:/etc/postfix/sasl
smtp_sasl_security_options = noanonymous
"""


@dataclass
class Setup:
    """Files, the policy, and the judge of the fixes in them."""

    files: dict[str, str]
    options: Options = field(default_factory=Options)

    @property
    def source(self) -> MemorySource:
        return MemorySource({path: text.encode() for path, text in self.files.items()})

    def judging(self, source: Source, options: Options | None = None) -> trial.Judge:
        rules = Policy.default()
        options = options or self.options
        report = engine.check(source, rules, list(self.files), options)
        return trial.Judge(engine.check, source, rules, list(self.files), options, report)

    def judge(self) -> trial.Judge:
        return self.judging(self.source)


def postfix(main: str, master: str, folder: str = "") -> dict[str, str]:
    return {f"{folder}main.cf": main, f"{folder}master.cf": master}


def of_rule(judge: trial.Judge, rule: str) -> Finding:
    return next(one for one in judge.report.findings if one.rule == rule)


def change(files: dict[str, str], path: str, old: str, new: str) -> Fix:
    """A fix that puts one text in the place of another."""
    start = files[path].index(old)
    return Fix("", True, (Edit(path, start, start + len(old), new),))


WEAK = ALL.replace("encrypt", "may")


@pytest.mark.parametrize(
    ("files", "rule", "path", "old", "new", "objection"),
    [
        pytest.param(postfix(MAIN, WEAK), "cleartext-auth", "master.cf", "level=may", "level=encrypt", "", id="it goes"),
        pytest.param(postfix(MAIN, WEAK), "cleartext-auth", "main.cf", "/mail.pem", "/mx.pem", "still be there", id="it stays"),
        pytest.param(postfix(MAIN, WEAK), "cleartext-auth", "master.cf", "auth_enable=yes", "auth_enable=no", "would bring endpoint-unusable", id="one as bad appears"),
        pytest.param(postfix(MAIN, WEAK), "cleartext-auth", "master.cf", SUBMISSION.replace("encrypt", "may"), "", "would be gone", id="the port vanishes"),
        pytest.param(postfix(MAIN, WEAK), "cleartext-auth", "master.cf", "-o smtpd_tls_security_level=may", "\0", "could not be read", id="no text any more"),
        pytest.param(postfix(MAIN, WEAK), "cleartext-auth", "master.cf", "submission inet n -", "submission inet n x", "could not be read", id="a line is refused"),
        pytest.param(postfix(MAIN, WEAK), "cleartext-auth", "master.cf", "level=may", "level=$LEVEL", "would be open", id="what was known is open"),
        pytest.param(postfix(MAIN + RELAY + "smtp_tls_security_level = none\n", ALL), "starttls-missing", "main.cf", "level = none", "level = encrypt", "", id="a lesser one appears"),
        pytest.param(postfix(MAIN + RELAY + "smtp_tls_security_level = none\n", ALL), "starttls-missing", "main.cf", "level = none", "level = bogus", "would bring endpoint-unusable", id="one as bad in its place"),
        pytest.param(postfix(MAIN, WEAK), "cleartext-auth", "master.cf", "wrappermode=yes", "wrappermode=no", "still be there", id="another is made worse"),
    ],
)  # fmt: skip
def test_what_the_judge_says(
    files: dict[str, str], rule: str, path: str, old: str, new: str, objection: str
) -> None:
    judge = Setup(files).judge()
    finding = of_rule(judge, rule)
    finding.fix = change(files, path, old, new)
    found = judge.objections([finding])[0]
    assert objection in (found.reason if found else "")
    assert bool(found) == bool(objection)


def test_of_two_fixes_the_one_at_fault_is_named() -> None:
    files = postfix(MAIN, WEAK.replace("wrappermode=yes", "wrappermode=no"))
    judge = Setup(files).judge()
    good, bad = of_rule(judge, "cleartext-auth"), of_rule(judge, "implicit-tls-missing")
    good.fix = change(files, "master.cf", "level=may", "level=encrypt")
    bad.fix = change(files, "master.cf", "wrappermode=no", "wrappermode=bogus")
    found = judge.objections([good, bad])
    assert found[0] is None
    assert found[1] is not None
    assert found[1].own


def test_a_rule_that_is_not_selected_objects_too() -> None:
    files = postfix(MAIN, WEAK)
    options = Options(select=("cleartext-auth",))
    judge = Setup(files, options).judge()
    finding = of_rule(judge, "cleartext-auth")
    finding.fix = change(files, "master.cf", "auth_enable=yes", "auth_enable=no")
    found = judge.objections([finding])[0]
    assert found is not None
    assert "endpoint-unusable" in found.reason


OPEN = "relayhost = [mail.example.net]:587\n"


@pytest.mark.parametrize(
    ("files", "unsafe", "changes"),
    [
        pytest.param(postfix(MAIN, ALL), True, [], id="nothing to do"),
        pytest.param(postfix(MAIN, WEAK), False, [("master.cf", "level=may", "level=encrypt")], id="one"),
        pytest.param(postfix(MAIN, WEAK, "a/") | postfix(MAIN, WEAK, "b/"), False, [("a/master.cf", "level=may", "level=encrypt"), ("b/master.cf", "level=may", "level=encrypt")], id="two units"),
        pytest.param(postfix(MAIN, ALL.replace("wrappermode=yes", "wrappermode=no")), False, [], id="unsafe and not wanted"),
        pytest.param(postfix(MAIN, ALL.replace("wrappermode=yes", "wrappermode=no")), True, [("master.cf", "wrappermode=no", "wrappermode=yes")], id="unsafe and wanted"),
        pytest.param(postfix(MAIN.replace("smtp_tls_security_level = may", "smtp_tls_security_level = none") + RELAY, ALL), False, [("main.cf", "smtp_tls_security_level = none", "smtp_tls_security_level = encrypt")], id="a lesser one stays"),
        pytest.param(postfix(MAIN.replace("smtp_tls_security_level = may", "smtp_tls_CAfile = /etc/ssl/ca.pem\nsmtp_tls_security_level = none") + RELAY, ALL), True, [("main.cf", "smtp_tls_security_level = none", "smtp_tls_security_level = secure")], id="the lesser one is mended with it"),
        pytest.param(postfix(MAIN, SMTP + "#submission inet n - n - - smtpd\n" + SUBMISSION.partition("\n")[2]), False, [], id="no option below a commented head"),
        pytest.param(postfix(MAIN, SUBMISSION.replace("  -o smtpd_tls", "# mailwarden: ignore[cleartext-auth, starttls-optional] known\n  -o smtpd_tls").replace("encrypt", "may")), False, [], id="suppressed"),
    ],
)  # fmt: skip
def test_what_is_left_when_the_fixes_are_made(
    files: dict[str, str], unsafe: bool, changes: list[tuple[str, str, str]]
) -> None:
    setup = Setup(files)

    def wanted(finding: Finding) -> bool:
        return finding.fix is not None and (finding.fix.safe or unsafe)

    outcome = fixes.settle(setup.source, setup.judging, wanted, setup.judge())
    expected = dict(files)
    for path, old, new in changes:
        assert old in expected[path]
        expected[path] = expected[path].replace(old, new)
    made = {path: data.decode() for path, data in outcome.files.items()}
    assert {**files, **made} == expected
    again = setup.judging(MemorySource(outcome.files, setup.source))
    assert not [one for one in again.report.findings if one.fix is not None and wanted(one)]


class Counting(MemorySource):
    """Files, and how often each was read."""

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(files)
        self.count: dict[str, int] = {}

    def read(self, path: str) -> bytes:
        self.count[path] = self.count.get(path, 0) + 1
        return super().read(path)


@pytest.mark.parametrize("number", [3, 12])
def test_a_trial_judges_its_own_unit_alone(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    files: dict[str, str] = {}
    for index in range(number):
        files.update(postfix(MAIN + RELAY, WEAK, f"h{index}/"))
    judged: list[int] = []
    check = engine.check

    def counted(source: Source, *rest: object) -> object:
        report = check(source, *rest)  # type: ignore[arg-type]
        judged.append(len(report.units))
        return report

    monkeypatch.setattr(engine, "check", counted)
    judge = Setup(files).judge()
    assert sum(one.fix is not None for one in judge.report.findings) >= number
    # The last is the run itself, which ends after the trials that it makes.
    assert judged[-1] == number
    assert set(judged[:-1]) == {1}
    assert len(judged[:-1]) <= 3 * number


def test_a_trial_judges_what_a_join_ties_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    files = postfix(MAIN, WEAK, "a/") | postfix(MAIN, ALL, "b/")
    files["c/msmtprc"] = "account default\nhost mail.example.com\nport 587\ntls on\n"
    report = Setup(files).judge().report
    from ansible_collections.mailwarden.policy.plugins.module_utils.engine.ties import tied

    names = [[report.units[number].unit.name for number in group] for group in tied(report)]
    assert names == [["a/main.cf", "b/main.cf", "c/msmtprc"]]
    files["b/main.cf"] = MAIN.replace("mail.example.com", "mx.example.org")
    report = Setup(files).judge().report
    names = [[report.units[number].unit.name for number in group] for group in tied(report)]
    assert names == [["a/main.cf", "c/msmtprc"], ["b/main.cf"]]


def test_of_many_fixes_each_is_judged_by_what_is_near_it() -> None:
    """A fix at fault among many is the one that is refused, in a number of trials of its own."""
    listeners = [SUBMISSION.replace("submission ", f"10.0.0.{n}:587 ") for n in range(1, 9)]
    files = postfix(MAIN, "".join(listeners).replace("encrypt", "may"))
    judge = Setup(files).judge()
    findings = [one for one in judge.report.findings if one.rule == "cleartext-auth"]
    assert len(findings) == len(listeners)
    start = files["master.cf"].index("auth_enable=yes")
    findings[0].fix = Fix("", True, (Edit("master.cf", start, start + 15, "auth_enable=no"),))
    found = judge.objections(findings)
    assert found[0] is not None
    assert (found[0].own, found[0].brings) == (True, True)
    assert found[1:] == [None] * (len(listeners) - 1)
