"""Build hook: one checkout is a Python package, an Ansible collection and an ansible-lint rule.

A wheel gets a copy of the collection under ``ansible_collections/mailwarden/policy`` and the
ansible-lint rule under ``ansiblelint/rules/custom/mailwarden``. An editable install gets a link
``.dev/ansible_collections/mailwarden/policy`` to the checkout, so that it is never a stale copy.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

COLLECTION = "ansible_collections/mailwarden/policy"
LINT_RULE = "ansiblelint/rules/custom/mailwarden"
# Parts of the collection; a part that the checkout does not have yet is left out, and
# tests/unit/test_packaging.py compares the wheel with what git tracks.
PARTS = ("galaxy.yml", "README.md", "LICENSE", "meta", "plugins", "playbooks", "roles", "schemas")


def link_collection(root: Path) -> None:
    """Make the link that lets Python and Ansible find the checkout as a collection.

    :param root: the checkout
    :raises OSError: where the link cannot be made
    """
    link = root / ".dev" / COLLECTION
    if link.is_symlink() and link.resolve() == root.resolve():
        return
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    # Relative: a checkout that is moved, or mounted elsewhere, keeps working.
    link.symlink_to(Path("../../.."), target_is_directory=True)


def wheel_places(root: Path) -> dict[str, str]:
    """Say where the files of the checkout go in a wheel.

    :param root: the checkout
    :return: path in the checkout -> path in the wheel
    """
    places = {str(root / part): f"{COLLECTION}/{part}" for part in PARTS if (root / part).exists()}
    places[str(root / "extensions/ansiblelint")] = LINT_RULE
    return places


class CollectionBuildHook(BuildHookInterface[Any]):
    """What hatchling calls before it builds a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the collection to the wheel, or link it for an editable install."""
        root = Path(self.root)
        if version == "editable":
            link_collection(root)
        else:
            build_data["force_include"].update(wheel_places(root))
