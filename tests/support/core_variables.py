"""What ansible-core itself says of variables, asked in the process of a test."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any


class Refused(Exception):  # noqa: N818  by Ansible
    """Ansible stops."""


@cache
def _quiet() -> None:
    from ansible.utils.display import Display

    display: Any = Display()
    display.deprecated = display.warning = display.error_as_warning = lambda *_a, **_k: None


def loaded(path: Path) -> Any:
    """The variables of a file, read as ansible-core reads them; raises ``Refused``."""
    from ansible.errors import AnsibleError
    from ansible.parsing.dataloader import DataLoader

    _quiet()
    try:
        return DataLoader().load_from_file(
            str(path), cache="none", unsafe=True, trusted_as_template=True
        )
    except (AnsibleError, ValueError, TypeError, AttributeError, LookupError) as error:
        raise Refused(type(error).__name__) from error
    except (OverflowError, RecursionError, UnicodeError) as error:
        raise Refused(type(error).__name__) from error


def seen(
    folder: Path,
    play: dict[str, Any],
    host: str,
    role: str,
    included: dict[str, Any] | None = None,
    facts: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The variables that a task of a role sees.

    In ``folder`` are an inventory, ``inventory/hosts``, and the roles and files of a play in
    ``site``.  Earlier tasks have ``included`` variables, and set ``facts``.
    """
    from ansible.inventory.manager import InventoryManager
    from ansible.parsing.dataloader import DataLoader
    from ansible.playbook.block import Block
    from ansible.playbook.play import Play
    from ansible.vars.manager import VariableManager

    _quiet()
    loader = DataLoader()
    loader.set_basedir(str(folder / "site"))
    inventory = InventoryManager(loader, sources=[str(folder / "inventory/hosts")])
    variables = VariableManager(loader, inventory)
    made: Any = Play.load(play, variable_manager=variables, loader=loader)
    for name, value in (included or {}).items():
        variables.set_host_variable(host, name, value)
    variables.set_nonpersistent_facts(host, facts or {})
    (task,) = _tasks(made.compile(), role, Block)
    found: dict[str, Any] = variables.get_vars(made, inventory.get_host(host), task)
    return found


def _tasks(blocks: list[Any], role: str, kind: type) -> list[Any]:
    found: list[Any] = []
    for one in blocks:
        if isinstance(one, kind):
            found += _tasks(getattr(one, "block"), role, kind)  # noqa: B009  Ansible has no types
        elif one._role is not None and one._role.get_name() == role and one.action != "meta":
            found.append(one)
    return found
