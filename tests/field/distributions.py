"""``python -m tests.field.distributions``: what the packages of Debian and Ubuntu install, anew.

Fetches the packages of each release by apt into a folder of its own, takes the settings out of
their files, and writes them with the versions to ``tests/fixtures/distributions``, which the tests
hold the data against. Nothing is installed and no setting of the host's apt is touched. It asks for
apt, the archive's keyrings (Ubuntu's in ``--ubuntu-keyring``) and the network.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import tempfile
from pathlib import Path

from tests.support.checkout import ROOT

FIXTURES = ROOT / "tests/fixtures/distributions"
DEBIAN = ("http://deb.debian.org/debian {0}", "http://deb.debian.org/debian-security {0}-security")
# The security archive of Debian 11 no longer has all the packages that its list names.
ARCHIVED = DEBIAN[:1]
UBUNTU = ("http://archive.ubuntu.com/ubuntu {0}", "http://archive.ubuntu.com/ubuntu {0}-updates")
RELEASES = {
    "debian-11": ("bullseye", ARCHIVED, "main"),
    "debian-12": ("bookworm", DEBIAN, "main"),
    "debian-13": ("trixie", DEBIAN, "main"),
    "ubuntu-20.04": ("focal", UBUNTU, "main universe"),
    "ubuntu-22.04": ("jammy", UBUNTU, "main universe"),
    "ubuntu-24.04": ("noble", UBUNTU, "main universe"),
    "ubuntu-26.04": ("resolute", UBUNTU, "main universe"),
}
DOVECOT = ("core", "imapd", "pop3d", "lmtpd", "submissiond", "managesieved")
PACKAGES = ("postfix", *(f"dovecot-{name}" for name in DOVECOT), "msmtp")
# What the script of the package puts together, and what it copies.
POSTFIX = ("main.cf.debian", "main.cf.tls", "master.cf.dist")
SERVICE = re.compile(r"#(?:\S+ +(?:inet|unix|pass) +[-n] |  -o )")
PROTOCOL = re.compile(
    r"(?:echo '(?P<line>.*)'|cat <<EOF) > (?P<path>/usr/share/dovecot/protocols\.d/\S+)"
    r"(?:\n(?P<lines>(?:.*\n)*?)EOF)?"
)


def settings_of(content: str) -> str:
    """The lines that set something, as they stand."""
    lines = (line.rstrip() for line in content.splitlines())
    return "".join(f"{line}\n" for line in lines if line and not line.lstrip().startswith("#"))


def commented(content: str) -> list[str]:
    """The services that ``master.cf`` offers as comments between its first two services."""
    between = re.split(r"^(?=[^#\s])", content, maxsplit=2, flags=re.M)[1]
    return [line for line in between.splitlines() if SERVICE.match(line)]


def extracted(root: Path, script: str, package: str) -> dict[str, str]:
    """The settings that one unpacked package installs, by path."""
    if package == "postfix":
        share = root / "usr/share/postfix"
        return {f"/{share.relative_to(root) / name}": settings_of((share / name).read_text())
                for name in POSTFIX}  # fmt: skip
    files = {}
    names = re.search(r'^  CONFFILES="((?:[^"\\]|\\\n)*)"', script, re.M)
    for name in names[1].replace("\\\n", " ").split() if names else ():
        content = (root / "usr/share/dovecot" / name).read_text()
        files[f"/etc/dovecot/{name}"] = settings_of(content)
    for found in PROTOCOL.finditer(script):
        files[found["path"]] = f"{found['line']}\n" if found["line"] else found["lines"]
    return files


def unpacked(archive: Path, folder: Path) -> tuple[str, dict[str, str]]:
    """The version of a package, and its settings."""
    name = archive.name.partition("_")[0]
    root, control = folder / name / "root", folder / name / "control"
    root.mkdir(parents=True)
    subprocess.run(["dpkg-deb", "-x", archive, root], check=True)
    subprocess.run(["dpkg-deb", "-e", archive, control], check=True)
    shown = ["dpkg-deb", "-f", str(archive), "Version"]
    version = subprocess.run(shown, check=True, capture_output=True, text=True).stdout.strip()
    script = control / "postinst"
    return version, extracted(root, script.read_text() if script.exists() else "", name)


def fetched(release: str, keyring: str, folder: Path) -> list[Path]:
    """The packages of a release, by apt with folders of its own."""
    suite, archives, components = RELEASES[release]
    for made in ("lists/partial", "cache/archives/partial", "packages"):
        (folder / made).mkdir(parents=True)
    (folder / "status").touch()
    (folder / "sources.list").write_text(
        "".join(
            f"deb [signed-by={keyring}] {archive.format(suite)} {components}\n"
            for archive in archives
        )
    )
    options = {
        "Dir::State::lists": folder / "lists",
        "Dir::State::status": folder / "status",
        "Dir::Cache": folder / "cache",
        "Dir::Etc::sourcelist": folder / "sources.list",
        "Dir::Etc::sourceparts": "-",
        "APT::Sandbox::User": "root",
    }
    apt = ["apt-get", "-qq", *(f"-o{name}={value}" for name, value in options.items())]
    subprocess.run([*apt, "update"], check=True)
    subprocess.run([*apt, "download", *PACKAGES], check=True, cwd=folder / "packages")
    return sorted((folder / "packages").glob("*.deb"))


def main() -> int:
    """Renew the records of the releases that are named, or of all."""
    parser = argparse.ArgumentParser(prog="python -m tests.field.distributions")
    parser.add_argument("release", nargs="*", choices=[*RELEASES, []])
    keyrings = "/usr/share/keyrings"
    parser.add_argument("--debian-keyring", default=f"{keyrings}/debian-archive-keyring.gpg")
    parser.add_argument("--ubuntu-keyring", default=f"{keyrings}/ubuntu-archive-keyring.gpg")
    arguments = parser.parse_args()
    for release in arguments.release or RELEASES:
        ubuntu = release.startswith("ubuntu")
        keyring = arguments.ubuntu_keyring if ubuntu else arguments.debian_keyring
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            versions, files = {}, {}
            for archive in fetched(release, keyring, folder):
                package = archive.name.partition("_")[0]
                versions[package], settings = unpacked(archive, folder)
                files[package] = {path: text.splitlines() for path, text in settings.items()}
            master = folder / "postfix/root/usr/share/postfix/master.cf.dist"
            offered = commented(master.read_text())
        record = {"versions": versions, "settings": files, "commented": offered}
        (FIXTURES / f"{release}.json").write_text(json.dumps(record, indent=1) + "\n")
        print(release, versions["postfix"], versions["dovecot-core"])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
