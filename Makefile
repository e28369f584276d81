# SPDX-License-Identifier: Apache-2.0
# Newcomers: `make demo` shows what it does, `make test` checks all of it.  Meson does the work;
# each target installs the Debian packages that it lacks.
FUZZ_SECONDS ?= 600
PREFIX ?= /usr/local
export CCS_SHARED ?= $(abspath ../shared)

build: build/build.ninja
	@ninja -C build

build/build.ninja:
	@scripts/setup build
	@meson setup build --prefix $(PREFIX)

demo: build
	@scripts/demo build

test:
	@scripts/setup build test
	@tests/run build-test

bench: build
	@scripts/setup build bench
	@bench/run build

fuzz:
	@scripts/setup build test
	@tests/fuzz/run build-fuzz $(FUZZ_SECONDS)

# Faulty sessions of the simulator for as long as wanted: each has its own seed, from the clock on.
SOAK_SESSIONS ?= 1000000
soak:
	@scripts/setup build test
	@tests/sim/soak build-soak $(SOAK_SESSIONS)

format:
	@scripts/setup test
	@git ls-files '*.c' '*.h' | xargs clang-format -i

deb:
	@scripts/setup build deb
	@tests/packaging/deb/run build-deb
	@ls build-deb/*.deb

install: build
	@meson install -C build

clean:
	@rm -rf build build-*

.PHONY: build demo test bench fuzz soak format install clean
