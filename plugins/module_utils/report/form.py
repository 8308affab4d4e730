# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The words of a report that those who make one and those who read one share."""

from __future__ import annotations

SCHEMA_VERSION = 2
# Stands among the undecided fields of an endpoint that some alternatives do not have.
EXISTS = "exists"
# What may be defined beside the endpoints that are known.
FURTHER = "further"
# What is longer than any setting that people write is shown by its beginning.
LONGEST = 2000
