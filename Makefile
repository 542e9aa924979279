# The one way in, for people and for CI. `make help` lists what there is.
.DEFAULT_GOAL := help
SHELL := /bin/bash

# The first interpreter that answers and is new enough; PYTHON=... overrides.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' >/dev/null 2>&1 && echo $$p && break; done)
VENV := .venv
CHECKS := .venv-checks
BIN := $(VENV)/bin
# What is shipped, in an environment of its own, and the tools that pack and look at it, in another.
SHIPPED := .venv-shipped
TOOLS := .venv-shipping
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
# Tests wait for servers and processes half of their time.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2) + 1)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --no-input

.PHONY: help demo serve test test-long soak lint types imports security check-infra bench system-deps audit requirements package check-container sbom licences readme pictures package-connector clean check-python

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 20

check-python:
	@test -n "$(PYTHON)" || { echo "No Python 3.11 to 3.14 was found. Install one, or name it: make PYTHON=/path/to/python3.11"; exit 1; }

$(VENV)/made: | check-python
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "python -m venv failed: on Debian and Ubuntu install the package python3-venv."; exit 1; }
	@touch $@

$(VENV)/run: $(VENV)/made requirements/run.txt pyproject.toml
	@echo "Installing what the service needs (once) ..."
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev: $(VENV)/run requirements/dev.txt
	@echo "Installing what tests and checks need (once) ..."
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/bench: $(VENV)/run requirements/bench.txt
	@$(PIP) install --require-hashes -r requirements/bench.txt
	@touch $@

demo: $(VENV)/run ## The whole main job against the embedded sandbox, then exit
	@$(BIN)/connector demo

serve: $(VENV)/run ## The demo that stays: sandbox and service, until Ctrl-C
	@$(BIN)/connector demo --stay

# COVERAGE=1 measures coverage as well, which doubles the time, and fails below what is wanted.
test: $(VENV)/dev ## Every test; what needs a missing server is skipped by name
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m "not long" \
		$(if $(COVERAGE),--cov --cov-report=term --cov-fail-under=95) $(PYTEST)
	@$(if $(COVERAGE),$(BIN)/python -m coverage report --include='connector/scoring/*' --fail-under=100)

test-long: $(VENV)/dev ## The tests that take minutes: browser, contract fuzzing, kills
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m long $(PYTEST)

# SEED=... repeats the choices of an earlier run.
soak: $(VENV)/dev ## An installation under faults and kills for SECONDS (600), then all its books compared
	@$(BIN)/python -m tests.soak --seconds $(or $(SECONDS),600) $(if $(SEED),--seed $(SEED))

lint: $(VENV)/dev ## Format and lint
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: $(VENV)/dev ## mypy, strict
	@$(BIN)/mypy

imports: $(VENV)/dev ## The layers
	@$(BIN)/lint-imports

security: $(VENV)/dev ## bandit
	@$(BIN)/bandit -q -c pyproject.toml -r connector

bench: $(VENV)/bench ## Ratios measured in one run
	@for b in tests/benchmarks/bench_*.py; do echo "== $$b"; $(BIN)/python $$b $(BENCH) || exit 1; done

$(CHECKS)/made: requirements/infra.txt | check-python
	@$(PYTHON) -m venv --clear $(CHECKS)
	@$(CHECKS)/bin/python -m pip --disable-pip-version-check --quiet --no-input install --require-hashes \
		-r requirements/infra.txt
	@touch $@

# CKV_AZURE_189 cannot read a condition: access to the vault is off where there is a network.
check-infra: $(CHECKS)/made ## Bicep is parsed, and looked through for what is insecure
	@$(CHECKS)/bin/python -c 'import pathlib, pycep; [pycep.BicepParser().parse(file_path=path) for path in \
		sorted(pathlib.Path("infra").rglob("*.bicep"))]'
	@$(CHECKS)/bin/checkov --directory infra --framework bicep --skip-download --quiet --compact \
		--skip-check CKV_AZURE_189

system-deps: ## What tests need and only a package manager has (root)
	@if command -v npm >/dev/null; then echo "Node.js and npm are there."; \
	elif command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nodejs npm; \
	else echo "Install Node.js and npm with your package manager."; exit 1; fi
	@if ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null; then \
		echo "PostgreSQL is there."; \
	elif command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql; \
	else echo "Install PostgreSQL 15 or newer with your package manager: initdb and pg_ctl are needed."; exit 1; fi

	@if command -v chromium >/dev/null; then echo "Chromium is there."; \
	elif command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium \
			fonts-dejavu-core fonts-noto-core; \
	else echo "Install Chromium with your package manager."; exit 1; fi

requirements: $(VENV)/dev ## Pin again, with hashes and without index addresses
	@$(PIP) install uv
	@for g in "run:" "dev:--group dev" "bench:--group bench"; do \
		$(COMPILE) pyproject.toml --group build $${g#*:} -o requirements/$${g%%:*}.txt || exit 1; done
	@$(COMPILE) --group pyproject.toml:build -o requirements/build.txt
	@$(COMPILE) --group pyproject.toml:shipping -o requirements/shipping.txt
	@$(COMPILE) --group pyproject.toml:infra -o requirements/infra.txt
	@$(COMPILE) pyproject.toml --extra container --extra postgresql --extra tracing -o requirements/container.txt

readme: $(VENV)/run ## Put what the demo prints into the README
	@$(BIN)/python docs/make_readme.py

pictures: $(VENV)/dev ## Draw the picture of a card for README and docs (needs Chromium and npm)
	@$(BIN)/python docs/make_pictures.py

package-connector: $(VENV)/run ## The custom connector of Power Automate, made from openapi.yaml
	@$(BIN)/connector openapi --package infra/power-automate

$(TOOLS)/made: requirements/shipping.txt requirements/build.txt | check-python
	@$(PYTHON) -m venv --clear $(TOOLS)
	@$(TOOLS)/bin/python -m pip --disable-pip-version-check --quiet --no-input install --require-hashes \
		-r requirements/shipping.txt -r requirements/build.txt
	@touch $@

$(SHIPPED)/made: requirements/container.txt | check-python
	@$(PYTHON) -m venv --clear $(SHIPPED)
	@$(SHIPPED)/bin/python -m pip --disable-pip-version-check --quiet --no-input install --require-hashes \
		-r requirements/container.txt
	@$(SHIPPED)/bin/python -m pip --disable-pip-version-check --quiet --no-input uninstall --yes pip setuptools
	@touch $@

package: $(VENV)/dev $(TOOLS)/made ## Wheel and sdist in dist/, then what the wheel alone can do
	@rm -rf dist/*.whl dist/*.tar.gz
	@$(TOOLS)/bin/python -m build --no-isolation --outdir dist . >/dev/null
	@CONNECTOR_TEST_WHEEL="$$(ls $(CURDIR)/dist/*.whl)" $(BIN)/python -m pytest -m long tests/packaging $(PYTEST)
	@ls -l dist

check-container: $(TOOLS)/made ## The Dockerfile by hadolint, the compose file by its schema
	@$(TOOLS)/bin/hadolint --failure-threshold style infra/container/Dockerfile
	@$(TOOLS)/bin/check-jsonschema --builtin-schema vendor.compose-spec infra/container/compose.yaml

sbom: $(TOOLS)/made $(SHIPPED)/made ## What is shipped, as CycloneDX: dist/sbom.cdx.json
	@mkdir -p dist
	@$(TOOLS)/bin/cyclonedx-py environment $(SHIPPED) --pyproject pyproject.toml --mc-type application \
		--output-reproducible --spec-version 1.6 --output-format JSON --output-file dist/sbom.cdx.json

licences: sbom ## The licences of what is shipped: dist/licences.md; fails on one that may not be
	@$(PYTHON) infra/release/licences.py dist/sbom.cdx.json > dist/licences.md; code=$$?; cat dist/licences.md; exit $$code

audit: $(VENV)/dev ## Known faults of dependencies (needs an advisory service)
	@$(PIP) install pip-audit
	@$(BIN)/pip-audit --require-hashes -r requirements/run.txt
	@$(BIN)/pip-audit --require-hashes -r requirements/container.txt

# Not .connector: that is the data of whoever ran commands from here.
clean: ## Remove what was made
	rm -rf $(VENV) $(CHECKS) $(SHIPPED) $(TOOLS) dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage* htmlcov
