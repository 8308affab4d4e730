# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What ``typing.NamedTuple`` gives, without the cost of importing ``typing``.

Start-up is part of the product: ``typing`` and the classes that it generates cost more than a whole
lint.  Type checkers see the real one::

    TYPE_CHECKING = False
    if TYPE_CHECKING:
        from typing import NamedTuple
    else:
        from .tuples import NamedTuple

Fields are those that are annotated; a value behind one is its default.
"""

from __future__ import annotations

from _collections import _tuplegetter  # type: ignore[import-not-found]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any


class _Meta(type):
    """Makes the fields of a class into positions of a tuple."""

    def __new__(mcs, name: str, bases: tuple[type, ...], space: dict[str, Any]) -> Any:
        if any(getattr(base, "_fields", ()) for base in bases):
            # A class of a record's kind has the record's fields and none of its own.
            return type.__new__(mcs, name, bases, space)
        fields = tuple(space.get("__annotations__", ()))
        defaults = {}
        for at, field in enumerate(fields):
            if field in space:
                defaults[field] = space[field]
            space[field] = _tuplegetter(at, "")
        space["__slots__"] = ()
        space["_fields"] = fields
        space["_field_defaults"] = defaults
        # In the place of each field, its default; only fields at the end have one.
        space["_padding"] = (None,) * (len(fields) - len(defaults)) + tuple(defaults.values())
        return type.__new__(mcs, name, bases or (), space)


class _Record(tuple):  # type: ignore[type-arg]
    __slots__ = ()
    _fields: tuple[str, ...] = ()
    _field_defaults: Mapping[str, Any] = {}
    _padding: tuple[Any, ...] = ()

    def __new__(cls, *values: Any, **named: Any) -> Any:
        fields = cls._fields
        if named or len(values) != len(fields):
            values = cls._completed(values, named)
        return tuple.__new__(cls, values)

    @classmethod
    def _completed(cls, values: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
        """The values of all fields; ``TypeError`` where one is missing, or none of ours."""
        missing = len(cls._fields) - len(values)
        if missing < 0:
            raise TypeError(f"{cls.__name__} takes {len(cls._fields)} values, not {len(values)}")
        if not named and missing <= len(cls._field_defaults):
            return values + cls._padding[-missing:]
        made = list(values)
        for field in cls._fields[len(values) :]:
            if field in named:
                made.append(named.pop(field))
            elif field in cls._field_defaults:
                made.append(cls._field_defaults[field])
            else:
                raise TypeError(f"{cls.__name__} needs {field}")
        if named:
            raise TypeError(f"{cls.__name__} got {', '.join(named)} twice or does not know it")
        return tuple(made)

    @classmethod
    def _make(cls, values: Iterable[Any]) -> Any:
        return cls(*values)

    def _replace(self, **named: Any) -> Any:
        made = type(self)(*(named.pop(field, value) for field, value in zip(self._fields, self)))
        if named:
            raise ValueError(f"{type(self).__name__} has no {', '.join(named)}")
        return made

    def _asdict(self) -> dict[str, Any]:
        return dict(zip(self._fields, self))

    def __getnewargs__(self) -> tuple[Any, ...]:
        return tuple(self)

    def __repr__(self) -> str:
        shown = ", ".join(f"{field}={value!r}" for field, value in zip(self._fields, self))
        return f"{type(self).__name__}({shown})"


NamedTuple = _Meta("NamedTuple", (_Record,), {})
