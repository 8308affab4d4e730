"""The host that the tests of the module share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.firewall import node
from tests.firewall.node import Node


@pytest.fixture(scope="session")
def node_for_all() -> Iterator[Node]:
    with node.running() as running:
        yield running


@pytest.fixture
def clean(node_for_all: Node) -> Iterator[Node]:
    """The host, with nothing loaded and nothing kept."""
    node_for_all.clean()
    yield node_for_all
    node_for_all.clean()
