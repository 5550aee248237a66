# `make demo` plays the story, `make test` runs every test, `make bench` compares with the peers.
.PHONY: demo test bench setup build release lint

setup:
	@scripts/setup build test bench

build:
	@scripts/setup build
	swift build

demo:
	@scripts/demo $(if $(KEEP),--keep)

test:
	@scripts/setup build test
	swift build --build-tests
	swift test --skip-build

lint:
	swift format lint --strict --recursive Sources Tests Package.swift
