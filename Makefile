# make run    start everything and keep it running until Ctrl-C
# make demo   see the programme's life in three minutes
# make astray enter twenty journeys that are stuck into the stack that runs, to practise on
# make test   all checks and all tests          make quick  the pure tests only, with fewer examples of each property
# make bench  measure                           make lint   the checks only
# make bench-rollout  a roll-out over 2,000 journeys, while everything is killed (some minutes)
# make bench-read  measure with a million journeys (JOURNEYS=20000 for fewer)
# make lock   choose the newest versions that pyproject.toml permits
# make golden writes the golden journeys anew, for a person to read
# make bench-day   My day among a million journeys
# make bench-numbers  the numbers of a hundred thousand journeys
# make pictures  the pictures of the pages in docs/pictures (needs a Chromium)
#
# What is needed: Python 3.11 or newer, and make. Everything else is installed into .venv from a lock file with hashes,
# once; the second time nothing is fetched.

VENV := .venv
HANDS ?= 2
PYTHON = $(shell for name in python3 python3.11 python3.12 python3.13 python3.14 python; do \
	if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then command -v "$$name"; break; fi; done)
PIP := $(VENV)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes
COMPILE := $(VENV)/bin/uv pip compile pyproject.toml --universal --generate-hashes --no-header --no-emit-index-url \
	--no-emit-find-links --quiet

.PHONY: pictures run demo astray test quick golden bench bench-day bench-numbers bench-read bench-rollout lint types lock
.DELETE_ON_ERROR:

run: $(VENV)/installed
	@exec $(VENV)/bin/python starter.py up $(if $(DAY),--day $(DAY))

demo: $(VENV)/installed-dev
	@exec $(VENV)/bin/python -m demo

astray: $(VENV)/installed-dev
	@exec $(VENV)/bin/python -m demo.astray

# Two processes, for two cores (HANDS=1 for one). Without a Chromium the browser tests are skipped, and it says how to get one.
test: lint
	$(VENV)/bin/python -m pytest -n $(HANDS)

# RESAN_THOROUGH=1 make test: as many examples as each property asks for (some minutes more).
quick: $(VENV)/installed-dev
	@exec $(VENV)/bin/python -m tests.quick

# What happens is written anew under each line; read every line of `git diff tests/golden` before it is committed.
golden: $(VENV)/installed-dev
	RESAN_WRITE_GOLDEN=1 $(VENV)/bin/python -m pytest -q tests/golden

bench: $(VENV)/installed-dev
	@exec $(VENV)/bin/python -m benchmarks

bench-rollout: $(VENV)/installed-dev
	@exec $(VENV)/bin/python -m benchmarks.rollout

pictures: $(VENV)/installed-dev
	@exec $(VENV)/bin/python -m tests.browser.pictures

bench-day: $(VENV)/installed-dev
	@exec $(VENV)/bin/python -m benchmarks.day $(if $(JOURNEYS),--journeys $(JOURNEYS))

bench-numbers: $(VENV)/installed-dev
	@exec $(VENV)/bin/python -m benchmarks.numbers $(if $(JOURNEYS),--journeys $(JOURNEYS))

bench-read: $(VENV)/installed-dev
	@exec $(VENV)/bin/python -m benchmarks.read $(if $(JOURNEYS),--journeys $(JOURNEYS))

lint: $(VENV)/installed-dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy .

lock: $(VENV)/installed-dev
	$(VENV)/bin/python -m pip --disable-pip-version-check --quiet install uv
	$(COMPILE) --upgrade --group dev --output-file requirements-dev.lock
	$(COMPILE) --upgrade --constraints requirements-dev.lock --output-file requirements.lock

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found. Install it and try again." >&2; exit 1; }
	@echo "Making $(VENV) with $(PYTHON)"
	@$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); \
		echo "$(PYTHON) cannot make a virtual environment. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

$(VENV)/installed: requirements.lock | $(VENV)/bin/python
	@echo "Installing what is needed to run (once)"
	@$(PIP) -r $<
	@touch $@

$(VENV)/installed-dev: requirements-dev.lock | $(VENV)/bin/python
	@echo "Installing what is needed to run and to test (once)"
	@$(PIP) -r $<
	@touch $@ $(VENV)/installed
