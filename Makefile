# The two commands that matter are `make bench` and `make test`; both do all
# the set-up they need.

GO      ?= go
BIN     := bin/cibench
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X github.com/cibench/cibench/cmd/cibench/internal/cli.version=$(VERSION)

.DEFAULT_GOAL := help
.PHONY: bench test build engine lint unit race fuzz bench-go clean help

bench: engine ## set everything up and run the main job: the built-in study `starter`
	$(BIN) run starter --record --charts charts-out

test: engine lint unit ## set everything up and run every check and test

build: ## build bin/cibench, a static binary
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o $(BIN) ./cmd/cibench

engine: build ## make sure that a Docker engine answers (installs and starts one only as root, where none does)
	runner/engine/start.sh $(BIN)

lint: ## vet, staticcheck and gofmt
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "gofmt: the files above are not formatted"; exit 1; }

unit: ## the tests alone, on what is already set up
	$(GO) test -timeout 25m ./...

race: ## the tests with the race detector (needs a C compiler)
	$(GO) test -race -timeout 60m ./...

fuzz: ## each fuzz target for 30 s
	@for pkg in $$($(GO) list ./...); do \
		for target in $$($(GO) test -list '^Fuzz' $$pkg | grep ^Fuzz); do \
			$(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime 30s $$pkg || exit 1; \
		done; \
	done

bench-go: ## the Go benchmarks: services, store, charts
	$(GO) test -run '^$$' -bench . ./...

clean: build ## remove what cibench left in the engine
	$(BIN) clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
