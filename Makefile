# What one does with this repository; `make` alone lists it.

PYTHON ?= python3
BIN := .venv/bin
DEMO := demo

.DEFAULT_GOAL := help
.PHONY: help run test test-postgresql check golden explore shuffle crash kill-send kill-workers faults clock scale judge bench bench-model bench-house fuzz-door words pictures reference docs release-check licences sbom audit mutation format clean compiled

# Where chance begins in the targets that explore: drawn and printed; give it to repeat a run.
ifndef SEED
SEED := $(strip $(shell od -An -N4 -tu4 /dev/urandom))
endif

help: ## List these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

.venv/.ready: pyproject.toml constraints.txt tools/setup.sh
	@PYTHON="$(PYTHON)" tools/setup.sh

# A file stays on one worker, and files are begun in the order that tests/chance.py gives them.
BY_FILE := -n $(shell expr $$(nproc 2>/dev/null || echo 2) + 1) --dist loadfile --no-loadscope-reorder

# Each of the thousands of processes that tests start would compile the program for itself where
# Python may not keep what it has compiled (PYTHONDONTWRITEBYTECODE, as in containers).
compiled: .venv/.ready
	@$(BIN)/python -m compileall -q src

run: .venv/.ready ## Publish an issue from the sample summaries into a fresh home, demo/
	@rm -rf $(DEMO)
	@$(BIN)/msnewsletter init --samples $(DEMO) >/dev/null
	@$(BIN)/msnewsletter --home $(DEMO) publish --at 2026-11-23T08:00

test: compiled ## Run all tests: the same examples and seeds each time; a quarter of an hour on two cores
	@tools/setup-judges.sh
	@$(BIN)/python -m pytest $(BY_FILE)

test-postgresql: compiled ## Run all tests with homes on PostgreSQL; takes half an hour on two cores
	@tools/setup-judges.sh
	@TEST_DATABASE=postgresql $(BIN)/python -m pytest $(BY_FILE)

check: .venv/.ready ## Lint, types, that imports point downwards only, and that links in the documents lead somewhere
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@MYPYPATH=src:bench:tests $(BIN)/mypy bench/*.py
	@MYPYPATH=src:tools $(BIN)/mypy -p reference
	@$(BIN)/python tools/public_names.py build/public_names.py
	@$(BIN)/mypy build/public_names.py
	@$(BIN)/lint-imports
	@$(BIN)/zensical build --clean --strict

golden: .venv/.ready ## Rewrite the golden files; read the diff
	@GOLDEN=1 $(BIN)/python -m pytest -q tests/render tests/checks/test_forty_texts.py tests/cli/test_snapshots.py
	@git diff --stat -- tests/golden

words: .venv/.ready ## Bring the catalogues of own words up to date; LANGUAGE=fr begins one
	@$(BIN)/python tools/update_catalogues.py $(LANGUAGE)

# FULL=1: the sizes of the promises, which takes much longer; ONLY="deliver model": some of them, printed alone.
bench: compiled ## Measure every promise about speed beside its peer; a quarter of an hour; writes docs/performance.md
	@$(BIN)/python bench/run.py --write $(if $(FULL),--full) $(if $(ONLY),--only $(ONLY))

bench-model: compiled ## Measure what readers cost, and the model of it; three minutes; writes docs/scaling.md
	@$(BIN)/python bench/model.py --write $(if $(FULL),--full)

explore: .venv/.ready ## Draw 20 times as many examples, others each time; takes half an hour
	@tools/setup-judges.sh
	@HYPOTHESIS_PROFILE=explore TEST_SEED=$(SEED) $(BIN)/python -m pytest -n auto --dist load -m "hypothesis or chance" --hypothesis-seed=$(SEED)

shuffle: compiled ## Run all tests in random order
	@tools/setup-judges.sh
	@TEST_ORDER=random TEST_SEED=$(SEED) $(BIN)/python -m pytest $(BY_FILE)

crash: compiled ## Kill publish at 5,000 random instants and look for damage
	@CRASH_KILLS=5000 TEST_SEED=$(SEED) $(BIN)/python -m pytest tests/crash/test_crashes.py

kill-send: compiled ## Kill the sender at 1,000 steps and instants, print what became of the mail; takes twenty minutes
	@KILL_SEND=1000 TEST_SEED=$(SEED) $(BIN)/python -m pytest -s tests/crash/test_mailing_kills.py

kill-workers: compiled ## Kill four workers and the database while 100,000 messages go out, print what became of them; takes ten minutes
	@KILL_WORKERS=100000 TEST_SEED=$(SEED) $(BIN)/python -m pytest -s tests/crash/test_worker_kills.py

fuzz-door: compiled ## Send anything at all to the public door for ten minutes
	@DOOR_SECONDS=600 TEST_SEED=$(SEED) $(BIN)/python -m pytest -q tests/web/public/test_door_fuzzed.py

faults: .venv/.ready ## Break each thing at each step of publishing, each dialogue with a mail server, each migration; takes twenty minutes
	@ALL_FAULTS=1 $(BIN)/python -m pytest -q tests/publisher/test_faults.py tests/publisher/delivering/test_bad_mail_servers.py tests/store/test_migrations.py

bench-house: .venv/.ready ## Measure what starting costs, against an earlier revision; takes two minutes
	@$(BIN)/python bench/house.py $(REVISION)

clock: compiled ## Kill the clock at 1,000 slots, race two of them over 1,000, in steps of 5 minutes
	@TEST_SEED=$(SEED) CLOCK_KILLS=1000 CLOCK_RACES=1000 CLOCK_STEP_MINUTES=5 $(BIN)/python -m pytest tests/clock

scale: .venv/.ready ## Publish an issue of 10,000 summaries; takes three minutes
	@SCALE_ENTRIES=10000 $(BIN)/python -m pytest tests/publisher/test_large_issue.py

judge: .venv/.ready ## Show Lighthouse every kind of page; takes a minute
	@tools/setup-judges.sh
	@JUDGE_EVERY_PAGE=1 $(BIN)/python -m pytest tests/web/test_judged.py

reference: .venv/.ready ## Make the pages of the reference that say what the program says; read the diff
	@PYTHONPATH=tools $(BIN)/python -m reference
	@git diff --stat -- docs/reference

docs: .venv/.ready ## Make the site of the documents, build/docs/; a link or an anchor that leads nowhere fails
	@$(BIN)/zensical build --clean --strict

pictures: .venv/.ready ## Take the pictures in docs/ again; look at them
	@$(BIN)/python tools/pictures.py

release-check: .venv/.ready ## Install the wheel on Python 3.11, 3.12 and 3.13 with all that it needs, and try it; takes five minutes
	@tools/release/check.sh

licences: .venv/.ready ## List what an installation brings, with its licences
	@$(BIN)/python tools/licences.py

sbom: .venv/.ready ## Write what an installation brings as CycloneDX, into build/sbom.json
	@tools/release/parts.sh sbom

audit: .venv/.ready ## Ask a database of known weaknesses about the pinned versions; needs the network
	@tools/release/parts.sh audit

# ONLY="teaser slots": these alone.
mutation: .venv/.ready ## Make small mistakes in five modules, and count those that no test notices; takes half an hour
	@tools/mutation/run.sh $(ONLY)

format: .venv/.ready ## Format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

clean: ## Remove what the other targets made
	@rm -rf .venv .mutation build $(DEMO) .pytest_cache .mypy_cache .ruff_cache .hypothesis node_modules
