# The only door: every task of the project is a target here, and .ci/run calls these.
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

.DEFAULT_GOAL := help
# Where no bytecode may be kept, each start compiles every module anew: seconds instead of one.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help install install-dev install-bench demo serve test soak check format lint types imports docs bench pins clean

help: ## show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install: ## make .venv with what running needs
	@$(PYTHON) .ci/install.py

install-dev: ## the same, with what testing needs
	@$(PYTHON) .ci/install.py dev

install-bench: ## the same, with the peers that benchmarks measure against
	@$(PYTHON) .ci/install.py dev bench

demo: install ## a generated organisation, imported, scored and served on loopback
	@$(BIN)/rapport demo $(ARGS)

serve: install ## serve what lies under RAPPORT_HOME
	@$(BIN)/rapport serve $(ARGS)

test: install-dev ## the whole suite, in parallel
	@$(BIN)/python -m pytest -n auto -m "not soak" $(ARGS)

soak: install-dev ## long runs: 500 spoiled recordings, a call of two hours, 50 kills, 150 planted orders
	@$(BIN)/python -m pytest -m soak $(ARGS)

check: install-dev format lint types imports docs test ## everything CI checks

format: install-dev ## is the code formatted?
	@$(BIN)/ruff format --check .

lint: install-dev
	@$(BIN)/ruff check .

types: install-dev
	@$(BIN)/mypy

imports: install-dev ## do the arrows point one way?
	@$(BIN)/lint-imports

docs: install-dev ## do the documents say what the code does?
	@$(BIN)/python -m tests.docs

bench: install-bench ## one benchmark: make bench ARGS="footprint --json"
	@$(BIN)/python -m tests.benchmarks $(ARGS)

pins: install-dev ## resolve constraints.txt anew
	@$(BIN)/uv pip compile --quiet --universal --upgrade --python-version 3.11 --extra dev --extra bench --no-header \
	  --no-annotate --no-emit-index-url --no-emit-find-links pyproject.toml -o constraints.txt.new
	@(echo uv==$$($(BIN)/uv --version | cut -d' ' -f2); cat constraints.txt.new) | sort > constraints.txt
	@rm constraints.txt.new

clean: ## remove .venv and caches, never var/
	rm -rf .venv .venv.lock .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
