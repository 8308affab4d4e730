"""What ansible-core's own templar makes of a template file, as its ``template`` module calls it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any


class Failed(Exception):  # noqa: N818  of a template, which Ansible refuses
    """Ansible does not render it."""


@cache
def _templar() -> Callable[[str, dict[str, Any], str, Mapping[str, Any]], Any]:
    from ansible.parsing.dataloader import DataLoader
    from ansible.plugins.loader import lookup_loader
    from ansible.template import Templar, trust_as_template
    from ansible.utils.display import Display

    display: Any = Display()
    display.deprecated = display.warning = display.error_as_warning = lambda *_a, **_k: None

    real = lookup_loader.get

    def refused(name: str, *arguments: Any, **named: Any) -> Any:
        # A lookup runs what a template says: no test is to do that.
        if name in ("vars", "ansible.builtin.vars"):
            return real(name, *arguments, **named)
        raise Failed(f"looks up {name}")

    lookups: Any = lookup_loader
    lookups.get = refused

    def trusted(value: Any) -> Any:
        if isinstance(value, str):
            return trust_as_template(value)
        if isinstance(value, list):
            return [trusted(one) for one in value]
        if isinstance(value, dict):
            return {key: trusted(one) for key, one in value.items()}
        return value

    def work(
        source: str, variables: dict[str, Any], folder: str, settings: Mapping[str, Any]
    ) -> Any:
        variables = {"vars": variables, **variables}
        templar = Templar(loader=DataLoader(), variables=trusted(variables))
        templar = templar.copy_with_new_env(
            searchpath=[folder], available_variables=trusted(variables)
        )
        usual = {"trim_blocks": True, "lstrip_blocks": False, "newline_sequence": "\n"}
        return templar.template(
            trust_as_template(source), escape_backslashes=False, overrides={**usual, **settings}
        )

    return work


def rendered(
    source: str,
    variables: Mapping[str, Any],
    folder: str = "/nowhere",
    settings: Mapping[str, Any] = MappingProxyType({}),
) -> str:
    """The text of the file that Ansible writes; raises ``Failed`` where it writes none.

    ``settings`` are what a task of ``template`` says of how it is read.
    """
    try:
        made = _templar()(source, dict(variables), folder, settings)
    except Exception as error:
        raise Failed(str(error)) from error
    return "" if made is None else str(made)
