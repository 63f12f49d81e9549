# Needs GNU make and Python 3.11 or newer with its venv module; everything else goes to .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# Options for the program, as in `make run ARGS="--lang en --seed 7"`.
ARGS ?=
# Options for pytest, as in `make test TESTS="tests/console -k deadline"`.
TESTS ?=
WORKERS ?= 2
# How many seeds `make simulate` plays.
SEEDS ?= 1000

.DEFAULT_GOAL := help
.PHONY: help run test simulate mutants bench kills check format pictures venv venv-dev libraries lock clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | \
	  awk -F ':.*## ' '{ printf "  make %-10s %s\n", $$1, $$2 }'

run: venv libraries ## Open the demonstration; without a display, tour it into out/tour (ARGS=…)
	@$(BIN)/otklik --demo $(ARGS)

test: check ## Check, then run every test (TESTS="path -k word", WORKERS=n)
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal $(TESTS)

simulate: venv-dev ## Play SEEDS=n simulated shifts with every fault, and count what is lost
	@PYTHONPATH=. $(BIN)/python -m tests.simulation run --seeds $(SEEDS) $(ARGS)

mutants: venv-dev ## Plant bugs, and count the simulated shifts that each survives (ARGS=…)
	@PYTHONPATH=. $(BIN)/python -m tests.simulation mutants $(ARGS)

BENCH ?= *
bench: venv-dev libraries ## Measure each figure beside its limit (BENCH=console ARGS="--appeals n")
	@for file in tests/bench/$(BENCH)_bench.py; do \
	  echo "== $$file"; PYTHONPATH=. $(BIN)/python $$file $(ARGS) || exit 1; done

kills: venv-dev libraries ## Kill real consoles and servers, fail their wire; an hour (ARGS="--minutes 1")
	@PYTHONPATH=. $(BIN)/python -m tests.simulation.processes.kills $(ARGS)

check: venv-dev libraries ## Lint, types and the architecture's rules, without running a test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: venv-dev ## Put every Python file into the one layout
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

pictures: venv-dev libraries ## Take pictures of every screen into pictures/ (ARGS: see the tool)
	@$(BIN)/python tests/tools/pictures.py $(ARGS)

# An environment is up to date when it holds a copy of the lock that it was installed from.
venv: $(BIN)/python ## Install what the program needs into .venv
	@cmp -s requirements.lock $(VENV)/requirements.lock || { \
	  echo 'Installing the locked packages into $(VENV) (only when the lock has changed)'; \
	  $(PIP) install --quiet --require-hashes -r requirements.lock && \
	  cp requirements.lock $(VENV)/requirements.lock; }
	@cmp -s pyproject.toml $(VENV)/pyproject.toml || { \
	  $(PIP) install --quiet --no-index --no-deps --no-build-isolation --editable . && \
	  cp pyproject.toml $(VENV)/pyproject.toml; }

venv-dev: venv
	@cmp -s requirements-dev.lock $(VENV)/requirements-dev.lock || { \
	  echo 'Installing the locked tools into $(VENV) (only when the lock has changed)'; \
	  $(PIP) install --quiet --require-hashes -r requirements-dev.lock && \
	  cp requirements-dev.lock $(VENV)/requirements-dev.lock; }

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'Otklik needs Python 3.11 or newer; name one with PYTHON=/path/to/python3' >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo 'Python cannot make an environment; on Debian: apt-get install python3-venv' >&2; exit 1; }

libraries: venv
	@$(BIN)/python tests/tools/qt_libraries.py

lock: ## Write both locks anew, with the newest versions that fit (needs the network)
	@$(PYTHON) -m venv build/lock && build/lock/bin/python -m pip install --quiet --upgrade uv
	@build/lock/bin/uv pip compile $(LOCKING) --group build pyproject.toml -o requirements.lock
	@build/lock/bin/uv pip compile $(LOCKING) --group dev -c requirements.lock \
	  -o requirements-dev.lock

# One lock for every platform, with the hash of each file of each release and no address.
LOCKING := --upgrade --universal --python-version 3.11 --generate-hashes \
  --no-annotate --no-header

clean: ## Remove everything that was made here, .venv included
	@rm -rf $(VENV) build dist out pictures *.egg-info .mypy_cache .ruff_cache .pytest_cache \
	  .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
