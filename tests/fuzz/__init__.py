"""Fuzzing: no input makes a reader crash, hang or run out of memory."""
