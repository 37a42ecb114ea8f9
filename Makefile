# Two commands do everything: make run and make test. Both set up what they need first.
PYTHON ?= python3
# Another Python gets an environment of its own: make test PYTHON=python3.13
VENV ?= .venv$(if $(filter-out python3,$(notdir $(PYTHON))),-$(notdir $(PYTHON)))
PYTHONS ?= python3.11 python3.12 python3.13
export PORT ?= 8000
export VAR_DIR ?= $(CURDIR)/var
# The documents that the catalogue quotes; they are no part of this repository.
DOCUMENTS ?= ../shared/documents
# Arguments for pytest: make test-sqlite ARGS="-k search"
ARGS ?=
# Set where a check that cannot run here must count as failed.
export REQUIRE_ALL ?= $(if $(filter true 1,$(CI)),1)

bin := $(VENV)/bin
manage := $(bin)/python manage.py
pytest := $(bin)/pytest -n auto
templates = $(shell find templates -name '*.html')
python_dirs := hzd_catalogue partners projects tests manage.py gunicorn.conf.py

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:

.PHONY: help
help: ## list all targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "%-16s %s\n", $$1, $$2}'

# --- run ---------------------------------------------------------------------------------------

.PHONY: run
run: prepare serve ## set up, fill an empty database and serve the site on PORT (8000)

.PHONY: prepare
prepare: $(VENV)/.runtime $(VAR_DIR)/.static ## migrate the database and fill it if it is empty
	PUBLIC_ONLY=off $(manage) migrate --no-input --verbosity 0
	PUBLIC_ONLY=off $(manage) load_catalogue

.PHONY: serve
serve: $(VENV)/.runtime $(VAR_DIR)/.static ## serve the site as it is, without touching the database
	@echo "The site will be at http://localhost:$(PORT)/ and its admin at http://localhost:$(PORT)/verwaltung/"
	@exec $(bin)/gunicorn --config gunicorn.conf.py

# --- test --------------------------------------------------------------------------------------

.PHONY: test
test: test-sqlite test-postgres test-browser ## all tests: on SQLite, on PostgreSQL, in a browser

.PHONY: test-sqlite
test-sqlite: $(VENV)/.dev ## all tests but the browser's, on SQLite
	$(pytest) --ignore=tests/browser $(ARGS)

.PHONY: test-postgres
test-postgres: $(VENV)/.dev ## the same tests on PostgreSQL
	$(pytest) --ignore=tests/browser --postgres $(ARGS)

.PHONY: test-browser
test-browser: $(VENV)/.dev node_modules/.dev programs ## tests in a real browser, against the served site
	$(pytest) tests/browser $(ARGS)

.PHONY: test-all-pythons
test-all-pythons: ## the tests on SQLite under each of PYTHONS
	for python in $(PYTHONS); do $(MAKE) test-sqlite PYTHON=$$python || exit; done

.PHONY: check-sources
check-sources: $(VENV)/.dev ## compare every quotation with the documents, where DOCUMENTS has them
	@if [ ! -d "$(DOCUMENTS)" ]; then \
	  echo "The quotations were not compared: there is no folder $(DOCUMENTS)."; exit; fi; \
	VAR_DIR=$$(mktemp -d) && trap 'rm -rf "$$VAR_DIR"' EXIT && \
	$(manage) migrate --no-input --verbosity 0 && $(manage) load_catalogue && \
	$(manage) check_sources --documents "$(DOCUMENTS)"

.PHONY: programs
programs:
	@sh tests/browser/provide.sh chromium "$$CHROMIUM" chromium chromium-browser google-chrome google-chrome-stable
	@sh tests/browser/provide.sh default-jre-headless java

# --- develop -----------------------------------------------------------------------------------

.PHONY: lint
lint: $(VENV)/.dev ## every static check
	$(bin)/ruff format --check $(python_dirs)
	$(bin)/ruff check $(python_dirs)
	$(bin)/djade --target-version 5.2 --check $(templates)
	$(bin)/mypy
	$(bin)/lint-imports
	$(bin)/hadolint Dockerfile

.PHONY: format
format: $(VENV)/.dev ## put code and templates into their common form
	-$(bin)/django-upgrade --target-version 5.2 $(shell git ls-files '*.py')
	-$(bin)/djade --target-version 5.2 $(templates)
	$(bin)/ruff check --fix-only $(python_dirs)
	$(bin)/ruff format $(python_dirs)

.PHONY: screenshots
screenshots: $(VENV)/.dev node_modules/.dev programs ## make the pictures in docs/screenshots anew
	$(bin)/python -m tests.browser.screenshots

.PHONY: benchmark
benchmark: $(VENV)/.dev ## compare the real catalogue with one a thousand times as large
	$(bin)/python -m tests.benchmarks.growth

.PHONY: requirements
requirements: $(VENV)/.dev ## pin Python and npm packages anew, with hashes
	cd requirements && for name in base dev; do \
	  CUSTOM_COMPILE_COMMAND="make requirements" $(abspath $(bin))/pip-compile --quiet --upgrade \
	    --generate-hashes --allow-unsafe --strip-extras --no-emit-options --no-emit-index-url \
	    --no-emit-trusted-host --no-emit-find-links $$name.in --output-file $$name.txt; done
	npm update

.PHONY: clean
clean: ## remove what can be made again; the database in var/ stays
	rm -rf .venv .venv-* node_modules $(VAR_DIR)/static $(VAR_DIR)/.static
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find hzd_catalogue partners projects tests -name __pycache__ -prune -exec rm -rf {} +

# --- set up; a stamp is older than what it was made from when that has changed --------------------

$(VENV)/.runtime: requirements/base.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed.")'
	$(PYTHON) -m venv $(VENV) || { echo "Python's venv is missing; on Debian: apt-get install python3-venv"; exit 1; }
	$(bin)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.runtime
	$(bin)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

node_modules/.runtime: package-lock.json
	npm ci --omit=dev
	@touch $@

node_modules/.dev: package-lock.json
	npm ci
	@touch $@ node_modules/.runtime

$(VAR_DIR)/.static: $(VENV)/.runtime node_modules/.runtime hzd_catalogue/settings.py $(shell find static -type f)
	$(manage) collectstatic --no-input --verbosity 0
	@touch $@
