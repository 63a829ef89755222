# Trading-Chitti. `make` alone lists the targets.

.DEFAULT_GOAL := help
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

BIN := .venv/bin
PACKAGES := chitti_shared mojo_compute signal_service news_nlp core_api chitti_cli
CODE := setup.py shared mojo-compute signal-service news-nlp core-api cli dashboard-app/generate_types.py tests benchmarks
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header
# arguments for pytest: make test T="tests/unit -k sma"
T ?= tests
# A test that crashes its process, or hangs in compiled code that no time limit interrupts, ends the run and is named:
# the tests that were to follow it in that process would never report. The limit (s) is above every test's own.
PYTEST := $(BIN)/pytest -n 2 --dist loadgroup --max-worker-restart 0 \
	-o faulthandler_timeout=700 -o faulthandler_exit_on_timeout=true

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run-all
run-all: setup ## start everything (Ctrl-C stops it); the first run also sets everything up
	@sh .ci/dashboard build || echo "==> Going on without the dashboard" >&2
	@exec $(BIN)/chitti up

.PHONY: demo
demo: setup ## play the sample feed against the running stack and watch the alerts arrive
	@exec $(BIN)/chitti demo

.PHONY: test
test: setup-dev ## all tests (T="tests/unit -k sma" for some of them)
	@$(if $(filter tests,$(T)),sh .ci/dashboard test)
	$(PYTEST) $(T)

.PHONY: test-all
test-all: check test ## the checks, the tests, the exhaustive ones, and the unit tests with bounds-checked extensions
	$(PYTEST) -o faulthandler_timeout=2000 -m exhaustive tests
	@CHITTI_DEBUG=1 sh .ci/setup dev
	@status=0; $(PYTEST) tests/unit || status=$$?; sh .ci/setup dev; exit $$status

.PHONY: check
check: check-code check-types check-dashboard ## formatting, lint, types, import rules; changes nothing

.PHONY: check-code check-types check-dashboard
check-code: setup-dev
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/lint-imports
check-types: setup-dev
	$(BIN)/mypy
check-dashboard: setup-dev
	@sh .ci/dashboard check

.PHONY: lint
lint: setup-dev ## format and fix what can be fixed
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)

.PHONY: build
build: setup ## create .venv, install the pinned packages, build the extensions

.PHONY: debug
debug: ## rebuild the extensions with bounds checks (make build brings the fast ones back)
	@CHITTI_DEBUG=1 sh .ci/setup dev

.PHONY: dashboard
dashboard: setup ## build the dashboard that core-api serves at / (needs Node.js >= 20.19)
	@sh .ci/dashboard build

.PHONY: bench
bench: setup-dev ## measure speed against peers in the same run; HEADLINES=FILE adds accuracy on labelled ones, BARS=FOLDER scores other markets
	@sh .ci/peers
	$(BIN)/python -m benchmarks $(if $(HEADLINES),--headlines "$(HEADLINES)") $(if $(BARS),--bars "$(BARS)")

.PHONY: soak
soak: setup-dev ## kill processes while alerts flow and show that nothing is lost (SEED=N repeats a run; SHARE=0.1 shortens it)
	$(BIN)/python -m tests.soak $(if $(SEED),--seed "$(SEED)") $(if $(SHARE),--share "$(SHARE)")

.PHONY: docs
docs: setup-dev ## write what the documentation and .env.example take from the code
	$(BIN)/python docs/generate.py
	$(BIN)/python dashboard-app/generate_types.py

.PHONY: lock
lock: setup-dev ## resolve the dependencies anew and pin them with hashes
	$(COMPILE) --upgrade --all-extras pyproject.toml --output-file requirements-dev.lock
	$(COMPILE) --extra all --extra build --constraint requirements-dev.lock pyproject.toml --output-file requirements.lock
	$(COMPILE) --upgrade --group pyproject.toml:peers --constraint requirements-dev.lock --output-file requirements-peers.lock

.PHONY: clean
clean: ## remove what was built, not the data
	rm -rf build dist .venv dashboard-app/dist dashboard-app/node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis *.egg-info
	find shared mojo-compute signal-service news-nlp core-api cli \( -name '*.so' -o -name '__pycache__' -o -name '*.egg-info' \) \
		-prune -exec rm -rf {} +

.PHONY: setup setup-dev
setup:
	@sh .ci/setup runtime
setup-dev:
	@sh .ci/setup dev
