"""A repository of which the templates of roles are read: each as the file that it becomes.

A template is known by its name: ``main.cf.j2`` in a folder of templates, or ``main.cf`` in that of
a role or of playbooks.  Its variables are those
that its role sets; ``render`` makes a text of both.  Jinja2 is loaded where there is a template.
"""

from __future__ import annotations

from ansible_collections.mailwarden.policy.plugins.module_utils import catalogue
from ansible_collections.mailwarden.policy.plugins.module_utils.errors import MailwardenError
from ansible_collections.mailwarden.policy.plugins.module_utils.source.folder import FolderSource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ansible_collections.mailwarden.policy.plugins.module_utils.source import Rendering
    from ansible_collections.mailwarden.policy.plugins.module_utils.text import Text

    from .variables.elsewhere import Names
    from .variables.layers import Layers

ENDINGS = ("j2", "jinja2", "jinja")
FOLDER = "templates"
# Files of formats that are whole by themselves; a part of one says nothing without the others.
WHOLE = ("main.cf", "master.cf", "dovecot.conf", "msmtprc", ".msmtprc")

# What a template has somewhere that is more than the file that it becomes.
SIGNS = (b"{{", b"{%", b"{#")
# Folders that a role has, of which a file shows that it is one.
PARTS = ("tasks", "handlers", "defaults", "vars", "meta")
YAML = (".yml", ".yaml")


class Repository(FolderSource):
    """The files under one folder, templates among them."""

    # The variables of the roles that were read, and the names that files may set.
    _roles: dict[str, Layers] | None = None
    _names: Names | None = None

    def rendered_to(self, path: str) -> str:
        if FOLDER not in path.split("/")[:-1]:
            return ""
        made, _dot, ending = path.rpartition(".")
        if ending not in ENDINGS:
            return path if self._is_template(path) else ""
        whole = made.rpartition("/")[2] in WHOLE
        return made if whole or catalogue.recognise(made) is None else ""

    def rendered(self, path: str, text: Text) -> Rendering:
        from .deploy import delimiters
        from .render.supplied import rendering
        from .variables.layers import Layers
        from .variables.scopes import layers_of_role

        self._roles = {} if self._roles is None else self._roles
        self._names = {} if self._names is None else self._names
        role = _role_of(path)
        if role not in self._roles:
            self._roles[role] = Layers(layers_of_role(self, role, self._names))
        folder = f"{role}/" if role else ""

        def load(name: str, beside: str) -> Text | None:
            return self._included(name, beside, folder)

        return rendering(
            text, role, self._roles[role], load, delimiters.of_role(role, path, self) or {}
        )

    def _is_template(self, path: str) -> bool:
        """Whether a file that is called as on its host is a template, by where it lies.

        Of a language that has braces itself it is one only where a task says so.
        """
        from ansible_collections.mailwarden.policy.plugins.module_utils.catalogue import claims

        role = _role_of(path)
        known = catalogue.recognise(path)
        if known is not None:
            own = path.rpartition("/")[2] not in WHOLE
        else:
            found = claims.look(path, None).claims
            own = not found or any(catalogue.row(name).expressions for name, _role in found)
            if found and own:
                from .deploy import delimiters

                return delimiters.of_role(role, path, self) is not None
        if own or not self._is_of_ansible(role):
            return False
        try:
            data = self.looked_into(path)
        except MailwardenError:
            return False
        return any(sign in data for sign in SIGNS)

    def _is_of_ansible(self, folder: str) -> bool:
        """Whether a folder is a role, or holds a playbook: others have templates, too."""
        inside = f"{folder}/" if folder else ""
        for part in PARTS:
            if any(name.endswith(YAML) for name in self.listing(inside + part)):
                return True
        beside = (inside + name for name in self.listing(folder or ".") if name.endswith(YAML))
        return any(b"hosts:" in self.looked_into(path) for path in beside)

    def _included(self, name: str, beside: str, folder: str) -> Text | None:
        """A template that another one includes, where Ansible looks for it."""
        if name.startswith("/") or ".." in name.split("/"):
            # As Jinja2 has it, too.
            return None
        for place in (f"{folder}{FOLDER}/", folder, beside.rpartition("/")[0] + "/"):
            path = self.locate(place + name)
            if path is not None and self.exists(path):
                try:
                    return self.text(path)
                except MailwardenError:
                    return None
        return None


def _role_of(path: str) -> str:
    """The folder of the role that a template is in; empty for the root."""
    return ("/" + path).rpartition(f"/{FOLDER}/")[0][1:]
