# Everything works with Python 3.11 or newer, make and a package index. `make` alone lists what there is.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DJANGO := DJANGO_SETTINGS_MODULE=nowroom.site.settings $(CURDIR)/$(BIN)/python -m django
READY := $(VENV)/.ready
export NOWROOM_HOME ?= $(CURDIR)/var

.DEFAULT_GOAL := help
.PHONY: help demo up test test-database check stories bench bench-quality messages clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Nowroom needs Python 3.11 or newer; name one with PYTHON=python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

demo: $(READY) ## a made-up brand on a made-up evening, at http://127.0.0.1:8000/
	$(BIN)/nowroom demo --home var/demo

up: $(READY) ## start empty, for real use
	$(BIN)/nowroom up

test: $(READY) ## every test that this machine can run
	$(BIN)/python -m pytest -n auto --dist loadgroup

test-database: $(READY) ## what depends on the database, on NOWROOM_DATABASE_URL
	$(BIN)/python -m pytest -n auto --dist loadgroup -m "not slow and not browser" --ignore=src/nowroom/engine --ignore=src/nowroom/channels

check: $(READY) ## linters, types, layers, templates, house rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint src --lint --quiet
	$(BIN)/python -m pytest -q tests/house

stories: $(READY) ## the end-to-end test of every story, or of STORY=2
	$(BIN)/python -m tests.stories $(STORY)

bench: $(READY) ## the fence, crash and speed figures
	$(BIN)/python -m bench

bench-quality: $(READY) ## the listening engine's quality figures
	$(BIN)/python -m bench.quality

messages: $(READY) ## extract what people read and compile the translations (needs GNU gettext)
	@command -v msgfmt >/dev/null || { echo "This needs GNU gettext (msgfmt): install the package gettext and run it again"; exit 1; }
	cd src/nowroom && $(DJANGO) makemessages --all --add-location file --no-wrap --no-obsolete
	@# The date of extraction says nothing and would make every run a change.
	for po in src/nowroom/locale/*/LC_MESSAGES/django.po; do grep -v '^"POT-Creation-Date:' $$po >$$po.new && mv $$po.new $$po; done
	cd src/nowroom && $(DJANGO) compilemessages

clean: ## forget the environment and the data of demo and up
	rm -rf $(VENV) var
