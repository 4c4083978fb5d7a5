# What a person runs is what CI runs. Each recipe installs the Debian packages it needs.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build

# Suites with servers and deadlines of their own: each runs by itself, or two cores have too many servers to keep in time.
# Some go one by one: tests that make RSA keys leave others no core to answer with, and all servers at once hold two thousand
# files open, with which Foundation's Process.run reads past the list of them.
ONE_BY_ONE := SigningTests ServerTests
ALONE := MetadataTests|ServerTests|ClusterTests|StoreTests|RegistryTests|SigningTests|JourneyTests

# Where the shared cases of conform are; they are skipped by name when it is absent.
DATA ?= ../shared/data
BIN := .build/debug
SOURCES := Sources Tests Benchmarks Package.swift

# Where `make install` puts the programs.
PREFIX ?= /usr/local

.PHONY: build test lint format faults conform cluster bench demo install clean

build: ## Build the two programs
	Scripts/install-packages build
	swift build --product pratique
	swift build --product pratique-admission

lint: ## Layout and naming, as .swift-format says
	swift format lint --strict --recursive --parallel $(SOURCES)

format: ## Mend what lint can mend
	swift format --in-place --recursive --parallel $(SOURCES)

# The import law is judged by the exit code of the one build: it prints "Build complete!" even when it fails.
test: ## Everything CI runs but lint
	Scripts/install-packages build
	Scripts/install-packages test || echo "SKIPPED the journey: its packages cannot be installed here"
	swift build --build-tests --explicit-target-dependency-import-check error
	Scripts/check-gate $(BIN)/pratique-admission
	! Scripts/check-gate $(BIN)/pratique >/dev/null 2>&1 || { echo "check-gate finds nothing in pratique: it cannot fail"; exit 1; }
	export PRATIQUE_PYTHON=$$(Scripts/python-clients || echo python3); \
	export PRATIQUE_COSIGN=$$(Scripts/cosign-binary sid):$$(Scripts/cosign-binary trixie); \
	for suites in "--skip $(ALONE)" $(foreach suite,$(subst |, ,$(ALONE)),"--filter ^$(suite)[.] $(if $(filter $(ONE_BY_ONE),$(suite)),--no-parallel)"); do \
	  swift test --skip-build --disable-xctest $$suites 2>&1 | grep --line-buffered -v '^◇ .* started\.$$'; \
	done
	$(BIN)/faults kill --kills 25 --programs $(BIN)
	for corpus in Tests/fuzz/Corpus/*; do $(BIN)/fuzz $$(basename $$corpus) $$corpus; done
	$(MAKE) --no-print-directory conform

faults: ## The long form: a thousand kills under eight writers
	Scripts/install-packages build
	swift build --product pratique
	swift build --product faults
	$(BIN)/faults kill --kills 1000 --programs $(BIN)

conform: ## The data-driven cases in $(DATA)
	@if [[ ! -d $(DATA) ]]; then echo "SKIPPED conform: there is no $(DATA)"; exit 0; fi; \
	status=0; \
	for kind in versions:versions vulnerabilities:cases attacks:attacks; do \
	  echo "conform $${kind%%:*} $(DATA)/$${kind##*:}"; \
	  $(BIN)/conform $${kind%%:*} $(DATA)/$${kind##*:} || status=1; \
	done; \
	echo "conform sigstore"; \
	$(BIN)/conform sigstore Tests/AttestationsTests/Sigstore/Fixtures || status=1; exit $$status

cluster: ## Let a real Kubernetes API server judge the manifests and ask the gate; it is made once, 4 to 15 minutes
	Scripts/install-packages build test cluster
	swift build --build-tests
	export PRATIQUE_KUBE_APISERVER=; PRATIQUE_KUBE_APISERVER=$$(Scripts/api-server); \
	swift test --skip-build --disable-xctest --no-parallel --filter '^JourneyTests[.]Cluster' 2>&1 | grep --line-buffered -v '^◇ .* started\.$$'

demo: ## The whole way of one image, told to a person
	Scripts/install-packages build demo
	swift build --product pratique
	swift build --product pratique-admission
	Scripts/demo

bench: ## The figures of Benchmarks/README.md
	Scripts/install-packages build bench
	Benchmarks/run

install: ## Put the programs below $(PREFIX), and kubectl's plugin beside them
	Scripts/install-packages build
	swift build --configuration release --product pratique
	swift build --configuration release --product pratique-admission
	install -D --target-directory $(DESTDIR)$(PREFIX)/bin .build/release/pratique .build/release/pratique-admission
	ln --symbolic --force pratique $(DESTDIR)$(PREFIX)/bin/kubectl-pratique

clean: ## Remove what was built
	swift package clean
