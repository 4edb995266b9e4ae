# `make help` lists the targets.
SHELL   := /bin/bash
GO      ?= go
BIN     := bin/sijil
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unversioned)
COMMIT  := $(shell git rev-parse HEAD 2>/dev/null || echo unknown)
LINT    := v2.15.0
TOOLS   := $(CURDIR)/.tools

# One static binary that runs on any 64-bit x86 machine.
export CGO_ENABLED ?= 0
export GOAMD64 = v1

# The tests start a PostgreSQL of their own. Where it can be had it must work;
# where it cannot, stores are tried on SQLite only.
with_postgres = if scripts/setup-tests; then export SIJIL_REQUIRE_POSTGRES=1; fi;
# The same of Chromium, in which the pages of the portal are looked at.
with_chromium = if scripts/setup-chromium; then export SIJIL_REQUIRE_CHROMIUM=1; fi;

.DEFAULT_GOAL := help
.PHONY: help build run test check soak bench screenshots fuzz lint format clean

help: ## list the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## build bin/sijil, one static binary
	$(GO) build -trimpath -ldflags '-s -w -X main.version=$(VERSION) -X main.commit=$(COMMIT)' -o $(BIN) ./cmd/sijil

run: build ## build, then the demo: 500 synthetic households through the real services, on http://127.0.0.1:8080
	./$(BIN) demo

test: ## every test, once, with fixed seeds
	$(GO) mod verify
	$(GO) vet ./...
	$(with_postgres) $(with_chromium) $(GO) test -timeout 20m ./...

check: format lint ## format, vet, lint, tests under the race detector
	$(GO) mod tidy -diff
	$(GO) vet ./...
	$(with_postgres) $(with_chromium) SIJIL_KILLS=20 CGO_ENABLED=1 $(GO) test -race -timeout 60m ./...

soak: ## the long counts: minutes of fuzzing, millions of households
	$(with_postgres) $(with_chromium) SIJIL_SOAK=1 $(GO) test -count=1 -timeout 6h ./...
	$(MAKE) fuzz FUZZTIME=2m

bench: build ## every speed figure of docs/performance.md
	./$(BIN) bench index
	./$(BIN) bench survey
	./$(BIN) bench enrol
	./$(BIN) bench enrol --store postgres
	./$(BIN) bench declare
	./$(BIN) bench declare --store postgres
	./$(BIN) bench link
	./$(BIN) bench pages
	$(GO) test -run '^$$' -bench . -benchtime 1s ./...

screenshots: ## pictures of the pages into docs/screenshots, the README's into docs/images, by Chromium
	SIJIL_REQUIRE_CHROMIUM=1 SIJIL_SCREENSHOTS=$(CURDIR)/docs/screenshots SIJIL_IMAGES=$(CURDIR)/docs/images $(GO) test -count=1 -run '^TestScreenshots$$' ./portal
	SIJIL_REQUIRE_CHROMIUM=1 SIJIL_IMAGES=$(CURDIR)/docs/images $(GO) test -count=1 -run '^TestPictures$$' ./cmd/sijil

FUZZTIME ?= 20s
fuzz: ## every fuzz target for FUZZTIME
	@set -e; for pkg in $$($(GO) list ./...); do \
	  for f in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
	    echo "$$pkg $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 5x $$pkg; \
	  done; \
	done

format: ## fail when a file is not formatted
	@out=$$(gofmt -l $$(git ls-files -co --exclude-standard '*.go')); [ -z "$$out" ] || { echo "run gofmt on:"; echo "$$out"; exit 1; }

lint: $(TOOLS)/golangci-lint-$(LINT) ## the linter, installed into .tools the first time
	$< run ./...

$(TOOLS)/golangci-lint-$(LINT):
	@echo "installing golangci-lint $(LINT); this takes minutes the first time"
	GOBIN=$(TOOLS) $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT)
	mv $(TOOLS)/golangci-lint $@

clean: ## remove what the build made
	rm -rf bin
