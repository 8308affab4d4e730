# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the endings of names say: template, sample, copy that was set aside, or no configuration."""

from __future__ import annotations

A_TEMPLATE = "a template, which is not read: check what it renders to"
ASIDE = "a copy that was set aside"
A_SAMPLE = "a sample, which no program reads"
A_PATCH = "a patch, which is not read"

# The last part of a name, and what the file then is.
SUFFIXES: dict[str, str] = {
    **dict.fromkeys(
        ("j2", "jinja", "jinja2", "erb", "epp", "tmpl", "tpl", "template", "tt", "m4", "ctmpl",
         "gotmpl", "mustache", "hbs", "tftpl", "in"),
        A_TEMPLATE,
    ),
    **dict.fromkeys(
        ("bak", "backup", "bck", "old", "orig", "original", "save", "saved", "copy", "disabled",
         "off", "rej", "swp", "swo", "tmp", "dpkg", "ucf", "rpmsave", "rpmorig", "rpmnew",
         "pacsave", "pacnew", "apk-new"),
        ASIDE,
    ),
    **dict.fromkeys(
        ("proto", "sample", "samples", "example", "default", "defaults", "dist", "skel"), A_SAMPLE
    ),
    **dict.fromkeys(("patch", "diff"), A_PATCH),
}  # fmt: skip
# Endings of other files, which speak of a configuration, or write one; and `.ext`, as Dovecot calls
# what its own files include where they want it.
_FOREIGN = frozenset(
    ("md", "rst", "html", "adoc", "yml", "yaml", "json", "py", "pl", "rb", "sh", "bash", "bats",
     "go", "tf", "nix", "sls", "png", "svg", "ext", "js", "mjs", "cjs", "ts", "tsx", "php", "java",
     "cs", "rs")
)  # fmt: skip


def apart(name: str) -> tuple[str, str]:
    """The name before the first of its parts that says why the file is not read, and why.

    In: a file's name without its folder.  Out: the name and nothing, if no part says so.
    """
    if name.endswith("~"):
        return name[:-1], ASIDE
    at = name.find(".", 1)
    while at >= 0:
        end = name.find(".", at + 1)
        part = name[at + 1 : end if end >= 0 else len(name)].lower()
        why = ASIDE if part.isdigit() else meaning(part)
        if why:
            return name[:at], why
        at = end
    return name, ""


def is_foreign(name: str) -> bool:
    """Whether a file is code, a text or a picture by the end of its name."""
    return name.rpartition(".")[2].lower() in _FOREIGN


def meaning(part: str) -> str:
    """``bak``, and ``bak2`` as well."""
    return SUFFIXES.get(part) or SUFFIXES.get(part.rstrip("0123456789"), "")
