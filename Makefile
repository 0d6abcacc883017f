# The two commands that matter are `make bench` and `make test`; both do all
# the set-up they need.

GO      ?= go
BIN     := bin/cibench
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X github.com/cibench/cibench/cmd/cibench/internal/cli.version=$(VERSION)

# Where start.sh made a file system for what trials make, tests make theirs. It
# is looked for when it is used: the engine's target may have made it.
SCRATCH = $(if $(wildcard /var/lib/cibench/tmp),TMPDIR=/var/lib/cibench/tmp)

.DEFAULT_GOAL := help
.PHONY: bench test build engine tools lint unit race soak overhead fuzz bench-go clean help

bench: engine ## set everything up and run the main job: the image builds of the built-in study `starter`
	$(BIN) run starter --only build-and-push --record --charts charts-out --max-time 20m
	@$(BIN) report -o charts-out/report.html

test: engine tools lint unit ## set everything up and run every check and test

build: ## build bin/cibench, a static binary
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o $(BIN) ./cmd/cibench

engine: build ## make sure that a Docker engine answers (installs and starts one only as root, where none does)
	runner/engine/start.sh $(BIN)

tools: ## make sure that the tests find a Python with venv, a C compiler, Node and Chromium (installs them only as root on Debian)
	@if ! { command -v cc && python3 -c 'import ensurepip, sysconfig, os; os.stat(sysconfig.get_path("include") + "/Python.h")'; } >/dev/null 2>&1; then \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo "the tests need Python and a C compiler: installing python3-venv, python3-dev and gcc"; \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
				python3-venv python3-dev gcc libc6-dev >/dev/null; \
		else \
			echo "no Python with venv or no C compiler: some tests will be skipped (apt-get install python3-venv python3-dev gcc)"; \
		fi; \
	fi
	@if ! { command -v node && command -v npm && command -v zstd; } >/dev/null 2>&1; then \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo "the tests need Node and zstd: installing what is missing"; \
			apt-get update -qq && for tool in node:nodejs npm:npm zstd:zstd; do \
				command -v $${tool%:*} >/dev/null || DEBIAN_FRONTEND=noninteractive \
					apt-get install -y -qq --no-install-recommends $${tool#*:} >/dev/null || exit 1; \
			done; \
		else \
			echo "no Node, npm or zstd: some tests will be skipped (apt-get install nodejs npm zstd)"; \
		fi; \
	fi

	@if ! { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null 2>&1; then \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo "the tests look at pages in Chromium: installing it"; \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
				apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
		else \
			echo "no Chromium: some tests will be skipped (apt-get install chromium)"; \
		fi; \
	fi

lint: ## vet, staticcheck and gofmt
	$(GO) vet ./...
	$(GO) vet -tags soak,overhead ./cmd/cibench ./runner/...
	$(GO) tool staticcheck ./...
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "gofmt: the files above are not formatted"; exit 1; }

unit: ## the tests alone, on what is already set up
	$(SCRATCH) $(GO) test -timeout 80m ./...

race: ## the tests with the race detector (needs a C compiler)
	$(SCRATCH) $(GO) test -race -timeout 60m ./...

soak: engine ## kill runs at each kind of call of the engine, and 200 times at random moments, and go on with them (about an hour)
	$(SCRATCH) $(GO) test -tags soak -run "TestSoak|TestKilled" -count=1 -timeout 4h -v ./cmd/cibench

overhead: engine ## what the harness itself costs, beside buildctl, docker exec and hyperfine (about an hour)
	@command -v hyperfine >/dev/null || if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends hyperfine >/dev/null; \
	else \
		echo "no hyperfine: its verdicts are left out (apt-get install hyperfine)"; \
	fi
	$(SCRATCH) $(GO) test -tags overhead -run 'TestOverhead|TestVerdictCost' -count=1 -timeout 4h -p 1 -v ./runner/image ./runner/venv/job ./cmd/cibench

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
