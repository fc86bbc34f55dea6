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

# In one process: each would start a Spark of its own.
SPARK = tests/engines/test_ledger_spark.py

# Odd words are tried in every page's address and in every page's form; either takes a minute, so each database gets one.
ODD = tests/pages/test_odd_input.py::test_odd_words_in

test: install .venv/spark
	sh tools/browser.sh
	sh tools/java.sh
	$(TRIAL) $(BIN)/pytest -n 2 --dist worksteal --ignore $(SPARK) --deselect $(ODD)_a_form_break_no_action
	$(TRIAL) $(BIN)/pytest $(SPARK)

# Once is enough for what knows no database: domain and engines, how wide a page is and what its script does, who may
# reach which address, how many queries a page asks, what a file says, rules tried in long random orders; and for what
# begins installations, which have SQLite.
ONCE = tests/engines tests/domain tests/rights tests/test_begin.py tests/test_repository.py tests/test_query_counts.py \
	$(addprefix tests/journeys/test_,accessible.py keyboard_and_drafts.py review_in_bad_moments.py reviewing.py) \
	tests/journeys/test_overview.py tests/journeys/test_ledgers.py tests/test_mail_server.py tests/apps/selfassessment \
	$(addprefix tests/apps/,campaigns/test_stateful_review.py campaigns/test_catalogue.py papers/test_every_kind.py) \
	$(addprefix tests/apps/,papers/test_city_report.py papers/test_seal.py rectification) tests/test_lifecycles_stateful.py
test-postgres: install
	sh tools/browser.sh
	$(TRIAL) $(BIN)/python tools/postgres.py $(BIN)/pytest -n 2 --dist worksteal $(addprefix --ignore ,$(ONCE)) \
		--deselect $(ODD)_an_address_break_no_page

# What is measured beside: pandas, Polars and a data-quality library, in an environment of its own.
.venv-bench/installed: requirements.lock requirements-bench.lock
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	.venv-bench/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	.venv-bench/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

bench: install .venv-bench/installed
	$(BIN)/python benchmarks/plan_reader.py
	.venv-bench/bin/python benchmarks/ledgers.py --each
	.venv-bench/bin/python benchmarks/ledger_intake.py

# What an extra asks for, a line each.
EXTRA = import sys, tomllib; project = tomllib.load(open('pyproject.toml', 'rb'))['project']; \
	print(*project['optional-dependencies'][sys.argv[1]], sep='\n')

lock:
	uv pip compile -q --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" pyproject.toml -o requirements.lock
	for extra in spark bench; do $(PYTHON) -c "$(EXTRA)" $$extra | uv pip compile -q --universal \
		--python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" - \
		-o requirements-$$extra.lock; done

.PHONY: install demo check test test-postgres bench lock
