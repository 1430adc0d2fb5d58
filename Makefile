# Every verb of the project. `make` alone lists them.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
STAMP := $(VENV)/.installed
WORKERS ?= 2
JOBS ?= 2

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help
help: ## List these verbs
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

.PHONY: install
install: $(STAMP) ## Make .venv with everything Lotse and its checks need (at once when nothing changed)
	@:

# The stamp is written last, so an install that was cut off starts again; a .venv whose Python is gone is made anew.
$(STAMP): requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Lotse needs Python 3.11 or newer; '$(PYTHON)' is older or missing. Name another: make PYTHON=python3.12 ..."; exit 1; }
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@echo "Installing into $(VENV) ..."
	@$(PY) -m pip install -qq --require-hashes --requirement requirements-dev.txt
	@$(PY) -m pip install -qq --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: demo
demo: $(STAMP) ## Try Lotse in the browser: three phones, no token
	@$(PY) -m bot demo $(ARGS)

.PHONY: run
run: $(STAMP) ## Run the bot; settings come from the environment (LOTSE_TOKEN, ...)
	@$(PY) -m bot run $(ARGS)

.PHONY: test
test: $(STAMP) ## Run all tests (ARGS="-k waitlist" for some, WORKERS=0 in one process)
	@$(PY) -m pytest -n $(WORKERS) $(ARGS)

CHECKS := check-style check-types check-imports check-texts check-image check-architecture

.PHONY: check
check: $(STAMP) ## Run every check but the tests: style, types, imports, catalogues, image, architecture
	@+$(MAKE) --keep-going --jobs=$(JOBS) --output-sync=target $(CHECKS)
	@echo "All checks passed."

.PHONY: $(CHECKS)
check-style: $(STAMP)
	@$(BIN)/ruff check --quiet bot tests
	@$(BIN)/ruff format --check --quiet bot tests || { echo "Not formatted; mend with: make format"; $(BIN)/ruff format --check bot tests; }
check-types: $(STAMP)
	@$(BIN)/mypy --no-error-summary
check-imports: $(STAMP)
	@out=$$($(BIN)/lint-imports --no-logo) || { echo "$$out"; exit 1; }
check-texts: $(STAMP)
	@$(PY) -m bot i18n check
check-image: $(STAMP)
	@$(BIN)/hadolint Dockerfile
check-architecture: $(STAMP)
	@$(PY) -m pytest -q -p no:cacheprovider tests/test_architecture.py

.PHONY: format
format: $(STAMP) ## Lay out the code and mend what ruff can mend by itself
	@$(BIN)/ruff check --quiet --fix-only bot tests
	@$(BIN)/ruff format bot tests

.PHONY: messages
messages: $(STAMP) ## Bring every catalogue in locales/ up to date with the texts in the code
	@$(PY) -m bot i18n update

.PHONY: migration
migration: $(STAMP) ## Write the migration for changed tables: make migration m="add shift notes"
	@test -n "$(m)" || { echo 'Say what changes: make migration m="add shift notes"'; exit 1; }
	@$(PY) -m bot migration "$(m)"

.PHONY: faults
faults: $(STAMP) ## Run every fault test in its long form on both databases, hours on two cores (ARGS="-k kills" for some)
	@$(PY) -m tests.faults $(ARGS)

.PHONY: bench
bench: $(STAMP) ## Measure Lotse beside a bare bot and write docs/benchmarks.md (about ten minutes; ARGS="--only tap,help" for some rows)
	@$(PY) -m tests.benchmarks $(ARGS)

.PHONY: screenshots
screenshots: $(STAMP) ## Take the README's pictures from the demo (needs Chromium)
	@$(PY) -m tests.demo.screenshots $(ARGS)

.PHONY: pins
pins: ## Renew requirements*.txt after a change of the dependencies (UPGRADE=--upgrade for the newest)
	@test -x $(UV) || { $(PYTHON) -m venv $(dir $(UV)).. && $(dir $(UV))pip install -qq uv; }
	@$(PIN) pyproject.toml --output-file requirements.txt
	@$(PIN) pyproject.toml --extra dev --output-file requirements-dev.txt
	@$(PIN) --group build --output-file requirements-build.txt

# Without addresses of any index: the hashes say what is meant, whoever delivers it.
UV := .cache/uv/bin/uv
PIN = $(UV) pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 --no-emit-index-url $(UPGRADE)

.PHONY: clean
clean: ## Remove what checks, tests and builds left behind (keeps .venv and data)
	@rm -rf .cache .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist
	@find bot tests -name __pycache__ -type d -prune -exec rm -rf {} +
