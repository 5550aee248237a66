# `make` builds, `make demo` plays the story, `make test` runs every test, `make bench` compares with the peers,
# `make fuzz` looks for inputs that break a property. `make release`, then `make install` as root: the two programs.
.PHONY: build demo test bench fuzz setup release install lint
.DEFAULT_GOAL := build

PREFIX ?= /usr/local

# Exclusivity stays checked in debug builds and tests; the release build trusts them.
release_flags = -c release -Xswiftc -enforce-exclusivity=unchecked \
	-Xswiftc -cross-module-optimization \
	--static-swift-stdlib

setup:
	@scripts/setup build test bench

build:
	@scripts/setup build
	swift build

release:
	@scripts/setup build
	swift build $(release_flags) --product sallyportd
	swift build $(release_flags) --product sallyport

# What `make release` has built. `sallyportd` needs `sallyport` beside it for SSH clients.
install:
	install -D -m 755 -t "$(DESTDIR)$(PREFIX)/bin" .build/release/sallyportd .build/release/sallyport

# BENCH="copy connect --quick" and the like; without names, every measure. See Benchmarks/README.md.
bench: release
	@scripts/setup bench
	swift build $(release_flags) --package-path Benchmarks
	python3 Benchmarks/bench.py --build "$$(swift build $(release_flags) --show-bin-path)" \
		--core "$$(swift build $(release_flags) --package-path Benchmarks --show-bin-path)/bench-core" $(BENCH)

demo:
	@scripts/demo $(if $(KEEP),--keep)

# They go by deadlines of seconds, or by what a person types: beside a thousand others they would be late.
QUIET := RunnerEntranceTests|ShellStreamTests|ControlTests.WatchTests

test:
	@scripts/setup build test
	swift build --build-tests
	@scripts/test --filter '$(QUIET)'
	@scripts/test --skip '$(QUIET)'

# TARGET=sql SECONDS=600 for one target; each for a minute without.
fuzz:
	@scripts/setup build
	@Fuzzing/run $(or $(TARGET),all) $(or $(SECONDS),60)

lint:
	swift format lint --strict --recursive Sources Tests Fuzzing/Sources Benchmarks/Sources \
		Benchmarks/Package.swift Package.swift
