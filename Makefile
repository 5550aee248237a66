# `make demo` plays the story, `make test` runs every test, `make bench` compares with the peers, `make fuzz` looks for
# inputs that break a property.
.PHONY: demo test bench fuzz setup build release lint

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

# BENCH="copy connect --quick" and the like; without names, every measure. See Benchmarks/README.md.
bench: release
	@scripts/setup bench
	swift build $(release_flags) --product sallyport
	swift build $(release_flags) --package-path Benchmarks
	python3 Benchmarks/bench.py --build "$$(swift build $(release_flags) --show-bin-path)" \
		--core "$$(swift build $(release_flags) --package-path Benchmarks --show-bin-path)/bench-core" $(BENCH)

demo:
	@scripts/demo $(if $(KEEP),--keep)

test:
	@scripts/setup build test
	swift build --build-tests
	swift test --skip-build

# TARGET=sql SECONDS=600 for one target; each for a minute without.
fuzz:
	@scripts/setup build
	@Fuzzing/run $(or $(TARGET),all) $(or $(SECONDS),60)

lint:
	swift format lint --strict --recursive Sources Tests Fuzzing/Sources Benchmarks/Sources \
		Benchmarks/Package.swift Package.swift
