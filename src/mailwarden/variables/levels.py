"""What sets variables, in the order in which ansible-core lets a later one win.

Source: ansible-core 2.17 and 2.19, ``VariableManager.get_vars`` and ``VARIABLE_PRECEDENCE``; the
variable of a loop is set over all of them (``TaskExecutor._run_loop``).
"""

from __future__ import annotations

DEFAULTS_OF_PLAY = "defaults of the play's roles"
DEFAULTS = "role defaults"
INVENTORY_ALL = "inventory file, all"
INVENTORY_GROUPS = "inventory file, groups"
ALL_BESIDE_INVENTORY = "group_vars/all beside the inventory"
ALL_BESIDE_PLAYBOOK = "group_vars/all beside the playbook"
GROUPS_BESIDE_INVENTORY = "group_vars beside the inventory"
GROUPS_BESIDE_PLAYBOOK = "group_vars beside the playbook"
INVENTORY_HOST = "inventory file, host"
HOST_BESIDE_INVENTORY = "host_vars beside the inventory"
HOST_BESIDE_PLAYBOOK = "host_vars beside the playbook"
PLAY_VARS = "play vars"
PROMPTS = "vars_prompt"
VARS_FILES = "vars_files"
VARS_OF_PLAY = "vars of the play's roles"
ROLE_VARS = "role vars"
BLOCK_VARS = "block vars"
TASK_VARS = "task vars"
INCLUDED = "include_vars"
SET_FACT = "set_fact and register"
ROLE_PARAMETERS = "role parameters"
INCLUDE_PARAMETERS = "parameters of an include"
EXTRA = "extra vars"
LOOP = "loop"

# Lowest first.  Facts, which no file knows, come between the hosts and the play.
ORDER = (
    DEFAULTS_OF_PLAY,
    DEFAULTS,
    INVENTORY_ALL,
    INVENTORY_GROUPS,
    ALL_BESIDE_INVENTORY,
    ALL_BESIDE_PLAYBOOK,
    GROUPS_BESIDE_INVENTORY,
    GROUPS_BESIDE_PLAYBOOK,
    INVENTORY_HOST,
    HOST_BESIDE_INVENTORY,
    HOST_BESIDE_PLAYBOOK,
    PLAY_VARS,
    PROMPTS,
    VARS_FILES,
    VARS_OF_PLAY,
    ROLE_VARS,
    BLOCK_VARS,
    TASK_VARS,
    INCLUDED,
    SET_FACT,
    ROLE_PARAMETERS,
    INCLUDE_PARAMETERS,
    EXTRA,
    LOOP,
)
RANK = {level: number for number, level in enumerate(ORDER)}
