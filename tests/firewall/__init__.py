"""Assertions in the modules beside the tests say as much as those in tests."""

import pytest

for name in ("accidents", "journey", "travel"):
    pytest.register_assert_rewrite(f"tests.firewall.{name}")
