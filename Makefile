# make demo · make test · make check: all the set-up there is on a machine with Python 3.11, make and git.
PYTHON ?= python3.11
BIN = .venv/bin
# A new directory for each run: tests never touch an installation.
TRIAL = DUCHA_DATA=$$(mktemp -d)

.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

CATALOGUE = src/ducha/site/locale/zh_Hans/LC_MESSAGES/django
$(CATALOGUE).mo: $(CATALOGUE).po .venv/installed
	$(BIN)/python tools/catalogue.py compile

install: .venv/installed $(CATALOGUE).mo

demo: install
	$(BIN)/ducha demo $(ARGS)

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/catalogue.py check
	$(BIN)/ducha reference --check
	$(TRIAL) DJANGO_SETTINGS_MODULE=ducha.site.settings $(BIN)/python -m django makemigrations --check --dry-run

# Spark is 456 MB and needs Java: the tests alone have it.
.venv/spark: requirements-spark.lock .venv/installed
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-build-isolation -r requirements-spark.lock
	touch $@

test: install .venv/spark
	sh tools/browser.sh
	sh tools/java.sh
	$(TRIAL) $(BIN)/pytest -n 2

# Domain and engines know no database; once is enough for them.
test-postgres: install
	sh tools/browser.sh
	$(TRIAL) $(BIN)/python tools/postgres.py $(BIN)/pytest -n 2 --ignore tests/engines --ignore tests/domain

bench: install
	$(BIN)/python benchmarks/plan_reader.py

# What the extra "spark" asks for, a line each.
EXTRA = import tomllib; project = tomllib.load(open('pyproject.toml', 'rb'))['project']; \
	print(*project['optional-dependencies']['spark'], sep='\n')

lock:
	uv pip compile -q --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" pyproject.toml -o requirements.lock
	$(PYTHON) -c "$(EXTRA)" | uv pip compile -q --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --custom-compile-command "make lock" - -o requirements-spark.lock

.PHONY: install demo check test test-postgres bench lock
