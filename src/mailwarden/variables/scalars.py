"""Scalars of a variable file, as ansible-core reads them: YAML 1.1 by PyYAML's rules, or JSON.

Source: ansible-core 2.17 and 2.19, ``parsing/utils/yaml.py`` (JSON is tried first) and its YAML
constructor; PyYAML's ``resolver.py`` and ``constructor.py``, whose functions are used here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import yaml
from ansible_collections.mailwarden.policy.plugins.module_utils.readers.yaml_nodes import Node

YAML = "tag:yaml.org,2002:"
STR = YAML + "str"
MERGE = YAML + "merge"
# PyYAML's tag of a plain ``=``, which is a key of that name and no value.
EQUALS = YAML + "value"
# Longer numbers cost more than in proportion to their length.
DIGITS = 100
# What PyYAML's constructors raise for a text that only looks like a number or a date.
NO_SUCH_VALUE = (ValueError, OverflowError, LookupError, AttributeError)
_RESOLVER = yaml.resolver.Resolver()
_CONSTRUCTOR = yaml.constructor.SafeConstructor()
_CONSTRUCTED = {
    YAML + "null": _CONSTRUCTOR.construct_yaml_null,
    YAML + "bool": _CONSTRUCTOR.construct_yaml_bool,
    YAML + "int": _CONSTRUCTOR.construct_yaml_int,
    YAML + "float": _CONSTRUCTOR.construct_yaml_float,
}
# Values that Ansible knows and templates can only print in part: dates and binary data.
_NOT_FOLLOWED = frozenset((YAML + "timestamp", YAML + "binary"))


class NotFollowed(Exception):  # noqa: N818  a value, not an error
    """A value that Ansible knows and nobody here works with."""


def tag_of(node: Node) -> str:
    """The tag of a scalar: the one that is written, or what a plain text resolves to."""
    if node.tag and node.tag != "!":
        return node.tag
    return STR if node.quoted or node.tag else implied(node.text)


def implied(text: str) -> str:
    """The tag that a plain scalar of this text has."""
    resolve: Callable[..., str] = _RESOLVER.resolve
    return resolve(yaml.ScalarNode, text, (True, False))


def of_yaml(node: Node, source: str) -> Any:
    """A scalar's value.

    Raises ``NotFollowed``, or ``ValueError`` for a text that is no value of its tag and for a tag
    that Ansible does not know.
    """
    tag = tag_of(node)
    if tag == STR and (node.tag != "!" or node.quoted):
        return node.text
    # What a plain text behind a lone "!" is depends on the parser.
    construct = _CONSTRUCTED.get(tag)
    if tag in (STR, *_NOT_FOLLOWED) or (construct is not None and len(node.text) > DIGITS):
        raise NotFollowed
    if construct is None:
        raise ValueError(f"the tag {shown(tag)} is not known")
    try:
        return construct(yaml.ScalarNode(tag, node.text))
    except NO_SUCH_VALUE as error:
        raise ValueError(f"no value of the tag {shown(tag)}") from error


def of_json(node: Node, source: str) -> Any:
    """A scalar's value in a file that is JSON."""
    return json.loads(source[node.start : node.end])


def is_json(source: str) -> bool:
    """Whether ansible-core takes a file for JSON, which is asked before YAML."""
    if source.lstrip(" \t\r\n")[:1] not in ("{", "["):
        return False
    try:
        json.loads(source)
    except (ValueError, RecursionError):
        return False
    return True


def shown(tag: str) -> str:
    """A tag as people write it."""
    return "!!" + tag[len(YAML) :] if tag.startswith(YAML) else tag
