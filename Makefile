# Each target makes the virtual environment .venv and installs there what it needs. README.md says what else it touches.
#
#   make unit           the fast loop: the unit tests but for the slow ones, with fewer examples of each property
#   make test           every unit test, and one case of every class of the larger suites (root)
#   make test-share     an eighth of what `make test` leaves out, chosen by the commit (root)
#   make test-all       everything (root)
#   make lint           ruff, mypy --strict and ansible-lint
#   make release-check  what a release is made of, built, installed in empty environments, and used
#   make demo           lint the example repository, show what is wrong with it, and the corrected one clean
#   make bench          what a run costs, as ratios
#   make field          Thunderbird's provider database, read completely: ISPDB=…/autoconfig/ispdb
#   make recorded       what ansible-playbook writes for the roles of tests/fixtures/roles, anew (root)
#   make trees          public repositories, and faults planted in them: TREES=the folder of their clones
#   make claims         which files of public repositories are taken for mail: CLONES=the folder of their clones
#   make roles          what is said of public Ansible repositories, twenty with their answers: CLONES=as above
#   make clean          take away what the others made in this folder
#
# `make PYTHON=python3.12 unit` makes .venv of another Python, `make JOBS=4 unit` runs more tests at a time.

SHELL := /bin/sh
VENV  := .venv
BIN   := $(VENV)/bin

# The first interpreter that is new enough for the command. `make PYTHON=python3.12 test` chooses another.
ifndef PYTHON
PYTHON := $(shell for name in python3 python3.13 python3.12 python3.11 python3.10; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null && echo "$$name" && break; done)
endif

# The unit tests that run at a time. Those that need the machine for themselves run one by one.
JOBS := $(shell nproc 2>/dev/null || echo 2)
UNIT := $(BIN)/python -m pytest -n $(JOBS) --dist=worksteal tests/unit
MACHINE := $(BIN)/python -m pytest tests/firewall tests/playbooks tests/wire

.PHONY: help unit test test-share test-all lint ruff mypy ansible-lint release-check demo bench field recorded trees claims roles clean

help:
	@sed -n 's/^#   //p' Makefile

unit: $(VENV)/.test
	$(UNIT) -m "not integration" --hypothesis-profile=fast

# Both run, so that one failure does not hide another.
test: $(VENV)/.test
	@status=0; $(UNIT) || status=1; $(MACHINE) || status=1; exit $$status

# What `make test` leaves out, an eighth at a time, chosen by the commit.
test-share: $(VENV)/.test
	$(BIN)/python -m pytest -m "wire or firewall or slow" --wire=share

test-all: $(VENV)/.test
	@status=0; $(UNIT) --wire=all || status=1; $(MACHINE) --wire=all || status=1; exit $$status

release-check: $(VENV)/.test
	$(BIN)/python -m tests.release

demo: $(VENV)/.ansible
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh examples/demo.sh

bench: $(VENV)/.test
	$(BIN)/python -m tests.bench

field: $(VENV)/.test
	@test -n "$(ISPDB)" || { echo "git clone https://github.com/thunderbird/autoconfig, then" \
		"make field ISPDB=autoconfig/ispdb" >&2; exit 2; }
	$(BIN)/python -m tests.field "$(ISPDB)"

recorded: $(VENV)/.test
	$(BIN)/python -m tests.field.recorded $(CASES)

trees: $(VENV)/.test
	@test -n "$(TREES)" || { echo "clone the repositories of tests/field/trees.yml into a folder, then" \
		"make trees TREES=that folder" >&2; exit 2; }
	$(BIN)/python -m tests.field.trees "$(TREES)"

claims: $(VENV)/.test
	@test -n "$(CLONES)" || { echo "clone the repositories of tests/field/claims.yml into a folder, as OWNER/NAME, then" \
		"make claims CLONES=that folder" >&2; exit 2; }
	$(BIN)/python -m tests.field.claims "$(CLONES)"

roles: $(VENV)/.test
	@test -n "$(CLONES)" || { echo "clone the repositories of tests/field/roles.yml into a folder, as OWNER/NAME, then" \
		"make roles CLONES=that folder" >&2; exit 2; }
	$(BIN)/python -m tests.field.roles "$(CLONES)"

lint: ruff mypy ansible-lint

ruff: $(VENV)/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check

mypy: $(VENV)/.dev
	$(BIN)/mypy -p mailwarden -p ansible_collections.mailwarden.policy.plugins
	$(BIN)/mypy conftest.py hatch_build.py extensions tests

# With the rule of this checkout. Offline: nothing in it needs other collections.
ansible-lint: $(VENV)/.dev
	PATH="$(CURDIR)/$(BIN):$$PATH" ansible-lint --offline -q

clean:
	rm -rf $(VENV) .dev .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist

# One stamp for each set of packages: pip runs again only when what they are made from has changed.
$(VENV)/.ansible $(VENV)/.test $(VENV)/.dev: $(VENV)/.%: $(BIN)/python pyproject.toml hatch_build.py galaxy.yml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[$*]'
	@touch $@

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.10 or newer is needed: apt-get install python3" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "Python's venv is needed: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
