"""A repository of which the templates of roles are read: each as the file that it becomes.

A template is known by its name: ``main.cf.j2`` in a folder of templates.  Its variables are those
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


class Repository(FolderSource):
    """The files under one folder, templates among them."""

    # The variables of the roles that were read, and the names that files may set.
    _roles: dict[str, Layers] | None = None
    _names: Names | None = None

    def rendered_to(self, path: str) -> str:
        made, _dot, ending = path.rpartition(".")
        if ending not in ENDINGS or FOLDER not in path.split("/")[:-1]:
            return ""
        whole = made.rpartition("/")[2] in WHOLE
        return made if whole or catalogue.recognise(made) is None else ""

    def rendered(self, path: str, text: Text) -> Rendering:
        from .render.supplied import rendering
        from .variables.layers import Layers
        from .variables.scopes import layers_of_role

        self._roles = {} if self._roles is None else self._roles
        self._names = {} if self._names is None else self._names
        role = _role_of(path)
        if role not in self._roles:
            self._roles[role] = Layers(layers_of_role(self, role, self._names))
        folder = f"{role}/" if role else ""
        return rendering(
            text, role, self._roles[role], lambda name, beside: self._included(name, beside, folder)
        )

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
