# make demo | start | test | contract | fuzz | chaos | bench | bench-quick | lint | lock | clean; ARGS="…" is passed on.
PYTHON ?= python3
UV = uv==0.13.8
BIN = .venv/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check --quiet
COMPILE = $(BIN)/uv pip compile --quiet --universal --generate-hashes --custom-compile-command "make lock" $(ARGS)

.DEFAULT_GOAL := demo
.PHONY: demo start test contract fuzz chaos bench bench-quick lint lock clean

demo: .venv/.installed
	$(BIN)/repsync demo $(ARGS)

start: .venv/.installed
	$(BIN)/repsync start $(ARGS)

test: .venv/.installed
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder $(ARGS)

# Against the sandbox; with TWENTY_URL, TWENTY_API_KEY and RECEIVER_URL set against that Twenty (about 8 minutes),
# whose webhooks it awaits at RECEIVER_LISTEN (127.0.0.1:8080). It destroys what it made.
contract: .venv/.installed
	$(BIN)/python -m pytest -m contract tests/contract $(ARGS)

# Mutated webhooks for FUZZ_S seconds, from FUZZ_SEED (random without it, and printed).
FUZZ_S ?= 600
fuzz: .venv/.installed
	FUZZ_S=$(FUZZ_S) $(BIN)/python -m pytest --capture=no -k for_long tests/flow/test_fuzzed_webhooks.py $(ARGS)

# About ten minutes; ARGS="--seed N --kills N --deliveries N".
chaos: .venv/.installed
	$(BIN)/python -m chaos $(ARGS)

# About ten minutes, and under two; ARGS="accepting digesting" measures these alone. Figures go to docs/performance.md.
bench: .venv/.installed
	$(BIN)/python -m bench $(ARGS)

bench-quick: .venv/.installed
	$(BIN)/python -m bench --quick $(ARGS)

lint: .venv/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

# Keeps what is locked where it still fits; make lock ARGS=--upgrade takes the newest.
lock: .venv/.installed
	$(PIP) install $(UV)
	$(COMPILE) --extra dev --output-file locks/dev.txt pyproject.toml
	$(COMPILE) --extra embedded --constraint locks/dev.txt --output-file locks/embedded.txt pyproject.toml
	$(COMPILE) --constraint locks/dev.txt --output-file locks/runtime.txt pyproject.toml

# Leaves .repsync alone: it holds data.
clean:
	rm -rf .venv dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.installed: locks/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("repsync needs Python 3.11 or newer: make PYTHON=/path/to/python" if sys.version_info < (3, 11) else 0)'
	@echo "Installing into .venv (about 20 s, once) …"
	@$(PYTHON) -m venv .venv
	@$(PIP) install --require-hashes --requirement locks/dev.txt
	@$(PIP) install --no-deps --editable .
	@touch $@
