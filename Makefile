# Two commands: `make demo` does the main job on the sample logs, `make test` runs the tests.
# Both create .venv and install what they need; PYTHON=python3.12 chooses another interpreter.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint types layers bench prove clean

demo: $(VENV)/.installed
	$(BIN)/svcflow demo demo

test: $(VENV)/.installed-test
	$(BIN)/pytest -n auto --dist loadfile $(PYTEST_OPTIONS)

lint: $(VENV)/.installed-test
	$(BIN)/ruff format --check src tests hatch_build.py
	$(BIN)/ruff check src tests hatch_build.py

types: $(VENV)/.installed-test
	$(BIN)/mypy

layers: $(VENV)/.installed-test
	$(BIN)/lint-imports

bench: $(VENV)/.installed-test
	for bench in tests/benchmarks/bench_*.py; do $(BIN)/python $$bench $(BENCH_OPTIONS) || exit 1; done

# Damaged definitions and exports by the hundred thousand, and single edits of the five: PROVE_OPTIONS=--smoke is short.
prove: $(VENV)/.installed-test
	$(BIN)/python tests/benchmarks/fuzz_validate.py $(PROVE_OPTIONS)
	$(BIN)/python tests/benchmarks/study_mutations.py $(PROVE_OPTIONS)
	$(BIN)/python tests/benchmarks/fuzz_readers.py $(PROVE_OPTIONS)
	$(BIN)/python tests/benchmarks/study_planted.py $(PROVE_OPTIONS)
	$(BIN)/python tests/benchmarks/study_patches.py $(PROVE_OPTIONS)
	$(BIN)/python tests/benchmarks/study_worlds.py $(PROVE_OPTIONS)

clean:
	rm -rf $(VENV) demo .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "svcflow needs Python 3.11 or newer; try make PYTHON=python3.12"; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt hatch_build.py src/svcflow/kernels/loops.c | $(VENV)/bin/pip
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.installed-test: pyproject.toml constraints.txt hatch_build.py src/svcflow/kernels/loops.c | $(VENV)/bin/pip
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	@touch $@ $(VENV)/.installed
