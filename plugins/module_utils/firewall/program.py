# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A program of its own for the node: it outlives the task, which Ansible takes away.

It holds those modules that plan and load, and runs with a bare Python.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = __name__.rpartition(".firewall.")[0]
PACKAGE = "mailwarden_node"
MODULES = (
    "errors.py",
    "tuples.py",
    "firewall/__init__.py",
    "firewall/boot.py",
    "firewall/conditions.py",
    "firewall/disk.py",
    "firewall/exposure.py",
    "firewall/networks.py",
    "firewall/nft.py",
    "firewall/ours.py",
    "firewall/owners.py",
    "firewall/plan.py",
    "firewall/points.py",
    "firewall/rollback.py",
    "firewall/ruleset.py",
    "firewall/shape.py",
    "firewall/systemd.py",
)
MAIN = f"from {PACKAGE}.firewall.boot import main\n\nraise SystemExit(main())\n"
# The same bytes whenever it is made.
MADE = (1980, 1, 1, 0, 0, 0)


def build() -> bytes:
    """The program, as an archive that Python runs."""
    import io
    import zipfile

    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in _members():
            archive.writestr(zipfile.ZipInfo(name, MADE), content)
    return data.getvalue()


def _members() -> Iterator[tuple[str, bytes]]:
    import pkgutil

    # Ansible ships to the node what is imported; nothing else imports this one.
    from . import boot  # noqa: F401

    yield "__main__.py", MAIN.encode()
    yield PACKAGE + "/__init__.py", b""
    for name in MODULES:
        content = pkgutil.get_data(ROOT, name)
        if content is None:
            raise FileNotFoundError(name)
        yield f"{PACKAGE}/{name}", content
