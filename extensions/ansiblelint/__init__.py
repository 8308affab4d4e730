"""Rules for ansible-lint; the folder is a package because ansible-lint loads no other."""
