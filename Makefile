# `make run` serves the demonstration, `make test` runs the tests, `make check` everything else as well.
# Paths are relative and programs start as modules, so that the folder's own path may hold a space.

PORT ?= 8000
PYTHON ?=
DATABASE_URL ?=
export PYTHON
unexport VAR
# What is compiled is kept: the tests' files, whose asserts pytest rewrites, cost each process four seconds.
unexport PYTHONDONTWRITEBYTECODE

py := .venv/bin/python
manage := DEBUG=true $(py) manage.py
apps := core organizers media venues events discovery tourism
static := $(shell find $(apps) -path '*/static/*' -type f 2>/dev/null)
origin := http://127.0.0.1:$(PORT)
# Tests on two processes; each file of tests stays in one, because some load the data set once for all.
pytest := $(py) -m pytest -n 2 --dist loadfile --no-loadscope-reorder
postgres := $(or $(DATABASE_URL),postgres://postgres@127.0.0.1:5432/postgres)
# Where the development requirements are installed, the server starts again when a file changes.
reload := $(if $(wildcard .venv/development),--reload $(foreach app,$(apps),--reload-paths $(app)))
production := DEBUG=false SECRET_KEY=only-for-the-check-0123456789-abcdefghijklmnopqrstuvwxyz-0123 \
	ALLOWED_HOSTS=travel.example.cn PUBLIC_ORIGIN=https://travel.example.cn TRUSTED_PROXIES=1 \
	DATABASE_URL=postgres://tourism@127.0.0.1/tourism CACHE_URL=redis://127.0.0.1:6379/1

.PHONY: help run test check lint types migrations deploy schema imports test-postgres bench clean
.DELETE_ON_ERROR:

help:
	@echo "make run          serve the demonstration on PORT (default 8000)"
	@echo "make test         the tests, on SQLite"
	@echo "make check        lint, types, migrations, production settings, schema, and the tests on PostgreSQL"
	@echo "make bench        measure the API, opening hours and releases with many venues and slots, and pictures"
	@echo "make clean        remove .venv and what tools cached; var/ stays"

# What is installed: files that are newer than the requirements they stand for.
.venv/runtime: requirements.txt scripts/venv
	@sh scripts/venv requirements.txt
	@touch .venv/runtime

.venv/development: requirements.txt requirements-dev.txt scripts/venv
	@sh scripts/venv requirements-dev.txt
	@touch .venv/runtime .venv/development

var/static/staticfiles.json: .venv/runtime $(static)
	@echo "Collecting static files."
	@$(manage) collectstatic --noinput --verbosity 0
	@touch var/static/staticfiles.json

run: .venv/runtime
	@mkdir -p var
	@$(py) scripts/port_is_free.py "$(PORT)"
	@$(MAKE) --silent --no-print-directory var/static/staticfiles.json
	@$(manage) demo
	@echo
	@echo "API            $(origin)/api/v1/"
	@echo "Documentation  $(origin)/api/v1/docs/"
	@echo "Admin          $(origin)/admin/"
	@echo "Stop with Ctrl-C."
	@echo
	@DEBUG=true PUBLIC_ORIGIN=$(origin) exec $(py) -m granian --interface wsgi --host 127.0.0.1 --port $(PORT) \
		--workers 1 --blocking-threads 4 --no-ws --log-level warning $(reload) tourism.wsgi:application

test: .venv/development
	@env -u DATABASE_URL $(pytest)

check: lint types imports migrations deploy schema test-postgres

lint: .venv/development
	$(py) -m ruff check .
	$(py) -m ruff format --check .

types: .venv/development
	DEBUG=true $(py) -m mypy .

imports: .venv/development
	$(py) -c "from importlinter.cli import lint_imports_command as lint; lint()" --no-logo

migrations: .venv/development
	@mkdir -p var
	$(manage) makemigrations --check --dry-run

deploy: .venv/development
	@mkdir -p var/static
	@echo "check --deploy under production settings"
	@$(production) $(py) manage.py check --deploy --fail-level WARNING

schema: .venv/development
	$(manage) spectacular --validate --fail-on-warn --file /dev/null

test-postgres: .venv/development
	@if $(py) scripts/postgres_answers.py "$(postgres)"; then DATABASE_URL="$(postgres)" $(pytest); \
	elif [ "$$CI" = true ]; then exit 1; \
	else echo "The tests were NOT run on PostgreSQL. Start one, or name one: make check DATABASE_URL=$(postgres)"; fi

bench: .venv/development
	$(py) -m benchmarks.browse
	$(py) -m benchmarks.hours
	$(py) -m benchmarks.schedules
	$(py) -m benchmarks.pictures

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
