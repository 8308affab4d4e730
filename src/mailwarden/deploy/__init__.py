"""A role read as the host that it makes: its tasks in their order, as steps on files.

``steps`` are what the modules of Ansible do to a file.  What reads plays and calls them is not here
yet.
"""
