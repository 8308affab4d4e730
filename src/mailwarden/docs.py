"""The pages that are made from what the code says of itself: ``python -m mailwarden.docs``.

``docs/rules/`` comes from the rules' docstrings, the tables in ``docs/policy.md`` and
``docs/formats.md`` from the tables that the engine uses, ``docs/reference/`` from what
``ansible-doc`` shows of modules and roles.  A test holds that the pages are current.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ansible_collections.mailwarden.policy.plugins.module_utils import catalogue, rules
from ansible_collections.mailwarden.policy.plugins.module_utils.policy.check import describe
from ansible_collections.mailwarden.policy.plugins.module_utils.policy.table import KEYS
from ansible_collections.mailwarden.policy.plugins.module_utils.ports import PORTS
from ansible_collections.mailwarden.policy.plugins.module_utils.providers import PROVIDERS
from ansible_collections.mailwarden.policy.plugins.module_utils.rule_table import (
    MANDATORY,
    PRECEDENCE,
    PROFILES,
    RULES,
)

from . import manuals

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ansible_collections.mailwarden.policy.plugins.module_utils.policy.table import Key, Kind
    from ansible_collections.mailwarden.policy.plugins.module_utils.ports import PortRule

MADE = "<!-- made by `python -m mailwarden.docs`; change the rule's docstring instead -->"
SCOPES = {
    "endpoint": "one endpoint at a time",
    "setting": "one setting at a time",
    "run": "all endpoints of a run together",
    "engine": "the run itself",
}


def manual(rule: str) -> str:
    """A rule's manual for a terminal; ``KeyError`` where there is none of that name."""
    return f"{rule}\n\n{_facts(rule)}\n\n{manuals.plain_text(rule)}\n"


def _facts(rule: str) -> str:
    levels = ", ".join(f"{profile}: {RULES[rule].level(profile)}" for profile in PROFILES)
    never = "; cannot be switched off" if rule in MANDATORY else ""
    return f"Level: {levels}{never}."


def page(rule: str) -> str:
    """A rule's page."""
    module, found = rules.load(rule), manuals.of(rule)
    lines = [f"# {rule}", "", MADE, "", found.summary, "", "| | |", "|---|---|"]
    lines += [f"| Level | {_levels(rule)} |"]
    lines += [f"| Looks at | {SCOPES[module.SCOPE]}{_sides(module)} |"]
    lines += [f"| Can be switched off | {'no' if rule in MANDATORY else 'yes'} |", ""]
    lines += manuals.markdown(found)
    return "\n".join(lines).rstrip() + "\n"


def _levels(rule: str) -> str:
    levels = {profile: RULES[rule].level(profile) for profile in PROFILES}
    others = [f"{levels[one]} ({one})" for one in PROFILES[1:] if levels[one] != levels["default"]]
    return ", ".join([levels["default"], *others])


def _sides(module: rules.Rule) -> str:
    return f" ({', '.join(module.SIDES)})" if module.SCOPE == "endpoint" else ""


def index() -> str:
    """The list of all rules."""
    lines = ["# Rules", "", MADE.replace("rule's docstring", "rules' docstrings"), ""]
    lines += ["| rule | default | strict | legacy | fires when |", "|---|---|---|---|---|"]
    for name in rules.names():
        levels = " | ".join(RULES[name].level(profile) for profile in PROFILES)
        lines.append(f"| [`{name}`]({name}.md) | {levels} | {manuals.of(name).summary} |")
    chain = ", ".join(f"`{name}`" for name in PRECEDENCE)
    lines += ["", f"Where several of these speak about one endpoint, the first does: {chain}."]
    return "\n".join(lines) + "\n"


def keys() -> str:
    """The keys of a policy as a table."""
    lines = ["| key | value | default | meaning |", "|---|---|---|---|"]
    lines += [
        f"| `{path}`{'' if key.default is not None or not key.required else ' (required)'} "
        f"| {describe(key.kind)} | {_default(key)} | {key.meaning} |"
        for path, key in _flat("", KEYS)
    ]
    return "\n".join(lines)


def _default(key: Key) -> str:
    if key.default in (None, [], {}):
        return ""
    return f"`{str(key.default).lower() if isinstance(key.default, bool) else key.default}`"


def _flat(prefix: str, table: Sequence[Key]) -> Iterator[tuple[str, Key]]:
    for key in table:
        yield prefix + key.name, key
        # The rules' own levels have pages of their own.
        if key.name != "rules":
            yield from _inner(prefix + key.name, key.kind)


def _inner(path: str, kind: Kind) -> Iterator[tuple[str, Key]]:
    if kind.form == "record":
        yield from _flat(path + ".", kind.keys)
    elif kind.form in ("list", "map") and kind.of is not None:
        yield from _inner(path + ("[]" if kind.form == "list" else ".*"), kind.of)
    elif kind.form == "either":
        for one in kind.kinds:
            yield from _inner(path, one)


def ports() -> str:
    """The port table."""
    lines = ["| port | protocol | TLS modes that are right | who |", "|---|---|---|---|"]
    return "\n".join([*lines, *(_port(rule) for rule in PORTS)])


def _port(rule: PortRule) -> str:
    who = {"both": "both", "server": "servers; a client that submits here is wrong"}
    deprecated = " (deprecated)" if rule.deprecated else ""
    modes = ", ".join(rule.tls)
    return f"| {rule.port}{deprecated} | {rule.protocol} | {modes} | {who.get(rule.who, 'local')} |"


def providers() -> str:
    """What the known providers offer."""
    lines = ["| provider | hosts | offers | others |", "|---|---|---|---|"]
    for name, rows in PROVIDERS.items():
        for row in rows:
            offers = ", ".join(
                f"{protocol} {port} {modes[0]}" for protocol, port, modes in row.offers
            )
            others = "are a mistake" if row.complete else "say nothing"
            lines.append(f"| `{name}` | {', '.join(row.hosts)} | {offers} | {others} |")
    return "\n".join(lines)


def files() -> str:
    """The formats, the files that each is told by, and what their comments can say."""
    lines = ["| format | reads | files (and role) | suppressions |", "|---|---|---|---|"]
    for name, row in catalogue.rows().items():
        told = ", ".join([f"`{pattern}` ({role})" for pattern, role in row.files] + _held(row))
        lines.append(f"| `{name}` | {_reads(row)} | {told} | {_suppressed(row)} |")
    return "\n".join(lines)


def _held(row: catalogue.Row) -> list[str]:
    """The files that are told by what they hold, in words."""
    if not row.content:
        return []
    names = " or ".join(_pattern(pattern) for pattern, _role in row.maybe)
    words = " and ".join(_words(one) for one in row.content)
    signed = f"these if `{row.sign}` stands in them, " if row.sign else ""
    return [f"{signed}{names} with {words} in it"]


def _words(content: str) -> str:
    """A word, or several of which one is enough."""
    several = [f"`{word.strip()}`" for word in content.split("|")]
    return f"one of {', '.join(several)}" if len(several) > 1 else several[0]


def _pattern(pattern: str) -> str:
    """How names end, in words: `*.ini`, `*.env.*`, `env`."""
    return f"`{pattern[1:]}`" if pattern.startswith("/") else f"`*{pattern}`"


def _reads(row: catalogue.Row) -> str:
    versions = f" {' to '.join(row.versions)}" if row.versions else ""
    return f"{row.title}{versions}, {' and '.join(row.sides)}"


def _suppressed(row: catalogue.Row) -> str:
    if not row.comments:
        return "in the policy"
    behind = "or behind the value" if row.trailing_comments else "only"
    signs = " or ".join(f"`{f'{sign} … {row.comment_end}'.rstrip()}`" for sign in row.comments)
    return f"in a line {signs} above {behind}"


PARTS = {"keys": keys, "ports": ports, "providers": providers, "files": files}


def filled(text: str) -> str:
    """A page with its made parts made anew: what stands between ``<!-- keys -->`` and its end."""
    for name, make in PARTS.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        before, found, rest = text.partition(begin)
        if found:
            text = f"{before}{begin}\n{make()}\n\n{end}{rest.partition(end)[2]}"
    return text


def references(root: Path) -> dict[str, str]:
    """The pages about the modules and roles of a checkout, by name."""
    # Here: `mailwarden explain` makes no such page.
    from . import reference

    made = {
        path.stem: reference.module_page(path)
        for path in sorted((root / "plugins/modules").glob("*.py"))
        if path.name != "__init__.py"
    }
    for specs in sorted((root / "roles").glob("*/meta/argument_specs.yml")):
        folder = specs.parents[1]
        made[folder.name] = reference.role_page(folder)
    return made


def pages(docs: Path) -> dict[Path, str]:
    """Every page that is made, and what it has to say."""
    made = {docs / "rules" / f"{name}.md": page(name) for name in rules.names()}
    made[docs / "rules" / "README.md"] = index()
    for partly in (docs / "policy.md", docs / "formats.md"):
        made[partly] = filled(partly.read_text(encoding="utf-8"))
    for name, text in references(docs.resolve().parent).items():
        made[docs / "reference" / f"{name}.md"] = text
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pages to a folder (default: ``docs``); returns the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    made = pages(Path(given[0] if given else "docs"))
    for path, text in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
