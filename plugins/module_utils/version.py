# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The version, where a managed node and a fast start can have it; a test holds it to galaxy.yml."""

from __future__ import annotations

VERSION = "0.1.0"
