# Everything runs in one environment, .venv. `make` alone lists the targets.

UV_VERSION := 0.13.9

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help report test test-all test-versions docs docs-links docs-check lint fuzz calibrate check-power divide-first validation bench planning wheel lock clean

# Keep the modules of other Python installations out.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV CONDA_PREFIX

# Compile byte code at installation: the first import is three times slower without it.
export UV_COMPILE_BYTECODE := 1

# Trust the certificates of the system, as git does: a network may have its own.
export UV_SYSTEM_CERTS ?= 1

# Use the uv on PATH, or install one in .uv.
UV := $(shell command -v uv 2>/dev/null)
ifeq ($(UV),)
UV := .uv/bin/uv
UV_STAMP := .uv/.uv-$(UV_VERSION)
endif

PY := .venv/bin/python
INSTALL := $(UV) pip install --quiet --python $(PY)
COMPILE := UV_PYTHON_DOWNLOADS=never UV_CUSTOM_COMPILE_COMMAND='make lock' $(UV) pip compile --quiet \
	--universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-annotate

help:
	@echo 'make report        set up .venv, fit the bundled evidence (fit.nc) and write report.html'
	@echo 'make test          run the tests but the slow ones, or some of them: ARGS="-k name"'
	@echo 'make test-all      run all tests, also those that simulate and fit many tables'
	@echo 'make test-versions run the tests on Python 3.12, 3.13 and 3.14, and with the lowest versions (an hour)'
	@echo 'make docs          build the documentation site: docs/_build/index.html'
	@echo 'make docs-links    check the links to other sites, which needs the internet'
	@echo 'make docs-check    run the code blocks of the documentation'
	@echo 'make lint          check style and types with ruff and mypy'
	@echo 'make fuzz          read 10,000 malformed and well-formed tables and damaged and edited fits (hours)'
	@echo 'make calibrate     fit 1000 simulated tables with each bundled model (hours)'
	@echo 'make check-power   count false alarms and objections of two checks on simulated tables (half an hour)'
	@echo 'make divide-first  compare fits of scans with fits of their ratios on simulated tables (an hour)'
	@echo 'make validation    compare published results with those of petfit: docs/validation.md'
	@echo 'make bench         compare speed with that of other software: benchmarks/speed.md (15 minutes)'
	@echo 'make planning      measure the planning of studies and many fits: benchmarks/planning.md (an hour)'
	@echo 'make wheel         build the source archive and the wheel in dist/'
	@echo 'make lock          renew the lock files, or upgrade them: ARGS=--upgrade'
	@echo 'make clean         remove .venv, build results and caches'

report: .venv/.ready
	.venv/bin/petfit fit -o fit.nc
	.venv/bin/petfit report fit.nc -o report.html

test: TESTS := -m 'not slow'
test test-all: .venv/.ready-dev .venv/.browser
	PETFIT_TEST_BROWSER="$${PETFIT_TEST_BROWSER:-$$(cat .venv/.browser)}" \
		.venv/bin/pytest -n 2 --dist loadfile $(TESTS) $(ARGS)

# Python $(PYTHONS) come from PATH or pyenv, or uv downloads them.
test-versions: PYTHONS := 3.12 3.13 3.14
test-versions: .venv/.browser wheel
	PETFIT_TEST_BROWSER="$${PETFIT_TEST_BROWSER:-$$(cat .venv/.browser)}" \
		PATH="$$PATH$$(printf ':%s' ~/.pyenv/versions/3.1[2-9]*/bin)" \
		scripts/test_versions.sh '$(PYTHONS)' -m 'not slow' $(ARGS)

docs: .venv/.ready-docs
	rm -rf docs/_build
	.venv/bin/sphinx-build --quiet --fresh-env --fail-on-warning --keep-going -d docs/_build/.doctrees docs docs/_build

docs-links: docs
	.venv/bin/sphinx-build --quiet -b linkcheck -D plot_gallery=0 -d docs/_build/.doctrees docs docs/_build/links

docs-check: .venv/.ready-dev
	.venv/bin/pytest -m docs $(ARGS)

lint: .venv/.ready-dev
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy --strict petfit benchmarks

fuzz: .venv/.ready-dev
	.venv/bin/pytest tests -k fuzz -n 2 --hypothesis-profile=fuzz $(ARGS)

calibrate: .venv/.ready-dev
	.venv/bin/python -m benchmarks.calibrate $(ARGS)

check-power: .venv/.ready-dev
	.venv/bin/python -m benchmarks.check_power $(ARGS)

divide-first: .venv/.ready-dev
	.venv/bin/python -m benchmarks.divide_first $(ARGS)

validation: .venv/.ready-dev
	.venv/bin/python -m benchmarks.validation

bench: .venv/.ready-dev
	$(PY) -m compileall -q petfit benchmarks
	.venv/bin/python -m benchmarks.speed $(ARGS)

planning: .venv/.ready-dev
	$(PY) -m compileall -q petfit benchmarks
	.venv/bin/python -m benchmarks.planning $(ARGS)

wheel: .venv/.ready
	rm -rf dist
	$(UV) build --quiet --python $(PY) --out-dir dist

lock: | $(UV_STAMP)
	$(COMPILE) $(ARGS) pyproject.toml -o requirements.lock
	$(COMPILE) $(ARGS) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
	$(COMPILE) $(ARGS) pyproject.toml --group docs -c requirements-dev.lock -o requirements-docs.lock

clean:
	rm -rf .venv .uv dist build .mypy_cache .pytest_cache .ruff_cache .hypothesis fit.nc report.html report_tables
	rm -rf docs/_build docs/api docs/figures docs/gallery docs/jupyter_execute docs/shell docs/glossary.md docs/sg_execution_times.rst
	find petfit tests -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the environment ---------------------------------------------------------------------------
# Each step leaves a stamp, so that later runs need no network.

# Debian and Ubuntu keep venv in a package of its own.
.uv/.uv-$(UV_VERSION):
	@rm -rf .uv
	@for python in python3 /usr/bin/python3 python; do \
		$$python -m venv .uv >/dev/null 2>&1 && break; \
	done; test -x .uv/bin/pip || { \
		command -v apt-get >/dev/null && echo 'make: installing python3-venv with apt-get' >&2 && { \
			as_root=$$([ "$$(id -u)" = 0 ] || echo sudo -n); \
			$$as_root apt-get update && $$as_root apt-get install --yes python3-venv && \
			/usr/bin/python3 -m venv --clear .uv; \
		} >/dev/null 2>&1; \
	} || { echo 'make: install uv, or Python 3 with venv (Debian and Ubuntu: python3-venv)' >&2; exit 1; }
	.uv/bin/pip install --quiet uv==$(UV_VERSION)
	@touch $@

# Use Python 3.13, or another version that fits, from PATH or pyenv; otherwise let uv download 3.13.
.venv/.python: .python-version | $(UV_STAMP)
	@for versions in "$$PYENV_ROOT"/versions ~/.pyenv/versions $$(eval echo "~$$(id -un)")/.pyenv/versions; do \
		for python in "$$versions"/3.13*/bin; do PATH="$$PATH:$$python"; done; \
	done; \
	find='$(UV) python find --system --no-python-downloads'; \
	python=$$($$find 3.13 2>/dev/null || $$find '>=3.12,<3.15' 2>/dev/null || echo 3.13); \
	$(UV) venv --quiet --clear --python "$$python" .venv || \
	{ echo 'make: install Python 3.13: none was found, and uv could not download one' >&2; exit 1; }
	@touch $@

.venv/.ready: .venv/.python requirements.lock pyproject.toml
	$(INSTALL) -r requirements.lock
	$(INSTALL) --no-deps -e .
	$(PY) -m compileall -q petfit
	@touch $@

.venv/.ready-dev: .venv/.ready requirements-dev.lock
	$(INSTALL) -r requirements-dev.lock
	@touch $@

.venv/.ready-docs: .venv/.ready requirements-docs.lock
	$(INSTALL) -r requirements-docs.lock
	@touch $@

# The browser that tests the report: the stamp holds its path, and is renewed if the browser is gone.
.venv/.browser: scripts/find_browser.py .venv/.ready-dev
	@$(PY) scripts/find_browser.py >$@

ifneq ($(shell test -x "$$(cat .venv/.browser 2>/dev/null)" && echo there),there)
.PHONY: .venv/.browser
endif
