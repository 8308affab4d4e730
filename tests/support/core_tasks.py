"""What ansible-core itself makes of the values of a task, asked in the process of a test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from tests.support import core_variables


class Refused(Exception):  # noqa: N818  by Ansible
    """The task fails."""


@cache
def _quiet() -> None:
    from ansible._internal._templating._engine import _TemplateConfig
    from ansible.utils.display import Display

    display: Any = Display()
    display.deprecated = display.warning = display.error_as_warning = lambda *_a, **_k: None
    # As 2.17 takes conditions; without it the task fails wherever there is a difference.
    config: Any = _TemplateConfig
    config.allow_broken_conditionals = True


@contextmanager
def _lookups() -> Iterator[None]:
    """With the lookups that a loop is made of, which ``tests.support.templar`` refuses."""
    from ansible.plugins.loader import lookup_loader

    refused = {name: vars(lookup_loader).pop(name, None) for name in ("get", "get_with_context")}
    try:
        yield
    finally:
        vars(lookup_loader).update({name: one for name, one in refused.items() if one})


class Core:
    """Values of a file of YAML as tasks have them, beside the variables of another."""

    def __init__(self, folder: Path, variables: str) -> None:
        _quiet()
        self._folder = folder
        self.variables = self._loaded(variables)

    def _loaded(self, yaml: str) -> Any:
        path = self._folder / "loaded.yml"
        path.write_text(yaml)
        return core_variables.loaded(path)

    def _templar(self) -> Any:
        from ansible.parsing.dataloader import DataLoader
        from ansible.template import Templar

        return Templar(loader=DataLoader(), variables=self.variables)

    def parameters(self, yaml: str) -> dict[str, Any]:
        """The parameters that a module gets; raises ``Refused``."""
        try:
            made: dict[str, Any] = self._templar().template(self._loaded(yaml))
        except Exception as error:
            raise Refused(str(error)) from error
        return made

    def holds(self, yaml: str) -> bool:
        """Whether a condition holds; raises ``Refused``."""
        try:
            return bool(self._templar().evaluate_conditional(self._loaded(f"v: {yaml}")["v"]))
        except Exception as error:
            raise Refused(str(error)) from error

    def items(self, how: str, yaml: str) -> list[Any]:
        """What a loop goes over, each item as the task sees it; raises ``Refused``."""
        from ansible.executor.task_executor import TaskExecutor
        from ansible.parsing.dataloader import DataLoader
        from ansible.playbook.task import Task
        from ansible.plugins import loader
        from ansible.template import Templar

        task = self._loaded(f"debug: {{}}\n{how}: {yaml}\n")
        try:
            made: Any = Task.load(task, loader=DataLoader())
            executor: Any = TaskExecutor.__new__(TaskExecutor)
            executor._task, executor._job_vars = made, dict(self.variables)
            executor._loader, executor._shared_loader_obj = DataLoader(), loader
            executor._task_templar = self._templar()._engine
            with _lookups():
                found: list[Any] = Templar(loader=DataLoader(), variables=self.variables).template(
                    executor._get_loop_items()
                )
        except Exception as error:
            raise Refused(str(error)) from error
        return found
