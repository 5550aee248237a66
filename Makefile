# `make demo` plays the story, `make test` runs every test, `make bench` compares with the peers.
.PHONY: demo test bench setup build lint

setup:
	@scripts/setup build test

build:
	@scripts/setup build
	swift build

test: setup
	swift build --build-tests
	swift test --skip-build

lint:
	swift format lint --strict --recursive Sources Tests Package.swift
