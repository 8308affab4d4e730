"""A policy's YAML in a process of its own, where PyYAML's patterns wait until they are used."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

PLAIN_YAML = "ansible_collections.mailwarden.policy.plugins.plugin_utils.plain_yaml"
ALONE = f"""
import json, re, sys
from mailwarden import quick_yaml
quick_yaml.load()
from {PLAIN_YAML} import parsed, yaml
value = parsed(sys.stdin.buffer.read(), "policy").value
compiled = [rule for rules in yaml.SafeLoader.yaml_implicit_resolvers.values()
            for _tag, rule in rules if isinstance(rule, re.Pattern)]
print(json.dumps([value, len(compiled), re.compile.__module__], default=str))
"""
# A policy is read in a process that is not the command's own.
SHARED = """
import re, sys
from mailwarden import config
config.load(sys.argv[1])
import yaml
print({isinstance(rule, re.Pattern)
       for rules in yaml.SafeLoader.yaml_implicit_resolvers.values() for _tag, rule in rules})
"""


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a: [yes, off, True, 'no', ~, null, '']", id="truth and nothing"),
        pytest.param("a: [1, -7, 0x1f, 0b11, 017, 1_000, 3:20, 1.5, .inf, 1e3]", id="numbers"),
        pytest.param("a: [2026-01-31, 2026-01-31T10:00:00Z, 2026-1]", id="dates"),
        pytest.param("a: &x {b: 1}\nc: {<<: *x, d: 2}", id="merged"),
        pytest.param("a: |\n  text \u00e4 \U0001f600\nb: 'q'", id="text"),
    ],
)
def test_values_are_what_pyyaml_makes_of_them(text: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ALONE], input=text.encode(), capture_output=True, check=True
    )
    value, compiled, compiler = json.loads(done.stdout)
    assert value == json.loads(json.dumps(yaml.safe_load(text), default=str))
    assert (compiled, compiler) == (0, "re")


def test_a_process_that_others_share_gets_pyyaml_as_it_is(tmp_path: Path) -> None:
    policy = tmp_path / "policy"
    policy.write_text("profile: strict\n")
    command = [sys.executable, "-c", SHARED, str(policy)]
    assert subprocess.run(command, capture_output=True, check=True).stdout == b"{True}\n"
