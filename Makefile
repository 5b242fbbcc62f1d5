# Needs Python 3.11 or newer, nothing else. `make help` says what can be done here.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3.14 python3 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
UV ?= $(shell uv --version >/dev/null 2>&1 && echo uv)
BIN := .venv/bin

.PHONY: help setup run demo test check format migrate whisper assets browser bench torture clean
# Two checks at once on two cores only make both late, and their lines would mix.
.NOTPARALLEL:

help: ## list what can be done here
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1|/' | \
		while IFS='|' read -r target words; do printf '  make %-9s %s\n' "$$target" "$$words"; done

setup: .venv/.ok ## install the product and its tools into .venv

.venv/.ok: requirements.lock pyproject.toml
	@echo "Installing into .venv: a minute or more, once."
ifeq ($(PYTHON),)
	@echo "Evenkeel needs Python 3.11 or newer and found none: install it, or say where it is with make PYTHON=/path/to/python3." >&2; exit 1
endif
ifeq ($(UV),)
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null \
		|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get -o DPkg::Lock::Timeout=300 update -q && apt-get -o DPkg::Lock::Timeout=300 install -y -q --no-install-recommends python3-venv; } \
		|| { echo "This Python cannot make virtual environments: install its venv package (on Debian: apt install python3-venv)." >&2; exit 1; }
	@[ -x $(BIN)/python -a -x $(BIN)/pip ] || $(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
else
	@[ -x $(BIN)/python ] || uv venv -q --clear --python "$(PYTHON)" .venv
	uv pip install -q --python $(BIN)/python --require-hashes -r requirements.lock
	uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
endif
	@touch $@

run: setup ## start Evenkeel on this machine (http://127.0.0.1:8000)
	@$(BIN)/evenkeel serve

demo: setup ## the same, with a made-up escalation to look around in
	@$(BIN)/evenkeel demo
	@$(BIN)/evenkeel serve

# The browser comes while everything else is installed: both wait for their downloads most of the time.
test: ## check, then the whole suite on SQLite and again on PostgreSQL
	@$(or $(PYTHON),false) -m tests.chromium & browser=$$!; $(MAKE) --no-print-directory setup; status=$$?; \
	wait $$browser && [ $$status = 0 ] && $(BIN)/python -m tests.suite

check: setup ## style, types, floors, templates: everything that needs no running program
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint templates --lint --quiet
	@! grep -nE '://|--(extra-)?index-url|"resolved"' requirements*.lock || { echo "A lock of requirements names a host: see CONTRIBUTING.md for how it is made." >&2; exit 1; }
	@! grep -n '"resolved"' package-lock.json || { echo "package-lock.json names a host: .npmrc keeps it from doing so." >&2; exit 1; }

format: setup ## let ruff rewrite what it can
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

migrate: setup ## bring the database to this version
	@$(BIN)/evenkeel migrate

whisper: setup .venv-whisper/.ok ## install the engine openai-whisper beside the product, into .venv-whisper

# An environment of its own: its torch is large, and nothing of it is to meet what the product runs with.
.venv-whisper/.ok: requirements-openai-whisper.lock
	@[ -x $(BIN)/python ] || { echo "Run make setup first." >&2; exit 1; }
	@$(BIN)/python -m venv --without-pip --clear .venv-whisper
	@$(BIN)/python -m pip --python .venv-whisper/bin/python install -q --disable-pip-version-check --no-compile --no-deps \
		--require-hashes -r requirements-openai-whisper.lock || { rm -rf .venv-whisper; echo "openai-whisper could not be installed. On Linux its torch is" \
		"the build for processors, from the index that torch.org names: say where it is in PIP_EXTRA_INDEX_URL." >&2; exit 1; }
	@touch $@

browser: # the Chromium that the tests drive; installs Debian's where it may
	@$(or $(PYTHON),false) -m tests.chromium

assets: ## rebuild static/vendor from package-lock.json and say what changed (needs Node)
	npm ci --ignore-scripts --silent
	cp node_modules/htmx.org/dist/htmx.min.js node_modules/idiomorph/dist/idiomorph-ext.min.js node_modules/tus-js-client/dist/tus.min.js static/vendor/
	@for licence in node_modules/*/LICENSE*; do \
		package=$$(dirname $$licence); printf '==== %s %s\n\n' "$$(basename $$package)" "$$(node -p "require('./$$package/package.json').version")"; cat "$$licence"; printf '\n\n'; \
	done > static/vendor/LICENSES.txt
	@git diff --stat --exit-code -- static/vendor || { echo "static/vendor differs from what is committed: look at it and commit it." >&2; exit 1; }

bench: setup ## measure against the promises in docs/performance.md
	@[ -f benchmarks/__main__.py ] || { echo "There are no benchmarks in this copy." >&2; exit 1; }
	@$(BIN)/python -m benchmarks

torture: setup ## kill web process and worker 200 times under load and look for every acknowledged act (minutes)
	@$(BIN)/python -m benchmarks.torture

clean: ## remove what setup and tests made; data in var/ stays
	rm -rf .venv .venv-whisper node_modules test-results .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
