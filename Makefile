# Two commands do everything on a fresh machine with Swift and apt: `make demo` and `make test`.
# One set of flags for all, so that no command builds again what another one built.
SWIFT_FLAGS := -c release -Xswiftc -enable-testing

.PHONY: all setup build test lint demo parity bench test-long clean

all: build

setup:
	scripts/setup

build: setup
	swift build $(SWIFT_FLAGS) --build-tests

lint: setup
	scripts/check-format
	scripts/check-layers

# What CI runs.
test: build lint
	swift test $(SWIFT_FLAGS) --skip-build

# The main job, on real pictures.
demo: setup
	swift build $(SWIFT_FLAGS) --product sightline
	scripts/demo

# Every stage and case against the Python reference's numbers, as a table.
parity: setup
	swift run $(SWIFT_FLAGS) ParityReport

# Speed on the full-size shape, as a table and a plot in .bench/; PEER is a Python with transformers, to measure it in turn.
bench: setup
	swift build $(SWIFT_FLAGS) --product sightline
	Tools/benchmarks/measure.py $(if $(PEER),--peer $(PEER)) $(if $(ROUNDS),--rounds $(ROUNDS)) --reuse 100

# Memory while an hour of video is read; takes minutes, and needs the ffmpeg tool.
test-long: setup
	scripts/test-long

clean:
	rm -rf .build .demo .bench
