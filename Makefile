# Folkmoot's commands. Needed: Python 3.11 or newer with venv, make, and a way to reach the package registry.
# Another Python: make test PYTHON=python3.12
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo test check bench faults fuzz guards fix words migration clean

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-14s %s\n", $$1, $$2}'

demo: $(VENV)/installed ## three organisations on this computer, talking to each other
	$(BIN)/folkmoot demo

test: $(VENV)/installed-dev ## everything that must hold: about 20 minutes on 2 cores
	$(BIN)/python tests/run.py

check: $(VENV)/installed-dev ## the fast part of it, for every change
	$(BIN)/python tests/run.py --fast

bench: $(VENV)/installed-dev ## measure speed; prints ratios, proves nothing
	$(BIN)/python -m tests.bench

faults: $(VENV)/installed-dev ## kill the server again and again, and look at every page in every way, for a long time
	FOLKMOOT_TEST_ROUNDS=50 $(BIN)/pytest -s tests/faults
	FOLKMOOT_TEST_ROUNDS=15 FOLKMOOT_TEST_ENGINE=postgres $(BIN)/pytest -s tests/faults
	FOLKMOOT_TEST_ROUNDS=15 $(BIN)/pytest tests/browser

fuzz: $(VENV)/installed-dev ## a million broken documents and 40,000 odd requests, half an hour or more
	FOLKMOOT_TEST_CASES=1000000 FOLKMOOT_TEST_EXAMPLES=20000 $(BIN)/pytest -s tests/fuzz

guards: $(VENV)/installed-dev ## take away what keeps each attack out, and see its tests fail; an hour
	$(BIN)/python -m tests.hostile.guards

fix: $(VENV)/installed-dev ## format the code and mend what can be mended
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

words: $(VENV)/installed-dev ## collect the texts people see, for translators, and compile the translations
	$(BIN)/python -m tests.words

migration: $(VENV)/installed-dev ## after a change of the models: make migration NAME=add_answer_due_date
	$(BIN)/python -m server.storage.new_migration '$(NAME)'

clean: ## remove the virtual environment and caches; your data stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# A fresh environment whenever pyproject.toml changes, and only then.
$(VENV)/installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Folkmoot needs Python 3.11 or newer. Try: make PYTHON=python3.11")'
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@
