#!/bin/sh
# Shows what mailwarden does: `make demo` runs this with the virtual environment's bin on PATH.
# Needs no root and changes nothing.
set -u
cd "$(dirname "$0")" || exit 2

export ANSIBLE_LOCALHOST_WARNING=false ANSIBLE_INVENTORY_UNPARSED_WARNING=false
export ANSIBLE_NOCOWS=1 ANSIBLE_RETRY_FILES_ENABLED=false
# The user's own configuration of Ansible stays out of it.
unset ANSIBLE_CONFIG

# show STATUS COMMAND...: the command, what it prints, and whether it ended as it should.
show() {
    wanted=$1
    shift
    printf '\n$ %s\n' "$*"
    "$@"
    status=$?
    if [ "$status" -ne "$wanted" ]; then
        echo "demo: this ended with status $status and not with $wanted" >&2
        exit 1
    fi
}

say() {
    printf '\n== %s\n' "$*"
}

say "A small repository: a mail host, a role for its satellites, the workstations. What is wrong?"
show 1 mailwarden lint wrong

say "What would a peer see on the wire?"
show 0 mailwarden endpoints wrong

say "What can be mended without harm?"
show 1 mailwarden lint wrong --diff

say "The same engine as an Ansible task, on this machine"
show 2 ansible-playbook check.yml

say "The corrected files"
show 0 ansible-playbook check.yml -e tree=right
show 0 mailwarden endpoints right
show 0 mailwarden lint right
