"""Fuzzing: no input makes a reader crash, hang or run out of memory."""

import conftest  # noqa: F401  makes the collection importable
