SHELL := /bin/bash
.DEFAULT_GOAL := help
export UV_PYTHON_DOWNLOADS := never
export UV_SYSTEM_CERTS := 1

PYTHON ?= python3
UV := .tools/bin/uv
WORKERS ?= 2
EXAMPLES ?= 200
PATHS ?= 50000
FIRST ?= 0

help: ## Shows what can be made.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.tools/bin/uv:
	$(PYTHON) -m venv .tools && .tools/bin/pip install -q --disable-pip-version-check uv==0.13.9

.venv/.ok: .tools/bin/uv pyproject.toml requirements.lock
	$(UV) venv -q --allow-existing --python $(PYTHON) .venv
	$(UV) pip install -q --require-hashes --python .venv -r requirements.lock
	$(UV) pip install -q --no-deps --python .venv -e .
	touch $@

.venv/.dev-ok: .venv/.ok requirements-dev.lock
	$(UV) pip sync -q --require-hashes --python .venv requirements-dev.lock
	$(UV) pip install -q --no-deps --python .venv -e .
	touch $@

setup: .venv/.ok ## Makes the environment.

run: .venv/.ok ## Starts the service with the demo school and prints its address.
	exec .venv/bin/fasttrack serve --demo

test: .venv/.dev-ok ## Runs every test.
	.venv/bin/pytest -n $(WORKERS) tests

replay: .venv/.dev-ok ## Compares restored cases with others on 50,000 random paths.
	.venv/bin/python -m tests.engine.replaying --number $(PATHS) --first $(FIRST) --workers $(WORKERS)

fuzz-api: .venv/.dev-ok ## Asks each operation of the API EXAMPLES times what its documentation allows and forbids.
	.venv/bin/pytest tests/fuzz --examples $(EXAMPLES)

check: .venv/.dev-ok ## Style, types, layers, diagrams, file sizes.
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/python tests/house.py
	.venv/bin/fasttrack process check bpmn/fast_track

migration: .venv/.dev-ok ## Writes the first migration anew from the tables, until the first release.
	.venv/bin/python -m api.migrations.write --first
	.venv/bin/ruff format -q api/migrations/versions

bpmn-support: .venv/.dev-ok ## Writes which elements of BPMN 2.0 run, from the diagrams that prove it.
	.venv/bin/python -m tests.bpmn.support > docs/bpmn-support.md

conformance: .venv/.dev-ok ## Tells every diagram of tests/diagrams/conformance by this engine, and by the library alone.
	.venv/bin/python -m tests.engine.conformance

rules: .venv/.dev-ok ## Prints each rule of the procedure, where it stands and which tests prove it.
	@.venv/bin/python -m tests.rules $(RULE)

fuzz: .venv/.dev-ok ## Tries 210,000 inputs of every kind: nothing breaks, or takes more than 0.3 s or 100 MB.
	.venv/bin/python -W ignore::SyntaxWarning -m tests.fuzz_inputs.running

pictures: .venv/.dev-ok ## Draws the diagrams anew for readers, with Chromium; root on Debian gets it.
	@command -v chromium chromium-browser google-chrome >/dev/null || \
		[ $$(id -u) != 0 ] || [ ! -e /etc/debian_version ] || \
		{ apt-get update -q && apt-get install -qy --no-install-recommends chromium; }
	.venv/bin/python docs/pictures/draw.py

lock: .tools/bin/uv ## Resolves the locks anew, without addresses.
	$(UV) pip compile -q --generate-hashes --universal --no-emit-index-url --no-header pyproject.toml -o requirements.lock
	$(UV) pip compile -q --generate-hashes --universal --no-emit-index-url --no-header --group dev pyproject.toml -o requirements-dev.lock

.PHONY: fuzz help setup run test replay check migration bpmn-support conformance rules pictures lock
