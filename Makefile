# What one does with this repository; `make` alone lists it.

PYTHON ?= python3
BIN := .venv/bin
DEMO := demo

.DEFAULT_GOAL := help
.PHONY: help run test check golden bench bench-clock bench-desk crash clock pictures format clean

help: ## List these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

.venv/.ready: pyproject.toml constraints.txt tools/setup.sh
	@PYTHON="$(PYTHON)" tools/setup.sh

run: .venv/.ready ## Publish an issue from the sample summaries into a fresh home, demo/
	@rm -rf $(DEMO)
	@$(BIN)/msnewsletter init $(DEMO)
	@$(BIN)/msnewsletter --home $(DEMO) publish --at 2026-11-23T08:00

test: .venv/.ready ## Run all tests
	@tools/setup-judges.sh
	@$(BIN)/python -m pytest -n auto --dist loadfile

check: .venv/.ready ## Lint, types, and that imports point downwards only
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

golden: .venv/.ready ## Rewrite the golden files; read the diff
	@GOLDEN=1 $(BIN)/python -m pytest -q tests/render
	@git diff --stat -- tests/golden

bench: .venv/.ready ## Measure, as ratios against a peer in the same run
	@$(BIN)/python bench/run.py
	@$(BIN)/python bench/site.py

crash: .venv/.ready ## Kill publish at 5,000 random instants and look for damage
	@CRASH_KILLS=5000 $(BIN)/python -m pytest tests/crash

bench-desk: .venv/.ready ## Measure the desk in Chromium: from saving a file to seeing it; takes a minute
	@$(BIN)/python bench/desk.py

bench-clock: .venv/.ready ## Measure what the clock costs and how late an issue is; takes two minutes
	@$(BIN)/python bench/clock.py

clock: .venv/.ready ## Kill the clock at 1,000 slots, race two of them over 1,000, in steps of 5 minutes
	@CLOCK_KILLS=1000 CLOCK_RACES=1000 CLOCK_STEP_MINUTES=5 $(BIN)/python -m pytest tests/scheduler

pictures: .venv/.ready ## Take the pictures in docs/ anew; look at them
	@$(BIN)/python tools/pictures.py

format: .venv/.ready ## Format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

clean: ## Remove what the other targets made
	@rm -rf .venv $(DEMO) .pytest_cache .mypy_cache .ruff_cache .hypothesis node_modules
