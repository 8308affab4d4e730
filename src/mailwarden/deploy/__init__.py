"""A role read as the host that it makes: its tasks in their order, as steps on files.

``action``     what is done on a host: actions, and what nobody can follow
``sequence``   a role or a playbook as actions, in order

``project``    the roles, tasks and playbooks of a repository
``written``    a file of tasks or plays as it is written
``arguments``, ``words``
               the parameters of a task
``modules``    modules by their names
``walk``       tasks in the order in which they run
``frame``      what a task has from what it stands in
``rounds``     how often a task runs, and what decides it
``included``, ``firsts``, ``globs``
               files and roles that tasks name
``roles``, ``announced``, ``handlers``, ``facts``
               what a play knows at a task
``evaluate``, ``loops``
               what the values of a task are
``steps``      what the modules of Ansible do to a file

``hosts``      the hosts that the roles of a repository make
``concerned``, ``signs``, ``releases``
               which roles concern mail, and which distribution a role is for
``ground``, ``host``
               what a distribution ships, and what actions make of it
``effects``, ``concerns``, ``delimiters``
               what an action does to which files, which of these concern mail, and by which signs
               a template is read
``mounted``    the hosts as files of their repository
"""
