# Two commands do everything: make run and make test. Both set up what they need first.
PYTHON ?= python3
# Another Python gets an environment of its own: make test PYTHON=python3.13, PYTHON=/usr/bin/python3
VENV ?= .venv$(if $(filter-out python3,$(PYTHON)),-$(subst /,-,$(patsubst /%,%,$(PYTHON))))
PYTHONS ?= python3.11 python3.12 python3.13
# Each worker of each run would translate every module anew.
export PYTHONDONTWRITEBYTECODE =
export PORT ?= 8000
export VAR_DIR ?= $(CURDIR)/var
# The documents that the catalogue quotes; they are no part of this repository, and may lie beside it.
DOCUMENTS ?= $(or $(firstword $(wildcard ../documents ../*/documents)),../documents)
# Arguments for pytest: make test-sqlite ARGS="-k search"
ARGS ?=
# Set where a check that cannot run here must count as failed.
export REQUIRE_ALL ?= $(if $(filter true 1,$(CI)),1)

# pip's own five attempts a package are long silence where no registry answers; .npmrc bounds npm's.
export PIP_RETRIES ?= 2

# In targets, make takes a space for the end of a name unless it is escaped; recipes quote.
escaped = $(subst $(empty) ,\ ,$(1))
venv := $(call escaped,$(VENV))
var := $(call escaped,$(VAR_DIR))
bin := "$(VENV)/bin"
manage := $(bin)/python manage.py
# More workers than processors, $(1): some always wait for a server or for a browser.
pytest = $(bin)/pytest -n $(shell "$(PYTHON)" -c 'import os; print(os.cpu_count() + $(1))') --dist worksteal
templates = $(shell find templates -name '*.html')
# Tests of what no database decides, such as headers, the words of a search or how slow clients are served;
# once is enough.
without_database := accounts/test_roles.py accounts/test_second_factor.py data/test_checks.py \
  data/test_strict_yaml.py exports/test_formats.py lists/test_bitmaps.py lists/test_search.py \
  lists/test_thesaurus.py opendata/test_api.py opendata/test_data_addresses.py opendata/test_embedding.py \
  opendata/test_openapi.py opendata/test_security_txt.py overview/test_pages.py overview/test_search.py \
  overview/test_search_aids.py records/test_structured_data.py reference/test_sentences.py \
  reference/test_text_files.py served/test_below.py served/test_connections.py served/test_deployment.py \
  fuzz/test_over_a_socket.py served/test_early_answers.py \
  served/test_foreign_readers.py served/test_headers.py served/test_healthcheck.py served/test_logs.py \
  served/test_open_data.py served/test_proxy.py served/test_whole_deployment.py test_cookies.py \
  test_layers.py test_locks.py test_mutants.py test_prefix.py test_private_files.py test_project.py \
  test_queries.py test_released_migrations.py test_sentences.py test_settings.py test_setup.py test_supply_chain.py web/test_logs.py \
  web/test_resource_policy.py \
  data/test_fixtures.py web/test_pagecache.py
# Tests of what answers say. Those are the same on both databases, which test_both_databases.py shows;
# make test-deep asks both all the same.
answers := data/test_texts_stay_inside.py exports/test_views.py opendata/test_changes.py \
  opendata/test_dcat.py opendata/test_feeds.py opendata/test_sitemaps.py \
  opendata/test_statements.py overview/test_changes.py overview/test_home.py \
  overview/test_matrix.py overview/test_municipal.py overview/test_net.py \
  overview/test_pictures.py overview/test_sources.py overview/test_source_original.py \
  overview/test_states.py overview/test_timeline.py partners/test_columns.py \
  partners/test_views.py projects/test_columns.py projects/test_network.py projects/test_views.py \
  records/test_by_document.py records/test_changed_since.py records/test_citations.py \
  records/test_differences.py records/test_earlier.py records/test_earlier_list.py \
  records/test_exports.py records/test_filters.py records/test_forms.py records/test_hints.py \
  records/test_lists.py records/test_related.py records/test_shapes.py records/test_tables.py \
  records/test_version_formats.py records/test_version_words.py test_public_addresses.py
# Tests of what forms, tables and commands say and refuse. What editors write, PostgreSQL is asked in
# test_edits.py, test_*two_editors.py, records/test_versions.py and imports/test_catalogue.py;
# make test-deep asks both all the same.
forms := accounts/test_editors.py data/test_check_sources.py data/test_export_fixtures.py \
  data/test_generate_catalogue.py imports/test_tables.py opendata/test_downloads.py \
  overview/test_admin.py overview/test_desk.py overview/test_text_admin.py partners/test_admin.py \
  projects/test_admin.py records/test_block_admin.py records/test_version_admin.py web/test_fragments.py
python_dirs := hzd_catalogue partners projects tests manage.py gunicorn.conf.py

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:

.PHONY: help
help: ## list all targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "%-20s %s\n", $$1, $$2}'

# --- run ---------------------------------------------------------------------------------------

.PHONY: run
run: free-port prepare serve ## set up, fill an empty database and serve the site on PORT (8000)

.PHONY: prepare
prepare: $(venv)/.runtime $(var)/.static ## migrate the database and fill it if it is empty
	PUBLIC_ONLY=off $(manage) migrate --no-input --verbosity 0
	PUBLIC_ONLY=off $(manage) load_catalogue

.PHONY: serve
serve: $(venv)/.runtime $(var)/.static ## serve the site as it is, without touching the database
	@echo "The site will be at http://localhost:$(PORT)$(URL_PREFIX)/ and its admin at http://localhost:$(PORT)$(URL_PREFIX)/verwaltung/"
	@exec $(bin)/python -m gunicorn --config gunicorn.conf.py

.PHONY: free-port
free-port:
	@"$(PYTHON)" -c 'import socket; socket.create_connection(("$(or $(HOST),localhost)", "$(PORT)"), 2)' 2>/dev/null || exit 0; \
	  echo "Port $(PORT) is in use; take another one: PORT=8080 make run" >&2; exit 1

# --- test --------------------------------------------------------------------------------------

.PHONY: test
# Installing waits for the network most of its time: one thing is fetched beside the other, and tests
# begin while test-install goes on.
test: ## all tests: set-up, on SQLite, on PostgreSQL, in a browser
	@fetched=$$(mktemp) && trap 'rm -f "$$fetched"' EXIT && \
	  { $(MAKE) --no-print-directory node_modules/.runtime tests/browser/node_modules/.dev nginx programs \
	    >"$$fetched" 2>&1 & } && fetching=$$! && \
	  $(MAKE) --no-print-directory packages; tried=$$?; \
	  wait $$fetching; found=$$?; cat "$$fetched"; [ $$tried$$found = 00 ]
	@log=$$(mktemp) && trap 'rm -f "$$log"' EXIT && \
	  { $(MAKE) --no-print-directory test-install >"$$log" 2>&1 & } && installing=$$! && \
	  { $(MAKE) --no-print-directory test-sqlite test-postgres test-browser; tested=$$?; \
	    wait $$installing; installed=$$?; cat "$$log"; [ $$tested$$installed = 00 ]; }
	@echo "make test ran the set-up with each Python named above, all tests on SQLite, those of a database on PostgreSQL, the browser's."

.PHONY: packages
packages: $(venv)/.dev

.PHONY: test-deep
test-deep: export TEST_DEPTH = 10
test-deep: soffice test-sqlite test-postgres test-browser test-foreign test-all-pythons ## what takes longer: many more random cases, every Python, foreign programs
	@echo "make test-deep ran $(TEST_DEPTH) times as many random cases on SQLite, on PostgreSQL, in a browser and with each of $(PYTHONS)."

.PHONY: test-install
test-install: $(venv)/.runtime ## install the pinned packages with every Python found that is promised
	@$(bin)/python -m tests.every_python

.PHONY: test-sqlite
test-sqlite: $(venv)/.dev node_modules/.runtime nginx ## all tests but the browser's, on SQLite
	$(call pytest,4) --ignore=tests/browser $(ARGS)

.PHONY: test-postgres
test-postgres: $(venv)/.dev node_modules/.runtime nginx ## on PostgreSQL, those that it can change
	$(call pytest,4) --ignore=tests/browser $(addprefix --ignore=tests/,$(without_database) $(if $(TEST_DEPTH),,$(answers) $(forms))) --postgres $(ARGS)

.PHONY: test-browser
test-browser: $(venv)/.dev node_modules/.runtime tests/browser/node_modules/.dev programs ## tests in a real browser, against the served site
	$(call pytest,1) tests/browser $(ARGS)

.PHONY: test-foreign
test-foreign: .venv-foreign/.foreign $(venv)/.dev node_modules/.runtime ## pandas, csvw, frictionless and others read every file
	$(bin)/python -m tests.foreign .venv-foreign/bin/python $(ARGS)

.PHONY: test-all-pythons
test-all-pythons: ## the tests on SQLite under each of PYTHONS
	for python in $(PYTHONS); do if $$python --version; then TEST_DEPTH= $(MAKE) test-sqlite PYTHON=$$python || exit; else \
	  echo "$$python is not installed: the tests with it are left out." >&2; [ -z "$(REQUIRE_ALL)" ] || exit; fi; done

.PHONY: mutants
mutants: $(venv)/.mutants node_modules/.runtime ## break the code by hand and by chance: do tests notice? about an hour
	$(bin)/python -m tests.mutants $(ARGS)

.PHONY: check-sources
check-sources: $(venv)/.dev ## compare every quotation with the documents, where DOCUMENTS has them
	@if [ ! -d "$(DOCUMENTS)" ]; then \
	  echo "The quotations were not compared: there is no folder $(DOCUMENTS)."; exit; fi; \
	VAR_DIR=$$(mktemp -d) && trap 'rm -rf "$$VAR_DIR"' EXIT && \
	$(manage) migrate --no-input --verbosity 0 && $(manage) load_catalogue && \
	$(manage) check_sources --documents "$(DOCUMENTS)"

.PHONY: programs
# Chromium without the parts that draw its window takes half of the time.
programs:
	@REQUIRE_ALL=1 sh tests/provide.sh chromium-headless-shell "$$CHROMIUM" chromium-headless-shell 2>/dev/null || \
	  sh tests/provide.sh chromium chromium chromium-browser google-chrome google-chrome-stable
	@sh tests/provide.sh default-jre-headless java

.PHONY: soffice
soffice:
	@sh tests/provide.sh libreoffice-calc-nogui soffice

.PHONY: nginx
nginx:
	@sh tests/provide.sh nginx-light /usr/sbin/nginx nginx

.PHONY: wrk
wrk:
	@REQUIRE_ALL=1 sh tests/provide.sh wrk wrk

# --- develop -----------------------------------------------------------------------------------

.PHONY: lint
lint: $(venv)/.dev ## every static check
	$(bin)/ruff format --check $(python_dirs)
	$(bin)/ruff check $(python_dirs)
	$(bin)/djade --target-version 5.2 --check $(templates)
	$(bin)/mypy
	$(bin)/lint-imports
	$(bin)/hadolint Dockerfile

.PHONY: format
format: $(venv)/.dev ## put code and templates into their common form
	-$(bin)/django-upgrade --target-version 5.2 $(shell git ls-files '*.py')
	-$(bin)/djade --target-version 5.2 $(templates)
	$(bin)/ruff check --fix-only $(python_dirs)
	$(bin)/ruff format $(python_dirs)

.PHONY: screenshots
screenshots: $(venv)/.dev node_modules/.runtime programs ## make the pictures in docs/screenshots anew
	$(bin)/python -m tests.browser.screenshots

.PHONY: bench
bench: .venv-bench/.bench $(venv)/.dev node_modules/.runtime nginx wrk ## how fast it is, beside a bare view and Datasette: docs/performance.md; hours, or in parts (CONTRIBUTING.md)
	$(bin)/python -m tests.benchmarks $(ARGS)

.PHONY: requirements
requirements: $(venv)/.dev ## pin Python and npm packages anew, with hashes
	@$(bin)/python -c 'import sys; sys.exit(sys.version_info[:2] > (3, 11) and \
	  "Pin with the oldest Python that is promised: make requirements PYTHON=python3.11")'
	for name in audit base bench dev foreign mutants; do \
	  CUSTOM_COMPILE_COMMAND="make requirements" $(bin)/python -m piptools compile --quiet --upgrade \
	    --generate-hashes --allow-unsafe --strip-extras --no-emit-options --no-emit-index-url \
	    --no-emit-trusted-host --no-emit-find-links \
	    requirements/$$name.in --output-file requirements/$$name.txt || exit; done
	npm update
	npm --prefix tests/browser update

.PHONY: released-migrations
released-migrations: $(venv)/.dev ## note new migrations as released: from then on a test refuses to change them
	$(bin)/python -m tests.released_migrations

.PHONY: sbom
sbom: $(venv)/.runtime node_modules/.runtime ## list the packages that the site runs with: sbom.cdx.json (CycloneDX)
	$(bin)/python -m tests.supply_chain sbom.cdx.json

.PHONY: audit
audit: .venv-audit/.audit $(venv)/.runtime node_modules/.runtime ## ask for known weaknesses of these packages; says plainly where nobody answers
	$(bin)/python -m tests.supply_chain audit

.PHONY: clean
clean: ## remove what can be made again; the database in var/ stays
	rm -rf .venv .venv-* node_modules tests/browser/node_modules "$(VAR_DIR)/static" "$(VAR_DIR)/.static"
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find hzd_catalogue partners projects tests -name __pycache__ -prune -exec rm -rf {} +

# --- set up; a stamp is older than what it was made from when that has changed --------------------

# Runs $(1) and shows what it said only where it failed. Where it reached no registry, the one sentence
# $(2) says that instead.
define download
@log=$$(mktemp) && trap 'rm -f "$$log"' EXIT && if ! $(1) >"$$log" 2>&1; then \
  if grep -qE "connection broken by|Max retries exceeded|code E(CONN|NOTFOUND|AI_AGAIN|[A-Z_]*TIME)" "$$log"; \
  then echo $(2) >&2; else cat "$$log" >&2; fi; exit 1; fi
endef

define pip_install
@echo "Installing the packages of $< into $(VENV)"
$(call download,$(bin)/python -m pip install --disable-pip-version-check --require-hashes -r $<,\
  "pip reached no package index; PIP_INDEX_URL or index-url in 'pip config list' says which one it asks.")
@touch "$@"
endef

define own_environment
@"$(PYTHON)" -m venv $(@D)
@echo "Installing the packages of $< into $(@D)"
$(call download,$(@D)/bin/python -m pip install --disable-pip-version-check --require-hashes -r $<,\
  "pip reached no package index; PIP_INDEX_URL or index-url in 'pip config list' says which one it asks.")
@touch "$@"
endef

# The packages of a folder, with the oldest Node.js, $(1), that runs them.
define npm_ci
@for program in node npm; do command -v $$program >/dev/null || { \
  echo "$$program is not installed; Node.js $(1) or newer brings it." >&2; exit 1; }; done
@version=$$(node --version); major=$${version#v}; [ "$${major%%.*}" -ge $(1) ] || { \
  echo "Node.js $(1) or newer is needed; node is $$version." >&2; exit 1; }
@echo "Installing the packages of $<"
$(call download,npm --prefix ./$(dir $<) ci,"npm reached no registry; 'npm config get registry' says which one it asks.")
@touch "$@"
endef

$(venv)/.runtime: requirements/base.txt
	@command -v "$(PYTHON)" >/dev/null || { \
	  echo "$(PYTHON) is not installed; name a Python that is: make run PYTHON=python3.11" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
	  "Python 3.11 or newer is needed; $(PYTHON) is %d.%d. Name another one: make run PYTHON=python3.11" \
	  % sys.version_info[:2])'
	@"$(PYTHON)" -c 'import ensurepip' 2>/dev/null || { \
	  echo "Python's venv is missing; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@"$(PYTHON)" -m venv "$(VENV)"
	$(pip_install)

$(venv)/.dev: requirements/dev.txt $(venv)/.runtime
	$(pip_install)

$(venv)/.mutants: requirements/mutants.txt $(venv)/.dev
	$(pip_install)

# Programs by others ask for other versions than the site does, and never meet it but over HTTP.
.venv-foreign/.foreign: requirements/foreign.txt
	$(own_environment)

.venv-audit/.audit: requirements/audit.txt
	$(own_environment)

.venv-bench/.bench: requirements/bench.txt
	$(own_environment)

node_modules/.runtime: package-lock.json
	$(call npm_ci,18)

tests/browser/node_modules/.dev: tests/browser/package-lock.json
	$(call npm_ci,20)

$(var)/.static: $(venv)/.runtime node_modules/.runtime hzd_catalogue/settings.py $(shell find static -type f)
	$(manage) collectstatic --no-input --verbosity 0
	@touch "$@"
