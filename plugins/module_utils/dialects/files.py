# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The files that say what an application does: its own, and others beside it."""

from __future__ import annotations

from ..catalogue.endings import A_TEMPLATE, meaning
from ..errors import MailwardenError
from ..text.values import NOTHING, Setting, Undecided, Value
from .row import DOTTED, EXACT, VARIABLES
from .settings import Layer, named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NamedTuple

    from ..readers.leaves import Leaf, Leaves, Path
    from ..source import Source
    from ..text import Text
    from ..text.assume import Assumptions
    from .row import Dialect
else:
    from ..tuples import NamedTuple

__all__ = ["DOTTED", "VARIABLES", "File", "overruled", "read", "reader_of"]

# What reads a file by the end of its name, whatever the row says.
_BY_NAME = {
    "json": "jsons",
    "properties": "properties",
    "toml": "tomls",
    "yaml": "yamls",
    "yml": "yamls",
}
_TYPED = ("jsons", "tomls", "yamls")
# What gives a document of a file to a profile (Spring Boot).
_PROFILE = ("spring.config.activate.on-profile", "spring.profiles")


def _dotenv() -> Any:
    from ..readers import dotenv

    return dotenv


def _ini() -> Any:
    from ..readers import ini

    return ini


def _jsons() -> Any:
    from ..readers import jsons

    return jsons


def _keywords() -> Any:
    from ..readers import keywords

    return keywords


def _properties() -> Any:
    from ..readers import properties

    return properties


def _tomls() -> Any:
    from ..readers import tomls

    return tomls


def _yamls() -> Any:
    from ..readers import yamls

    return yamls


# Every loader names its module in an ``import`` statement: Ansible ships what such statements name.
LOADERS: dict[str, Callable[[], Any]] = {
    "dotenv": _dotenv,
    "ini": _ini,
    "jsons": _jsons,
    "keywords": _keywords,
    "properties": _properties,
    "tomls": _tomls,
    "yamls": _yamls,
}


class File(NamedTuple):
    """A file's leaves, and what reads it."""

    leaves: Leaves
    reader: str
    variant: Any
    # The profile for which alone it counts.
    profile: str = ""

    def layer(self, leaves: Leaves, below: Path, begin: str) -> Layer:
        """Where keys are looked for in it."""
        return Layer(leaves, below, begin, self.variant, self.reader in _TYPED)


def read(row: Dialect, text: Text, source: Source | None, assume: Assumptions) -> list[list[File]]:
    """The file, then those whose settings count if it says nothing; once for each profile in it."""
    bases = [_file(row, base, assume) for base in _profile_bases(row, text.path, source)]
    own = _file(row, text, assume)
    if not row.profiles:
        return [[own, *bases]]
    common, profiles = _documents(row, own)
    return [[common, *bases], *([profile, common, *bases] for profile in profiles)]


def _documents(row: Dialect, file: File) -> tuple[File, list[File]]:
    """What a file says for every profile, and what it says for one, by documents of its own."""
    groups: dict[str, list[Leaf]] = {}
    for leaf in file.leaves.leaves:
        number, _dot, name = str(leaf.path[0]).partition(".")
        numbered = file.reader == "yamls"
        groups.setdefault(number if numbered else "", []).append(
            leaf.under((name,), lambda leaf=leaf: leaf.value) if numbered else leaf  # type: ignore[misc]
        )
    common: list[Leaf] = []
    profiles = []
    for leaves in groups.values():
        named_so = [leaf for leaf in leaves if leaf.path[0] in _PROFILE]
        if named_so:
            only = file.leaves._replace(leaves=tuple(leaves))
            profiles.append(file._replace(leaves=only, profile=str(named_so[-1].value)))
        else:
            common += leaves
    return file._replace(leaves=file.leaves._replace(leaves=tuple(common))), profiles


def reader_of(row: Dialect, path: str) -> str:
    """The name of the reader for a file, or for what a template becomes."""
    if row.keys == VARIABLES:
        return row.reader
    name, _dot, ending = path.rpartition(".")
    if meaning(ending) == A_TEMPLATE:
        ending = name.rpartition(".")[2]
    return _BY_NAME.get(ending, row.reader)


def reader(row: Dialect, path: str) -> Any:
    """The module that reads a file."""
    return LOADERS[reader_of(row, path)]()


def _file(row: Dialect, text: Text, assume: Assumptions) -> File:
    name, module = reader_of(row, text.path), reader(row, text.path)
    variant = getattr(module, row.variant, module.DEFAULT)
    if name == "yamls":
        if row.profiles:
            variant = variant._replace(documents=module.EACH)
        leaves = module.read(text, assume, variant, _composer())
    else:
        leaves = module.read(text, assume, variant)
    return File(_renamed(row, leaves), name, variant)


def _composer() -> Any:
    """What makes nodes of YAML; ``None`` without PyYAML, which ansible-core brings."""
    from ..readers.yaml_nodes import composer

    try:
        import yaml
    except ImportError:
        return None
    return composer(yaml)


def _renamed(row: Dialect, leaves: Leaves) -> Leaves:
    """The leaves under the names by which the row asks for them."""
    if row.keys == EXACT:
        return leaves

    def renamed(leaf: Leaf) -> Leaf:
        # Its value is read at the first use.
        return leaf.under(_path(row, leaf.path), lambda: leaf.value)

    return leaves._replace(leaves=tuple(map(renamed, leaves.leaves)))


def _path(row: Dialect, path: Path) -> Path:
    parts = tuple(named(row, str(part)) for part in path)
    if row.keys != DOTTED:
        return parts
    joined = ".".join(parts).replace("[", ".").replace("]", "")
    return (joined.replace("..", "."),)


def _profile_bases(row: Dialect, path: str, source: Source | None) -> list[Text]:
    """The files without a profile beside one of a profile, those that count most first."""
    stem = path.rpartition("/")[2].rpartition(".")[0]
    if source is None or not row.profiles or not stem.startswith(row.profiles + "-"):
        return []
    found = []
    for ending in ("properties", "yml", "yaml"):
        located = source.locate(f"{row.profiles}.{ending}", path)
        if located is not None and source.exists(located):
            found.append(source.text(located))
    return found


def overruled(row: Dialect, text: Text, source: Source) -> Value:
    """The TLS mode as open, if a file beside says something of it; else nothing."""
    for elsewhere in row.elsewhere:
        for name in elsewhere.files:
            located = source.locate(name, text.path)
            if located is not None and source.exists(located):
                other = _text(source, located)
                for word in elsewhere.words:
                    at = -1 if other is None else other.string.find(word)
                    if other is not None and at >= 0:
                        why = Setting(word, "", other.place(at, at + len(word)), word)
                        return Value(Undecided(located), (why,))
    return NOTHING


def _text(source: Source, path: str) -> Text | None:
    try:
        return source.text(path)
    except MailwardenError:
        return None
