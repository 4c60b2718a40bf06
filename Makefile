# The two commands are `make demo` and `make test`; `make check` is what a change must pass besides.
# Each environment step leaves a stamp in .venv, so that nothing is installed twice.

VENV := .venv
BIN := $(VENV)/bin
TEST_WORKERS ?= 3
TEST_ARGS ?=

.PHONY: help demo test check bench lock format clean \
	check-format check-lint check-types check-arrows check-sizes check-text check-locks check-docs \
	check-migrations check-dependencies check-security

help:
	@echo "make demo     a sample practice on http://127.0.0.1:8000"
	@echo "make test     the whole suite, PostgreSQL and browser included"
	@echo "make check    format, lint, types, arrows, sizes, text, locks, docs, migrations, dependencies, security"
	@echo "make bench    the measurements of bench/"
	@echo "make format   puts the code into shape"
	@echo "make lock     pins the dependencies anew"
	@echo "make clean    takes away what the other commands made"

demo: $(VENV)/.product
	$(BIN)/leavetaking demo

test: $(VENV)/.dev $(VENV)/.browser
	$(BIN)/python -m pytest -n $(TEST_WORKERS) --dist loadscope --no-loadscope-reorder $(TEST_ARGS)

bench: $(VENV)/.dev
	$(BIN)/python -m bench

check: check-format check-lint check-types check-arrows check-sizes check-text check-locks check-docs \
	check-migrations check-dependencies check-security
	@echo "check: all in order"

check-format: $(VENV)/.dev
	$(BIN)/ruff format --check .

check-lint: $(VENV)/.dev
	$(BIN)/ruff check .

# alembic/ is checked from inside: seen from here it would have the name of the library.
check-types: $(VENV)/.dev
	$(BIN)/mypy api schemas tests tools bench setup.py
	cd alembic && ../$(BIN)/mypy --config-file ../pyproject.toml env.py versions

check-arrows: $(VENV)/.dev
	$(BIN)/lint-imports --no-logo

check-sizes: $(VENV)/.dev
	$(BIN)/python -m tools.check_sizes

check-text: $(VENV)/.dev
	$(BIN)/python -m tools.check_text

check-locks: $(VENV)/.dev
	$(BIN)/python -m tools.check_locks

check-docs: $(VENV)/.dev
	$(BIN)/python -m tools.check_docs

check-migrations: $(VENV)/.dev
	$(BIN)/python -m tools.check_migrations

check-dependencies: $(VENV)/.dev
	$(BIN)/deptry .

check-security: $(VENV)/.dev
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive api schemas

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Universal: the same locks on Linux and macOS, on every Python that is supported. No file names a registry.
LOCK = $(BIN)/uv pip compile --no-config --upgrade --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate

lock: $(VENV)/.dev
	$(LOCK) pyproject.toml --output-file requirements.txt
	$(LOCK) --group build --output-file requirements-build.txt
	$(LOCK) pyproject.toml --group dev --constraints requirements.txt --output-file requirements-dev.txt
	$(BIN)/python -m tools.check_locks

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find api schemas tests tools bench alembic -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/.made: tools/make_venv.sh
	sh tools/make_venv.sh $(VENV)
	touch $@

$(VENV)/.runtime: $(VENV)/.made requirements.txt requirements-build.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
		--requirement requirements-build.txt --requirement requirements.txt
	touch $@

# Editable: the command runs the code of this checkout. Built with the pinned backend, so nothing else is fetched.
$(VENV)/.product: $(VENV)/.runtime pyproject.toml setup.py
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.product requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.txt
	touch $@

$(VENV)/.browser: $(VENV)/.dev tools/ensure_browser.py
	$(BIN)/python -m tools.ensure_browser
	touch $@
