# Two commands: `make demo` and `make test`. Each creates .venv and installs what it needs the first time.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install -q -c constraints.txt

.PHONY: demo test lint bench bench-losses interop clean

.venv/pip:
	$(PYTHON) -m venv .venv
	touch $@

.venv/core: .venv/pip pyproject.toml constraints.txt
	$(PIP) -e .
	touch $@

.venv/test: .venv/core
	$(PIP) -e ".[test]"
	touch $@

.venv/lint: .venv/core
	$(PIP) -e ".[lint]"
	touch $@

.venv/bench: .venv/core
	$(PIP) -e ".[bench]"
	touch $@

demo: .venv/core
	@$(BIN)/python demo/run.py

test: .venv/test
	$(BIN)/python -m pytest -q

lint: .venv/lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/bench
	$(BIN)/python benchmarks/interval_coverage.py
	$(BIN)/python benchmarks/separation_cost.py
	$(BIN)/python benchmarks/flights.py

.venv/interop: .venv/bench
	$(PIP) torch==2.13.0 -e ".[interop]"
	touch $@

bench-losses: .venv/interop
	$(BIN)/python benchmarks/losses_speed.py

# Tests against PyTorch and JAX come with their faces; until then there is nothing to install.
interop: .venv/core
	@echo "interop: no tests yet"

clean:
	rm -rf .venv build dist
