# Tasks for developers; `make help` lists them.
# Targets are idempotent: a step runs again only if its inputs have changed.

.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
STAMPS := .stamps
# uv installs in seconds what pip installs in minutes.
UV := $(BIN)/uv
# uv does not read pip's configuration, which may name the mirror of an organization.
INDEX = $(or $(UV_DEFAULT_INDEX),$(PIP_INDEX_URL),$(shell $(BIN)/python -m pip config get global.index-url 2>/dev/null))
INSTALL = $(UV) pip install --quiet $(addprefix --default-index ,$(INDEX)) --python
NPM := npm --no-fund --no-audit --loglevel=error
UV_VERSION := 0.13.9
TORCH_VERSION := 2.13.0

# Options for the studio, for example: make run ARGS="--port 9000 --no-browser"
ARGS ?=
# The AWS region of `make deploy`, `make destroy`.
REGION ?= $(AWS_REGION)
# Options for pytest, for example: make test PYTEST="-k history"
PYTEST ?=
# One more than the cores of CI: workers wait for each other while one of them starts a server or builds a bundle.
PYTEST_WORKERS ?= 3

WEB_SOURCES := $(shell find web/src web/public -type f 2>/dev/null) $(wildcard web/*.html web/*.ts web/*.json) \
	$(wildcard graphql/*.graphql graphql/operations/*.graphql)
NODE_TOOLS := tests/web tests/conformance tests/docs tests/rehearsal
NODE_TOOLS_INSTALLED := $(addsuffix /node_modules/.package-lock.json,$(NODE_TOOLS))

.PHONY: help
help: ## List the tasks
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

.PHONY: run
run: $(STAMPS)/serve $(STAMPS)/web ## Install what the studio needs, and serve it
	$(BIN)/genai-studio up $(ARGS)

.PHONY: dev
dev: $(STAMPS)/develop $(STAMPS)/web ## Serve the studio, reloading Python and the page as you edit
	@trap 'kill 0' EXIT; \
	(cd web && npm run dev) & \
	$(BIN)/watchfiles --filter python --sigint-timeout 10 '$(BIN)/genai-studio up --no-browser $(ARGS)' resolvers

.PHONY: setup
setup: $(STAMPS)/develop $(STAMPS)/web $(NODE_TOOLS_INSTALLED) $(STAMPS)/amplify-modules system-packages test-servers ## Install everything that the tests need

.PHONY: lint
lint: $(STAMPS)/develop ## Check format, lint, types, imports and dependencies of the Python code
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	cd infra/sagemaker && ../../$(BIN)/mypy
	cd infra/deploy && ../../$(BIN)/mypy
	$(BIN)/lint-imports --no-logo 2>&1 | tail -n 4
	$(BIN)/deptry --no-ansi . 2>&1 | tail -n 3

.PHONY: check
check: $(STAMPS)/develop $(STAMPS)/web-modules ## Format, lint, types, unit tests: under a minute, no root, no browser
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target check-unit lint check-web

.PHONY: check-unit
check-unit: $(STAMPS)/develop
	$(BIN)/pytest tests/unit -q -n $(PYTEST_WORKERS)

.PHONY: check-web
check-web: $(STAMPS)/web-modules
	cd web && npm run --silent check && npx --no-install vitest run --reporter=dot --pool=threads --no-isolate

.PHONY: test
test: setup ## Install what the tests need, and run all of them
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target lint test-typescript
	cd tests/web && npm run --silent test
	$(BIN)/pytest -q -n $(PYTEST_WORKERS) $(PYTEST)

.PHONY: test-typescript
test-typescript: $(STAMPS)/web $(NODE_TOOLS_INSTALLED) $(STAMPS)/amplify-modules
	cd web && npm run --silent check && npm run --silent test && node scripts/check-size.mjs
	cd tests/web && npm run --silent check
	cd amplify && npm run --silent check

.PHONY: fuzz-execution
fuzz-execution: $(STAMPS)/develop ## Compare compiled execution with graphql-core on DOCUMENTS=100000 random documents
	DOCUMENTS=$(or $(DOCUMENTS),100000) FIRST_SEED=$(or $(FIRST_SEED),$$RANDOM$$RANDOM) \
		$(BIN)/pytest tests/conformance/compiled_execution/test_equivalence.py -q -n $(PYTEST_WORKERS)

.PHONY: fuzz
fuzz: $(STAMPS)/develop ## Fuzz every parser of untrusted input, each for SECONDS=60
	FUZZ_SECONDS=$(or $(SECONDS),60) $(BIN)/pytest tests/fuzz -q -n $(PYTEST_WORKERS) $(PYTEST)

.PHONY: chaos
chaos: $(STAMPS)/develop $(STAMPS)/web ## Kill a studio while users use it, then audit it: ARGS="--kills 1000 --minutes 60"
	PYTHONPATH=resolvers:. $(BIN)/python -m tests.chaos $(ARGS)

.PHONY: test-diffusers
test-diffusers: $(STAMPS)/diffusers ## Test the pipeline for Stable Diffusion folders (installs PyTorch)
	.venv-diffusers/bin/python -m pytest tests/diffusers -q

.PHONY: endpoint
endpoint: $(STAMPS)/endpoint ## Deploy, inspect, try or remove a SageMaker endpoint: ARGS="deploy …"
	@.venv-endpoint/bin/studio-endpoint $(ARGS)

.PHONY: test-endpoint
test-endpoint: $(STAMPS)/endpoint ## Test the use of the SageMaker SDK (installs it)
	cd infra/sagemaker && ../../.venv-endpoint/bin/python -m pytest -q -p no:cacheprovider

.PHONY: bench
bench: $(STAMPS)/develop $(STAMPS)/web $(STAMPS)/bench-modules ## Run the benchmarks; they print ratios
	$(BIN)/python -m benchmarks $(ARGS)

.PHONY: lighthouse
lighthouse: setup ## Run Lighthouse on the built page (desktop and mobile)
	cd tests/web && npm run --silent lighthouse

.PHONY: screenshots
screenshots: setup ## Take the screenshots in docs/screenshots
	cd tests/web && npm run --silent screenshots

.PHONY: example-images
example-images: $(STAMPS)/serve ## Draw the page's style tiles and example images with the built-in model
	cd infra/builtin-model && PYTHONPATH=.:../../resolvers ../../$(BIN)/python -m builtin_model.example_images

.PHONY: icons
icons: setup ## Draw the icons of the web app manifest from web/public/icon.svg
	cd tests/web && npm run --silent icons

.PHONY: schema
schema: $(STAMPS)/serve ## Export graphql/schema.graphql from the code
	$(BIN)/genai-studio schema --out graphql/schema.graphql

.PHONY: postman
postman: $(STAMPS)/serve ## Generate the Postman collection from graphql/operations
	$(BIN)/python -m tests.docs.postman_collection

.PHONY: web
web: $(STAMPS)/web ## Build the page into the package

.PHONY: wheel
wheel: $(STAMPS)/develop $(STAMPS)/web ## Build the wheel, with page and model, into dist/
	$(BIN)/python -m hatchling build -t wheel

.PHONY: lambda
lambda: $(STAMPS)/develop $(STAMPS)/web ## Build the bundles of the Lambda functions into dist/lambda/
	cd infra/lambda && ../../$(BIN)/python -m lambda_bundles $(ARGS)

.PHONY: synth
synth: $(STAMPS)/amplify-modules ## Write the CloudFormation templates to amplify/cdk.out (offline, except for missing bundles)
	@test -n "$${GENAI_STUDIO_LAMBDA_DIST-}" -o -f dist/lambda/arm64/worker.zip || $(MAKE) lambda
	cd amplify && npm run --silent synth

.PHONY: deploy
deploy: lambda $(STAMPS)/amplify-modules ## Deploy the studio to your AWS account: REGION=…
	@PYTHONPATH=infra/deploy $(BIN)/python -m studio_deploy deploy --region "$(REGION)"

.PHONY: destroy
destroy: $(STAMPS)/serve ## Remove the studio from your AWS account: REGION=…, with DATA=delete also its users and images
	@PYTHONPATH=infra/deploy $(BIN)/python -m studio_deploy destroy --region "$(REGION)" $(if $(DATA),--data $(DATA))

.PHONY: smoke
smoke: $(STAMPS)/develop ## Test the deployed studio of amplify_outputs.json, after genai-studio login
	$(BIN)/pytest tests/smoke -q --outputs $(or $(OUTPUTS),amplify_outputs.json)

.PHONY: lock
lock: $(UV) ## Update the lock files from pyproject.toml
	$(UV) pip compile pyproject.toml --group build --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --quiet -o requirements.lock
	$(UV) pip compile pyproject.toml --group build --group dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --quiet -c requirements.lock -o requirements-dev.lock
	$(UV) pip compile tests/servers/requirements.in --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --quiet -o tests/servers/requirements.lock
	for bundle in appsync http publisher worker; do \
		$(UV) pip compile infra/lambda/requirements-$$bundle.in --python-version 3.13 \
			--python-platform x86_64-manylinux_2_28 --generate-hashes --no-emit-index-url --no-header --quiet \
			-c requirements.lock -o infra/lambda/requirements-$$bundle.lock || exit 1; \
	done
	$(UV) pip compile benchmarks/plain_handler.in --python-version 3.13 \
		--python-platform x86_64-manylinux_2_28 --generate-hashes --no-emit-index-url --no-header --quiet \
		-c requirements.lock -o benchmarks/plain_handler.lock
	$(UV) pip compile benchmarks/notebook_way.in --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --quiet \
		-c requirements-dev.lock -o benchmarks/notebook_way.lock
	$(UV) pip compile infra/sagemaker/pyproject.toml --universal --python-version 3.11 \
		--group infra/sagemaker/pyproject.toml:build --group infra/sagemaker/pyproject.toml:test \
		--generate-hashes --no-emit-index-url --no-header --quiet -o infra/sagemaker/requirements.lock
	$(UV) pip compile infra/sagemaker/container/requirements.in --universal --python-version 3.11 \
		-c requirements.lock -c infra/diffusers/requirements.txt --overrides infra/sagemaker/container/overrides.txt \
		--generate-hashes --no-emit-index-url --no-header --quiet -o infra/sagemaker/container/requirements.lock

.PHONY: clean
clean: ## Remove environments and build products, but no user data
	rm -rf $(VENV) .venv-diffusers .venv-endpoint .venv-servers $(STAMPS) dist web/node_modules $(addsuffix /node_modules,$(NODE_TOOLS)) \
		amplify/node_modules amplify/cdk.out \
		resolvers/genai_studio/web .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

# ---- prerequisites -------------------------------------------------

# The first suitable Python on the PATH.
PYTHON := $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
	command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)

.PHONY: python
python:
	@test -n "$(PYTHON)" || { echo "genai-studio needs Python 3.11 or newer on the PATH: https://www.python.org/downloads/" >&2; exit 1; }
	@$(or $(PYTHON),false) -c 'import venv, ensurepip' 2>/dev/null || { echo "This Python has no venv. On Debian or Ubuntu: sudo apt-get install python3-venv" >&2; exit 1; }

.PHONY: node
node:
	@command -v node >/dev/null && command -v npm >/dev/null || { echo "genai-studio needs Node.js 20.19+ or 22.12+ and npm to build its page: https://nodejs.org/" >&2; exit 1; }
	@node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit((a === 20 && b >= 19) || (a === 22 && b >= 12) || a > 22 ? 0 : 1)' \
		|| { echo "This is Node.js $$(node --version); 20.19+ or 22.12+ is needed: https://nodejs.org/" >&2; exit 1; }

.PHONY: system-packages
system-packages:
	@infra/debian/install.sh

.PHONY: test-servers
test-servers: system-packages $(STAMPS)/serve
	@PYTHON=$(BIN)/python tests/servers/install.sh

$(VENV)/pyvenv.cfg: | python
	$(PYTHON) -m venv $(VENV)

# Later versions come from requirements.lock.
$(UV): | $(VENV)/pyvenv.cfg
	@$(BIN)/python -m pip --disable-pip-version-check --quiet install --no-compile uv==$(UV_VERSION)

$(STAMPS)/serve: requirements.lock pyproject.toml | $(UV)
	@mkdir -p $(STAMPS)
	@echo "Installing the studio's dependencies into $(VENV) …"
	@$(INSTALL) $(BIN)/python --require-hashes -r requirements.lock
	@$(INSTALL) $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

$(STAMPS)/develop: requirements-dev.lock $(STAMPS)/serve
	@echo "Installing the test dependencies into $(VENV) …"
	@$(INSTALL) $(BIN)/python --require-hashes -r requirements-dev.lock
	@touch $@

$(STAMPS)/web-modules: web/package-lock.json | node
	@mkdir -p $(STAMPS)
	@echo "Installing the page's build tools …"
	@cd web && $(NPM) ci
	@touch $@

$(STAMPS)/web: $(STAMPS)/web-modules $(WEB_SOURCES)
	@echo "Building the page …"
	@cd web && npm run --silent build
	@touch $@

$(STAMPS)/amplify-modules: amplify/package-lock.json | node
	@mkdir -p $(STAMPS)
	@echo "Installing Amplify and the CDK (1 GB) …"
	@cd amplify && $(NPM) ci
	@touch $@

$(STAMPS)/bench-modules: benchmarks/graphql_http/package-lock.json | node
	@mkdir -p $(STAMPS)
	@cd benchmarks/graphql_http && $(NPM) ci
	@touch $@

# npm writes this file after an installation.
%/node_modules/.package-lock.json: %/package-lock.json | node
	@echo "Installing the Node tools in $* …"
	@cd $* && $(NPM) ci
	@touch $@

$(STAMPS)/diffusers: infra/diffusers/requirements.txt requirements-dev.lock | $(UV)
	@mkdir -p $(STAMPS)
	@echo "Installing PyTorch and diffusers into .venv-diffusers …"
	@test -d .venv-diffusers || $(PYTHON) -m venv .venv-diffusers
	@.venv-diffusers/bin/python -m pip --disable-pip-version-check -q install --no-compile torch==$(TORCH_VERSION)
	@$(INSTALL) .venv-diffusers/bin/python --require-hashes -r requirements-dev.lock
	@$(INSTALL) .venv-diffusers/bin/python -r infra/diffusers/requirements.txt
	@touch $@

$(STAMPS)/endpoint: infra/sagemaker/requirements.lock infra/sagemaker/pyproject.toml | $(UV)
	@mkdir -p $(STAMPS)
	@echo "Installing the SageMaker SDK into .venv-endpoint …"
	@test -d .venv-endpoint || $(PYTHON) -m venv .venv-endpoint
	@$(INSTALL) .venv-endpoint/bin/python --require-hashes -r infra/sagemaker/requirements.lock
	@$(INSTALL) .venv-endpoint/bin/python --no-deps --no-build-isolation -e infra/sagemaker
	@touch $@
