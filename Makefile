# `make` alone lists what there is to do. Everything happens inside this folder, on this machine.

python := .tools/endpoint/bin/python
stack := $(python) infra/local/stack.py
vaxslot := target/debug/vaxslot
functions := search reserve admin reports identity issuer booker closer projector notifier receipts sweeper subscriptions
binaries := $(foreach name,$(functions),--bin $(name))

.DEFAULT_GOAL := help
.PHONY: help setup build run watch stop clean test soak fuzz bench openapi

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo '  PORT=4566     the local AWS endpoint; the API is one above it, DynamoDB Local two, the pages three'
	@echo '  DETACH=1      make run returns once it serves'

setup: ## Install the pinned tools into .tools/
	@infra/local/setup

build: setup ## Build the functions, the command line and the pages for local use
	@npm --prefix web run --silent build
	@echo 'building the functions ...'
	@cargo build --locked --workspace $(binaries) --bin vaxslot

.local/keys/jwks.json: | build
	@$(vaxslot) keys new --dir .local/keys

run: build .local/keys/jwks.json ## Deploy template.yaml locally, seed it, book a slot, serve until Ctrl-C
	@$(stack) up
	@$(vaxslot) seed --stack .local/stack.json
	@$(vaxslot) walkthrough --stack .local/stack.json
	@$(vaxslot) tokens --stack .local/stack.json
ifneq ($(DETACH),1)
	@$(stack) wait
endif

watch: build .local/keys/jwks.json ## Serve the HTTP functions with hot reload, against the same local services
	@cargo build --locked $(binaries)
	@$(stack) watch

stop: ## Stop what make run left serving; its data stays
	@test ! -x $(python) || $(stack) stop

clean: stop ## Remove everything these commands have made
	rm -rf .local .tools .aws-sam target web/node_modules web/dist web/.generated

test: ## Run every check and test, and sum up
	@infra/local/test

soak: ## Play and judge 100,000 simulated histories, or SEEDS=n; then what make fuzz does
	@SEEDS=$(SEEDS) FIRST=$(FIRST) cargo run --profile soak --locked --package vaxslot-simulation --bin soak
	@$(MAKE) --no-print-directory fuzz

fuzz: ## Feed what reads from outside with anything, ten minutes a target or SECONDS=n
	@infra/local/setup --with-checks
	@infra/local/fuzz $(or $(SECONDS),600)

openapi: build ## Write openapi.json anew, after a change of routes
	@$(vaxslot) openapi --write openapi.json

bench: export PATH := $(CURDIR)/.tools/sam/bin:$(PATH)
bench: ## Print the figures of the release binaries (FIGURE=hot: one of them)
	@infra/local/setup --with-bench
	@cargo lambda build --release --locked $(binaries)
	@cargo build --profile load --locked --package vaxslot-load --bin bench
	@$(python) infra/local/dynamodb_local.py run target/load/bench $(FIGURE)
