# A thin front door: Meson and ninja do the work, scripts/ holds the steps. `make help` lists the targets.

# Where `make`, `make demo` and `make install` build. PREFIX and DESTDIR are read by
# scripts/install/places.sh.
BUILD = build
BENCH_ARGS ?=
FUZZ_SECONDS ?= 30
FUZZ_TARGETS ?=
FUZZ_JOBS ?= 1
# address,undefined; thread
SANITIZE = address,undefined
STRESS_BUILD = build-check
STRESS_SECONDS = 60
SEED =
MUTANTS = 520
MUTANT_FILES =
MANAGER = $(or $(SCARDSSP_RM),sim)

.DEFAULT_GOAL := build
.PHONY: build demo demo-remote check bench sanitize coverage fuzz stress mutants windows check-windows check-wine-pcsc dist-windows install uninstall format format-check lint house docs clean help

help: ## this list
	@echo 'make [target] [VARIABLE=value]'
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS='	' read -r name text; do \
	  printf '%s\n' "$$text" | fold -s -w 60 | while IFS= read -r line; do \
	    printf '  %-16s %s\n' "$$name" "$${line% }"; name=; done; done

# Optimised and with debug information, which stays in the build directory: what is installed is stripped of
# it.
build: ## library and tool into build/ (what `make` alone does). Installs what is missing
	@scripts/install-deps.sh build
	@scripts/as-owner.sh scripts/build.sh "$(BUILD)"

demo: ## a tour on the simulated card; SCARDSSP_RM=system: the same through pcscd. Installs what is missing
	@scripts/install-deps.sh build $(if $(filter system,$(MANAGER)),system)
	@$(MAKE) --no-print-directory build
	@SCARDSSP_RM=$(MANAGER) scripts/demo.sh "$(BUILD)"

# Where it was built before libnats came, Meson has to look again.
demo-remote: ## readers on other machines: a NATS server, two agents, a client; two of them are killed. Installs what is missing
	@scripts/install-deps.sh build remote
	@test ! -f "$(BUILD)/build.ninja" || grep -q LIBNATS_FILE "$(BUILD)/build.ninja" || \
	  scripts/as-owner.sh meson setup --reconfigure "$(BUILD)"
	@$(MAKE) --no-print-directory build
	@scripts/demo-remote.sh "$(BUILD)"

check: ## warnings as errors, every test, those of Windows under Wine too (WINDOWS=no: not those), the source checks; ROOM=slots: the tests of one room, in seconds. Installs what is missing
	@scripts/install-deps.sh build system check $(if $(ROOM)$(filter no,$(WINDOWS)),,windows wine)
	@$(if $(ROOM),scripts/check-room.sh build-check "$(ROOM)" -Dwerror=true,$(MAKE) --no-print-directory check-all)

.PHONY: check-all
check-all:
	@scripts/run-tests.sh --lint $(if $(filter no,$(WINDOWS)),,--windows) $(CHECK_ARGS) build-check -Dwerror=true

sanitize: ## every test under the address and undefined-behaviour sanitizers; SANITIZE=thread: ThreadSanitizer; SANITIZE=valgrind: the objects' under valgrind
	@scripts/install-deps.sh build system check $(if $(filter valgrind,$(SANITIZE)),bench)
	@scripts/sanitize.sh $(SANITIZE) $(CHECK_ARGS)

coverage: ## coverage of src/ by every test; fails under 97 % of its lines, 99 % where nothing may fail
	@scripts/install-deps.sh build system check cover
	@scripts/coverage.sh build-coverage

fuzz: ## every fuzz target for FUZZ_SECONDS (30), FUZZ_JOBS (1) at a time; FUZZ_TARGETS="apdu atr": only these
	@scripts/install-deps.sh build check fuzz
	@test -f build-fuzz/build.ninja || CC=clang CXX=clang++ meson setup build-fuzz -Dfuzz=true -Db_lundef=false
	ninja -C build-fuzz fuzzers
	@FUZZ_JOBS=$(FUZZ_JOBS) scripts/fuzz.sh build-fuzz $(FUZZ_SECONDS) $(FUZZ_TARGETS)

.PHONY: fuzz-merge
fuzz-merge: ## adds to fuzz/corpus/ what `make fuzz` has learned: few small inputs that reach more code
	@test -d build-fuzz/corpus || { echo 'make fuzz has not learned anything yet'; exit 1; }
	@scripts/fuzz.sh --merge build-fuzz $(FUZZ_TARGETS)

# STRESS_BUILD=build-sanitize, which `make sanitize` makes: the same under its sanitizers.
stress: ## every failure point, random histories, STRESS_SECONDS (60) of 16 threads in each world; SEED=... repeats a run
	@scripts/install-deps.sh build system check
	@scripts/stress.sh "$(STRESS_BUILD)" "$(SEED)" "$(STRESS_SECONDS)"

mutants: ## do the tests notice? MUTANTS=520 small changes in the files that matter most, one at a time; SEED=... draws others
	@scripts/install-deps.sh build system check mutants
	@/usr/bin/python3 scripts/mutants/mutants.py --count $(MUTANTS) --seed $(or $(SEED),1) $(MUTANT_FILES)

windows: ## DLL, tool and type libraries into build-win64/ and build-win32/. Installs what is missing
	@scripts/install-deps.sh build windows
	@scripts/windows/build.sh

check-windows: ## every test of the Windows builds, under Wine. Installs what is missing
	@scripts/install-deps.sh build windows wine
	@scripts/windows/tests.sh; scripts/count-tests.py $(CHECK_ARGS) \
	  win64=build-win64/meson-logs/testlog.json win32=build-win32/meson-logs/testlog.json

check-wine-pcsc: ## the DLL on a real pcscd, by Debian 13's Wine in a system of its own (root; 2.5 GB). Installs what is missing
	@scripts/install-deps.sh build windows wine
	@$(MAKE) --no-print-directory build
	@scripts/windows/build.sh
	@scripts/windows/check-pcsc.sh

.PHONY: check-debian
check-debian: ## what a newcomer does and every test, in fresh systems: DEBIAN="bookworm trixie sid i386"; WINDOWS=no: not the tests of Windows
	@scripts/debian/check.sh $(if $(QUICK),--quick,$(if $(filter no,$(WINDOWS)),--linux)) $(DEBIAN)

dist-windows: ## a zip for each width into build-dist/, what winget and Chocolatey want; RELEASE_ADDRESS=where they will lie
	@scripts/install-deps.sh build windows
	@scripts/windows/zips.sh build-dist $(RELEASE_ADDRESS)

bench: ## speed, as ratios to a reference measured in the same run
	@scripts/install-deps.sh build system remote bench
	@test -f build-bench/build.ninja || meson setup build-bench -Dtests=false --buildtype=release
	ninja -C build-bench bench-programs
	build-bench/bench/bench $(BENCH_ARGS)

install: ## under PREFIX (/usr/local), staged into DESTDIR when that is set; REFERENCE=no: without the reference. Installs what is missing to build
	@scripts/install/install.sh "$(BUILD)"

uninstall: ## takes away what `make install` brought, from the same PREFIX and DESTDIR
	@scripts/install/uninstall.sh

format: ## lay out all C sources with clang-format 14
	@scripts/check/format.sh --fix

format-check: ## say which C sources are laid out differently
	@scripts/check/format.sh

lint: build ## the source checks alone
	@scripts/check/lint.sh "$(BUILD)"

house: ## measures: rooms, folders, functions, circles between files, what is written twice
	@scripts/check/house.py

docs: ## draw the rooms of docs/architecture.md as the code has them
	@scripts/check/rooms.py --write

.PHONY: reference
reference: ## a page for each function, interface, code and variable, with the documents: build-reference/html, and man
	@rm -rf build-reference
	@scripts/reference/reference.py manual build-reference/man
	@scripts/reference/reference.py site build-reference/html
	@echo "file://$(CURDIR)/build-reference/html/index.html, man -l build-reference/man/man3/scardssp_transmit.3"

.PHONY: wheel
wheel: ## the Python package into build-dist/, without network; docs/python.md. Installs what is missing
	@scripts/install-deps.sh wheel
	@scripts/as-owner.sh scripts/wheel.sh build-dist

# The packages' own tests are left out (`make check` has more): DEB_BUILD_OPTIONS= runs them.
.PHONY: deb
deb: ## the Debian packages into build-dist/, as lintian likes them; docs/releases.md. Installs what is missing
	@scripts/install-deps.sh build package
	@scripts/as-owner.sh scripts/packages/deb.sh build-dist
	@scripts/as-owner.sh scripts/packages/lintian.sh build-dist

.PHONY: rpm
rpm: ## the RPM packages into build-dist/, after rpmlint has looked at the specification. Installs what is missing
	@scripts/install-deps.sh build package
	@scripts/as-owner.sh scripts/packages/rpm.sh build-dist

.PHONY: dist reproducible abi
dist: ## the archive of the sources into build-dist/; built, installed and tried in an empty folder
	@scripts/install-deps.sh build
	@scripts/as-owner.sh scripts/dist/tarball.sh build-dist
	@scripts/as-owner.sh scripts/dist/check.sh build-dist/scardssp-*.tar.xz

reproducible: ## archive, Debian packages and wheel built twice in different surroundings: the same bytes? Installs what is missing
	@scripts/install-deps.sh build package
	@scripts/as-owner.sh scripts/dist/reproducible.sh

abi: build ## is the library's ABI that of the last version? ABI=accept: what is built now is that of a new one
	@scripts/install-deps.sh package
	@scripts/dist/abi.sh $(if $(filter accept,$(ABI)),--accept) $(BUILD)/src/module/libscardssp.so.0 packaging/abi/libscardssp.abi \
	  include/scardssp $(BUILD)/idl

.PHONY: check-packages
check-packages: ## builds and installs the Debian packages in fresh systems and tries them: DEBIAN="bookworm trixie sid"; BUILT=1: installs alone
	@scripts/install-deps.sh package
	@scripts/packages/check.sh $(if $(BUILT),--built) $(DEBIAN)

.PHONY: capacity
# Agents and clients around one NATS server, each a process of its own: docs/remote.md has what came out.
capacity: ## what one NATS server serves here: lists, events, commands, memory, threads. CAPACITY_ARGS="--agents 100 --sessions 1000"
	@scripts/install-deps.sh build remote
	@test -f build-bench/build.ninja || meson setup build-bench -Dtests=false --buildtype=release
	ninja -C build-bench bench/capacity
	build-bench/bench/capacity $(CAPACITY_ARGS)

.PHONY: stress-remote
stress-remote: ## an hour of random faults under readers elsewhere, in six minutes. STRESS_ARGS="--minutes 60 --seed N"
	@scripts/install-deps.sh build system remote check
	@test -f build-check/build.ninja || meson setup build-check -Dwerror=true
	ninja -C build-check tests/backends/nats/stress/stress_remote
	build-check/tests/backends/nats/stress/stress_remote $(STRESS_ARGS)

clean: ## remove all build directories
	rm -rf --one-file-system build build-check build-sanitize build-sanitize-thread build-coverage build-bench build-clang build-win64 build-win32 build-sources build-wine32 build-trixie build-debian build-dist build-reference build-fuzz build-mutants
