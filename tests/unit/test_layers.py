"""Who may know whom, what may be imported, and on which interpreters."""

from __future__ import annotations

import ast
import functools
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.mailwarden.policy.plugins.module_utils import catalogue

from tests.support import interpreters, suites

ROOT = Path(__file__).resolve().parents[2]
ENGINE = "ansible_collections.mailwarden.policy.plugins.module_utils"
MODULE_UTILS = ROOT / "plugins/module_utils"
# Packages of which each module is a part of its own; the first is called like the package.
PARTED = ("text", "policy", "engine", "report", "source", "catalogue")
# What knows nothing but its like.
BASE = (
    "tuples", "patterns", "errors", "text.place", "text", "text.holes", "markup", "text.assume",
    "source", "endpoint", "engine.alternatives", "engine.projection", "text.values", "text.parts",
    "engine.finding", "version", "addresses", "policy.globs", "peers", "ports", "providers",
    "report.form", "rule_table", "policy.table", "policy.roots", "report.utf8", "text.budget",
    "engine.options", "catalogue.endings", "rendering", "left_empty",
)  # fmt: skip
# What each other group knows beyond the base and itself, for types included.
ABOVE: dict[str, tuple[str, ...]] = {
    "once": (),
    "shapes": (),
    "formats": ("shapes",),
    "dialects": ("shapes", "readers"),
    # Names the formats in its loaders, and knows nothing of them.
    "catalogue": (
        "formats",
        "dialects",
        "catalogue.claims",
        "catalogue.of_dialect",
        "catalogue.other_names",
        "catalogue.owners",
    ),
    "catalogue.of_dialect": ("catalogue", "dialects"),
    "catalogue.owners": ("catalogue",),
    "catalogue.other_names": ("catalogue",),
    "catalogue.claims": ("catalogue",),
    "engine.doubtful": ("catalogue",),
    "policy": ("policy.entries", "policy.providers"),
    "policy.given": ("policy", "policy.check", "policy.entries"),
    "policy.check": ("catalogue", "policy.entries"),
    "policy.entries": (),
    "policy.providers": ("policy.entries",),
    "rules": ("policy",),
    "report.counting": ("policy",),
    "report.secrets": (),
    "report.plain": ("report.secrets",),
    "report.misspelt": ("report.secrets",),
    "report.excerpt": ("report.plain", "report.misspelt"),
    "report.lines": ("report.counting", "report.plain", "report.excerpt"),
    "summary": (),
    "engine.edit": (),
    "source.folder": (),
    "source.search": ("catalogue",),
    "source.host": ("catalogue", "source.search"),
    "source.content": ("source.host",),
    "source.memory": (),
    "engine.joins": ("catalogue",),
    "engine.suppress": ("catalogue", "policy", "rules", "engine.nested_lines"),
    "engine.nested_lines": (),
    "engine.blame": ("catalogue", "rules", "engine.confidence"),
    "engine.judge": (
        "engine.blame",
        "policy",
        "rules",
        "engine.suppress",
        "engine.confidence",
        "engine.gathered",
        "engine.undecided",
    ),
    "engine.undecided": (),
    "engine.confidence": (),
    "engine.gathered": ("rules",),
    "report.fingerprint": (),
    "report.causes": ("report.secrets",),
    "report.findings": ("report.causes", "report.fingerprint", "report.secrets", "rules"),
    "report": ("report.causes", "report.counting", "report.findings", "report.secrets"),
    "engine": (
        "catalogue",
        "policy",
        "engine.doubtful",
        "engine.judge",
        "engine.joins",
        "engine.fixes",
        "catalogue.templates",
        "source.placeholders",
        "engine.trial",
    ),
    "catalogue.templates": ("catalogue",),
    "source.placeholders": ("catalogue",),
    "engine.ties": ("engine.joins",),
    "engine.trial": ("source.memory", "policy", "engine.edit", "report.fingerprint", "engine.ties"),
    "engine.definitions": (),
    "engine.fixes": (
        "catalogue",
        "engine.definitions",
        "engine.edit",
        "source.memory",
        "engine.trial",
    ),
    "report.messages": (
        "report.counting",
        "report.excerpt",
        "report.lines",
        "report.plain",
        "summary",
    ),
    "task": (
        "catalogue",
        "catalogue.owners",
        "report.counting",
        "policy",
        "policy.given",
        "engine",
        "source.content",
        "source.host",
        "source.memory",
        "source.search",
        "report.messages",
    ),
}
# The firewall sees no configuration: what it knows comes from a report, which is data.
FIREWALL = ("firewall", "addresses", "errors", "ports", "report.form", "tuples")
# Readers know no program and no file but the one that they are handed.
READERS = (
    "readers", "markup", "text", "text.values", "answers", "text.assume", "endpoint", "patterns",
    "text.place", "text.budget", "tuples", "errors",
)  # fmt: skip
# What a lint of one file without a policy must not load: measured, each costs more than the lint.
HEAVY = (
    "ansible",
    "dataclasses",
    "importlib.metadata",
    "jinja2",
    "jsonschema",
    "logging",
    "ruamel.yaml",
    "subprocess",
    "yaml",
)


def sources(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def dotted(path: Path) -> str:
    """``plugins/module_utils/formats/postfix.py`` as ``formats.postfix``."""
    parts = list(path.relative_to(MODULE_UTILS).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@functools.cache
def nodes(path: Path) -> tuple[ast.Import | ast.ImportFrom | ast.Call, ...]:
    """The statements and calls that these tests ask for; each module is parsed once."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = (ast.Import, ast.ImportFrom, ast.Call)
    return tuple(node for node in ast.walk(tree) if isinstance(node, kinds))


def imports(path: Path) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Yield the level, the module and the names of every import statement, wherever it stands."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from ((0, alias.name, ()) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.level, node.module or "", tuple(alias.name for alias in node.names)


MODULES = {dotted(path): path for path in sources(MODULE_UTILS)}


def known(name: str) -> set[str]:
    """Name the modules of the engine that one of them imports, for types included."""
    path = MODULES[name]
    package = name.split(".") if name else []
    if path.name != "__init__.py":
        package = package[:-1]
    targets = set()
    for level, module, names in imports(path):
        if level == 0:
            continue
        base = package[: len(package) - (level - 1)] + (module.split(".") if module else [])
        for imported in names:
            inner = ".".join([*base, imported])
            targets.add(inner if inner in MODULES else ".".join(base))
    return targets - {name}


def group(name: str) -> str:
    """Say which part of the engine a module belongs to: of some packages each is a part."""
    package = name.partition(".")[0]
    return name if package in PARTED else package


@pytest.mark.parametrize("name", sorted(MODULES))
def test_engine_imports_the_standard_library_alone(name: str) -> None:
    foreign = [
        module
        for level, module, _names in imports(MODULES[name])
        if level == 0 and module.partition(".")[0] not in sys.stdlib_module_names
    ]
    # PyYAML's composer comes with ansible-core; without it YAML is undecided, never an error.
    # typing_extensions is for type checkers alone, as typing is.
    assert set(foreign) <= {"yaml", "typing_extensions"}


@pytest.mark.parametrize("name", sorted(MODULES))
def test_nothing_points_back(name: str) -> None:
    own = group(name)
    if own == "firewall":
        permitted = set(FIREWALL)
    elif own == "readers":
        permitted = set(READERS)
    elif own in BASE:
        permitted = set(BASE)
    else:
        permitted = {own, *BASE, *ABOVE[own]} if own else set()
    assert {group(target) for target in known(name)} <= permitted


def test_nothing_comes_back_to_itself() -> None:
    """But the catalogue, which loads what is in it and which that knows for its own row.

    And a text, which loads its other half where it has holes.
    """
    left_out = {"catalogue", "catalogue.other_names", "formats", "dialects", "text.holes"}
    tops = set(map(group, MODULES)) - left_out
    waiting: dict[str, set[str]] = {top: set() for top in tops}
    for name in MODULES:
        top = group(name)
        if top in tops:
            waiting[top] |= set(map(group, known(name))) & (tops - {top})
    while waiting:
        free = [name for name, targets in waiting.items() if not targets & set(waiting)]
        assert free, f"a circle among {sorted(waiting)}"
        for name in free:
            del waiting[name]


@pytest.mark.parametrize("package", ["catalogue", "rules"])
def test_members_of_a_registry_do_not_know_each_other(package: str) -> None:
    folder = {"catalogue": "formats"}.get(package, package)
    registry = {target for target in known(package) if target.startswith(folder + ".")}
    # What several rules ask of an endpoint, and the table of the rules too.
    registry -= {"rules.common", "rules.ports"}
    assert registry, f"the registry of {package} names nothing"
    for member in registry:
        assert not known(member) & (registry - {member})


@pytest.mark.parametrize("folder", ["modules", "action"])
def test_plugins_import_ansible_and_the_engine_alone(folder: str) -> None:
    for path in sources(ROOT / "plugins" / folder):
        for level, module, _names in imports(path):
            top = module.partition(".")[0]
            if level:
                assert module.startswith("module_utils"), path
            elif folder == "modules" and top == "ansible":
                assert module.startswith("ansible.module_utils"), path
            else:
                assert top in {*sys.stdlib_module_names, "ansible", "ansible_collections", "yaml"}


def test_what_controllers_share_knows_the_engine_alone() -> None:
    for path in sources(ROOT / "plugins/plugin_utils"):
        for level, module, _names in imports(path):
            assert not level, path
            known = module.startswith(ENGINE + ".") or module == "yaml"
            assert known or module.partition(".")[0] in sys.stdlib_module_names, path


@pytest.mark.parametrize("folder", ["module_utils", "modules"])
def test_no_call_has_an_argument_that_the_oldest_python_lacks(folder: str) -> None:
    """``zip(strict=)`` compiles and imports there, and fails once it is called."""
    found = [
        f"{path.name}:{node.lineno}"
        for path in sources(ROOT / "plugins" / folder)
        for node in nodes(path)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if node.func.id == "zip" and node.keywords
    ]
    assert found == []


def test_plugins_never_import_the_command() -> None:
    for path in sources(ROOT / "plugins"):
        modules = [module for _level, module, _names in imports(path)]
        assert not [one for one in modules if one.partition(".")[0] == "mailwarden"], path


def test_templates_are_the_business_of_one_package() -> None:
    known = {
        path.parent.name
        for path in sources(ROOT / "src/mailwarden")
        for _level, module, _names in imports(path)
        if module.partition(".")[0] == "jinja2"
    }
    assert known == {"render"}


LINT = """
import sys
before = set(sys.modules)
from mailwarden.cli import main
status = main(["lint", *sys.argv[1:]])
sys.stdout.flush()
print("\\n".join(sorted(set(sys.modules) - before)))
sys.exit(status)
"""


def modules_after_lint(folder: Path, *arguments: str) -> set[str]:
    """Lint in a process of its own; return what it has loaded that a bare Python has not."""
    path = os.pathsep.join([str(ROOT / ".dev"), str(ROOT / "src")])
    done = subprocess.run(
        [sys.executable, "-c", LINT, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return set(done.stdout.splitlines())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "main.cf").write_text("smtpd_tls_security_level = may\ncompatibility_level = 3.6\n")
    return tmp_path


def test_a_lint_loads_nothing_heavy(folder: Path) -> None:
    loaded = modules_after_lint(folder, "main.cf")
    assert f"{ENGINE}.engine" in loaded
    assert not loaded & set(HEAVY)
    formats = {name.split(".")[-1] for name in loaded if name.startswith(f"{ENGINE}.formats.")}
    assert formats & set(catalogue.names()) == {"postfix"}


def test_a_lint_that_finds_nothing_loads_no_reporter(tmp_path: Path) -> None:
    (tmp_path / "msmtprc").write_text("account a\nhost localhost\nport 25\n")
    loaded = modules_after_lint(tmp_path, "msmtprc")
    said = {name.rpartition(".")[2] for name in loaded if name.startswith("mailwarden.output.")}
    assert said == {"closing", "printed"}


def test_a_lint_with_a_policy_loads_yaml_alone(folder: Path) -> None:
    (folder / ".mailwarden.yml").write_text("profile: default\n")
    loaded = modules_after_lint(folder, "main.cf")
    assert "yaml" in loaded
    assert not loaded & (set(HEAVY) - {"yaml"})


# An interpreter of a managed node has no ansible package: only module_utils travels.
IMPORT = """
import importlib, sys, warnings
warnings.simplefilter("error")
names, files = sys.argv[1].split(","), sys.argv[2].split(",")
for file in files:
    with open(file, encoding="utf-8") as handle:
        compile(handle.read(), file, "exec")
for name in names:
    if name:
        importlib.import_module(name)
"""


@pytest.fixture(scope="module")
def node_path(tmp_path_factory: pytest.TempPathFactory) -> str:
    import ansible

    folder = tmp_path_factory.mktemp("node")
    (folder / "ansible").mkdir()
    (folder / "ansible/__init__.py").touch()
    (folder / "ansible/module_utils").symlink_to(Path(ansible.__path__[0]) / "module_utils")
    return os.pathsep.join([str(ROOT / ".dev"), str(folder)])


@pytest.mark.integration
@pytest.mark.parametrize("version", interpreters.found())
def test_every_interpreter_compiles_and_imports(
    version: str, node_path: str, pytestconfig: pytest.Config
) -> None:
    plugins = ENGINE.rpartition(".")[0]
    modules = sources(ROOT / "plugins/modules")
    names = [f"{ENGINE}.{name}".rstrip(".") for name in MODULES]
    names += [f"{plugins}.modules.{path.stem}" for path in modules]
    files = [str(path) for path in [*MODULES.values(), *modules]]
    controller = tuple(map(int, version.split(".")[:2])) >= (3, 10)
    if controller:
        files += [str(path) for path in sources(ROOT / "src")]
        files += [str(path) for path in sources(ROOT / "plugins/action")]
    done = subprocess.run(
        [str(interpreters.found()[version]), "-S", "-c", IMPORT, ",".join(names), ",".join(files)],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": node_path, "PYTHONDONTWRITEBYTECODE": "1", "PATH": os.defpath},
    )
    assert done.returncode == 0, done.stderr
    what = "engine, modules, command" if controller else "engine, modules"
    suites.say(pytestconfig, f"Python {version}: compiled and imported {what}")


def test_the_oldest_interpreter_is_named(pytestconfig: pytest.Config) -> None:
    version, _path = interpreters.oldest()
    if tuple(map(int, version.split(".")[:2])) > interpreters.OLDEST:
        suites.say(pytestconfig, f"no Python 3.8 here: {version} is the oldest that was tried")
    assert tuple(map(int, version.split(".")[:2])) >= interpreters.OLDEST
