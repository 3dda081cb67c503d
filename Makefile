# One environment, .venv, for everything. `make` alone says what there is.

UV_VERSION := 0.13.9

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help report test lint fuzz calibrate divide-first validation bench wheel lock clean

# Modules of another Python must not leak in.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV CONDA_PREFIX

# Byte code is written at install; imports are three times slower without it.
export UV_COMPILE_BYTECODE := 1

# uv: the one on PATH, else one of our own in .uv/.
UV := $(shell command -v uv 2>/dev/null)
ifeq ($(UV),)
UV := .uv/bin/uv
UV_STAMP := .uv/.uv-$(UV_VERSION)
endif

PY := .venv/bin/python
INSTALL := $(UV) pip install --quiet --python $(PY)
COMPILE := UV_PYTHON_DOWNLOADS=never UV_CUSTOM_COMPILE_COMMAND='make lock' $(UV) pip compile --quiet \
	--universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-annotate

help: ## say what there is
	@echo 'make report   make .venv, fit the bundled evidence (fit.nc), write report.html'
	@echo 'make test     make .venv with the test tools, run all tests (ARGS="-k name" for some)'
	@echo 'make lint     ruff and mypy'
	@echo 'make fuzz     ten thousand malformed and ten thousand well-formed tables (half an hour)'
	@echo 'make calibrate  1000 simulated fits of every bundled model, with and without groups (hours)'
	@echo 'make divide-first  scans against ratios of scans, 100 simulated tables of each design (an hour)'
	@echo 'make validation  published results beside those of petfit: docs/validation.md'
	@echo 'make bench    time against peers, as ratios: benchmarks/speed.md (a quarter of an hour)'
	@echo 'make wheel    build the sdist and the wheel into dist/'
	@echo 'make lock     renew the lock files (ARGS=--upgrade for newer versions)'
	@echo 'make clean    remove what make made'

report: .venv/.ready
	.venv/bin/petfit fit -o fit.nc
	.venv/bin/petfit report fit.nc -o report.html

test: .venv/.ready-dev
	.venv/bin/pytest -n 2 --dist loadfile $(ARGS)

lint: .venv/.ready-dev
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy --strict petfit benchmarks

fuzz: .venv/.ready-dev
	.venv/bin/pytest tests/test_dress.py -k fuzz --hypothesis-profile=fuzz $(ARGS)

calibrate: .venv/.ready-dev
	.venv/bin/python -m benchmarks.calibrate $(ARGS)

divide-first: .venv/.ready-dev
	.venv/bin/python -m benchmarks.divide_first $(ARGS)

validation: .venv/.ready-dev
	.venv/bin/python -m benchmarks.validation

bench: .venv/.ready-dev
	$(PY) -m compileall -q petfit benchmarks
	.venv/bin/python -m benchmarks.speed $(ARGS)

wheel: .venv/.ready
	rm -rf dist
	$(UV) build --quiet --python $(PY) --out-dir dist

lock: | $(UV_STAMP)
	$(COMPILE) $(ARGS) pyproject.toml -o requirements.lock
	$(COMPILE) $(ARGS) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf .venv .uv dist build .mypy_cache .pytest_cache .ruff_cache .hypothesis fit.nc report.html report_tables
	find petfit tests -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the environment ---------------------------------------------------------------------------
# The stamps let a second run go without a network.

.uv/.uv-$(UV_VERSION):
	@rm -rf .uv
	@for python in python3 /usr/bin/python3 python; do \
		$$python -m venv .uv 2>/dev/null && break; \
	done; test -x .uv/bin/pip || { echo 'make: install uv, or a Python 3 that can make a venv' >&2; exit 1; }
	.uv/bin/pip install --quiet uv==$(UV_VERSION)
	@touch $@

# Python: 3.13 or another that fits, if there is one here; else uv fetches 3.13.
.venv/.python: .python-version | $(UV_STAMP)
	@find='$(UV) python find --system --no-python-downloads'; \
	python=$$($$find 3.13 2>/dev/null || $$find '>=3.12,<3.15' 2>/dev/null || echo 3.13); \
	$(UV) venv --quiet --clear --python "$$python" .venv || \
	{ echo 'make: found no Python 3.12 to 3.14, and uv could not fetch one' >&2; exit 1; }
	@touch $@

.venv/.ready: .venv/.python requirements.lock pyproject.toml
	$(INSTALL) -r requirements.lock
	$(INSTALL) --no-deps -e .
	$(PY) -m compileall -q petfit
	@touch $@

.venv/.ready-dev: .venv/.ready requirements-dev.lock
	$(INSTALL) -r requirements-dev.lock
	@touch $@
