# One build serves tests, demo, checks and drill: release, with warnings as errors and @testable imports.
# For day-to-day work 'swift build' and 'swift test' (debug) are quicker.
export FAIRWAY_STRICT := 1
BUILD := -c release -Xswiftc -enable-testing
FAIRWAY := .build/release/fairway
SWIFT_SOURCES := Sources Tests Benchmarks Package.swift
# Any folder laid out as cases/*.json and data/*.csv.
DIR := Tests/StatisticsTests/Golden

.PHONY: help bootstrap build test demo run check lint format golden calibrate bench drill prove

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

bootstrap: ## install missing system packages
	@scripts/bootstrap

build: bootstrap ## build everything, tests included
	swift build --build-tests $(BUILD)

test: build ## run all tests
	swift test --skip-build $(BUILD)

demo: build ## half a year of four practice pilots, then their dashboard
	$(FAIRWAY) demo

run: build ## serve the store that config/fairway.yaml names
	$(FAIRWAY) serve

check: lint ## formatting, file lengths, module boundaries, wording, documents, scripts
	@scripts/check

lint: ## swift format, strictly
	swift format lint --strict --parallel --recursive $(SWIFT_SOURCES)

format: ## rewrite the sources in the house style
	swift format --in-place --parallel --recursive $(SWIFT_SOURCES)

golden: build ## reference cases, those of DIR=folder if given
	.build/release/reference-cases $(DIR)

calibrate: build ## error rates, coverage and power by simulation, the full protocol
	.build/release/calibrate --full

bench: build ## the engine beside other programs; Benchmarks/run --help
	Benchmarks/run

drill: build ## kill the daemon again and again; nothing may be lost, doubled or changed
	scripts/drill

prove: build ## vendors' own clients against the sandbox, and the generic connector against a real Tryton
	scripts/prove-sandbox
	scripts/prove-tryton
