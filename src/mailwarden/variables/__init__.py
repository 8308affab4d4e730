"""Variables as files set them, with places, in ansible-core's order.

Nothing of Ansible is loaded and nothing is run: files are read as data, and a value that is a
template stays one until ``render`` asks for it.

``scalars``   what a scalar is: YAML 1.1 by PyYAML's rules, or JSON
``files``     a file of variables, each value with its place and its kind
``found``     which files those of a role, a group, a host are
``levels``    the order of all that sets variables
``layers``    what a name is, asked by ``render``
``scopes``    the layers of a role that is read alone, and of the hosts of a play
``elsewhere`` the names that other files may set for these
``places``    where each character of a scalar stands in its file
``settings``  what an ``ansible.cfg`` may not change
"""
