# `make` alone lists what there is to do. Everything happens inside this folder, on this machine.

python := .tools/endpoint/bin/python
stack := $(python) infra/local/stack.py
vaxslot := target/debug/vaxslot

export SAM_CLI_TELEMETRY := 0

.DEFAULT_GOAL := help
.PHONY: help setup build run watch stop clean test bench

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo '  PORT=4566     the local AWS endpoint; the API is one above it, DynamoDB Local two'
	@echo '  DETACH=1      make run returns once it serves'

setup: ## Install the pinned tools into .tools/
	@infra/local/setup

build: setup ## Build the functions and the command line for local use
	@echo 'building the functions ...'
	@cargo build --workspace --bins --locked

run: build ## Deploy template.yaml locally, seed it, book a slot, serve until Ctrl-C
	@test -f .local/keys/jwks.json || $(vaxslot) keys new --dir .local/keys
	@$(stack) up
	@$(vaxslot) seed --stack .local/stack.json
	@$(vaxslot) walkthrough --stack .local/stack.json
	@$(stack) ready
ifneq ($(DETACH),1)
	@$(stack) wait
endif

watch: build ## Serve the HTTP functions with hot reload, against the same local services
	@test -f .local/keys/jwks.json || $(vaxslot) keys new --dir .local/keys
	@$(stack) watch

stop: ## Stop what make run left serving; its data stays
	@test ! -x $(python) || $(stack) stop

clean: stop ## Remove everything these commands have made
	rm -rf .local .tools .aws-sam target

test: ## Run every check and test, and sum up
	@infra/local/test

bench: setup ## Print the figures of the release binaries
	@PATH="$(CURDIR)/.tools/sam/bin:$$PATH" cargo lambda build --release --locked
	@$(python) infra/local/dynamodb_local.py run cargo run --release --locked --package vaxslot-tests --bin bench
