"""The parameters of a task, as a module of Ansible takes them.

Source: ``ArgumentSpecValidator`` of ansible-core; the ``argument_spec`` of each module.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text
from ansible_collections.mailwarden.policy.plugins.module_utils.text.values import Undecided

from .outcome import FailsError, OpenError, ask

if TYPE_CHECKING:
    from ansible_collections.mailwarden.policy.plugins.module_utils.text.assume import Assumptions

# What a task says: each parameter as it is printed (YAML's true is "True"), a list as a list.
# A parameter without a value is not one.
Given = Mapping[str, "Text | list[Text]"]

TRUE = frozenset({"y", "yes", "on", "1", "true", "t", "1.0"})
FALSE = frozenset({"n", "no", "off", "0", "false", "f", "0.0"})
# What says nothing of a file's content.
EVERYWHERE = (
    "attributes", "attr", "backup", "group", "mode", "owner", "selevel", "serole", "setype",
    "seuser", "unsafe_writes",
)  # fmt: skip


class Spec(NamedTuple):
    """The names of a module's parameters.

    ``aliases`` leads from another name to the one that counts.  ``excluding`` are sets of which a
    task may give one.
    """

    texts: tuple[str, ...]
    booleans: Mapping[str, bool]
    lists: tuple[str, ...] = ()
    aliases: Mapping[str, str] = {}
    excluding: tuple[tuple[str, str], ...] = ()
    ignored: tuple[str, ...] = ()
    stated: bool = True


class Parameters:
    """What a task gives; raises ``FailsError`` where the module refuses it."""

    def __init__(self, spec: Spec, given: Given, assume: Assumptions) -> None:
        self._assume = assume
        self._booleans = spec.booleans
        self._values: dict[str, Text | list[Text]] = {}
        known = {*spec.texts, *spec.booleans, *spec.lists, *EVERYWHERE, *spec.ignored}
        known |= {"state"} if spec.stated else set()
        for name, value in given.items():
            name = spec.aliases.get(name, name)
            if name not in known:
                raise FailsError(f"unsupported parameter {name}")
            if isinstance(value, list) and name not in spec.lists:
                # A list becomes a string in Python's own notation.
                raise OpenError
            self._values[name] = value
        for pair in spec.excluding:
            if all(name in self._values for name in pair):
                raise FailsError("parameters are mutually exclusive: " + "|".join(pair))
        validate = self.known("validate") if "validate" in known else None
        if validate and "%s" not in validate:
            raise FailsError(f"validate must contain %s: {validate}")
        # Each is asked for now, so that a bad one fails whatever else stands there.
        self._flags = {name: self._boolean(name) for name in spec.booleans}
        self.present = not spec.stated or self._state() == "present"

    def given(self, name: str) -> bool:
        """Whether the task gives a parameter."""
        return name in self._values

    def text(self, name: str) -> Text | None:
        """The text of a parameter, with its holes; of a list, none."""
        value = self._values.get(name)
        return value if isinstance(value, Text) else None

    def texts(self, name: str) -> list[Text] | None:
        """The texts of a list; a text alone is split at commas, as Ansible does."""
        value = self._values.get(name)
        if not isinstance(value, Text):
            return value
        if value.holes:
            raise OpenError
        parts: list[Text] = []
        at = 0
        for part in value.string.split(","):
            start = at + len(part) - len(part.lstrip())
            parts.append(value.cut(start, max(start, at + len(part.rstrip()))))
            at += len(part) + 1
        return parts

    def known(self, name: str) -> str | None:
        """What decides has to be known; raises ``OpenError`` where it is not."""
        text = self.text(name)
        return None if text is None else settled(text, self._assume)

    def flag(self, name: str) -> bool:
        """A parameter that is true or false."""
        return self._flags[name]

    def _boolean(self, name: str) -> bool:
        text = self.text(name)
        if text is None:
            return self._booleans[name]
        value = text.value(0, len(text), self._assume)
        if isinstance(value, Undecided):
            # A question of its own: what Jinja takes for true is not what a module does.
            question = f"whether {', '.join(value.depends_on)} is true"
            return ask(self._assume, question, ("yes", "no")) == "yes"
        if value.lower().strip() in TRUE:
            return True
        if value.lower().strip() in FALSE:
            return False
        raise FailsError(f"{name}: {value!r} is not a valid boolean")

    def _state(self) -> str:
        text = self.text("state")
        if text is None:
            return "present"
        value = text.value(0, len(text), self._assume)
        if isinstance(value, Undecided):
            question = f"whether {', '.join(value.depends_on)} is present or absent"
            return ask(self._assume, question, ("present", "absent"))
        if value not in ("present", "absent"):
            raise FailsError(f"state: {value!r} is neither present nor absent")
        return value


def settled(text: Text, assume: Assumptions) -> str:
    """The string of a text under the answers; raises ``OpenError`` where it stays open."""
    value = text.value(0, len(text), assume)
    if isinstance(value, Undecided):
        raise OpenError
    return value
