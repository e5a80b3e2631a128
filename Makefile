# 近办 Jinban. `make help` lists the targets. Everything a fresh machine needs is installed by
# `make setup`: a virtual environment, pinned packages, and (as root or with password-less sudo)
# the system libraries, fonts and input data from apt.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOME_DIR ?= build/home
DATA_DIR ?= build/platform
PYTEST_WORKERS ?= 2
SEEDS ?= 0..100
export QT_QUICK_BACKEND ?= software
export KIOSK_INPUT_DATA ?= $(CURDIR)/build/rime
export PYTHONDONTWRITEBYTECODE :=

APT_LIBRARIES := libglib2.0-0 libegl1 libgl1 libx11-6 libdbus-1-3 libfontconfig1 libfreetype6 \
  libxkbcommon0 libx11-xcb1 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 \
  libxcb-xkb1 libxkbcommon-x11-0 libxcb-randr0 libxcb-render-util0 libxcb-image0
APT_DATA := fonts-noto-cjk fonts-hanazono librime1 rime-data-pinyin-simp rime-data-stroke \
  librime-data-jyutping rime-prelude
APT_TESTS := poppler-utils age

.PHONY: coverage help run demo setup setup-dev check test test-fast \
  screens bench simulate soak fuzz mutation conformance-api conformance-tus conformance-tuf catalogue lint types layers qml audit-tree clean

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup ## open the demonstration station (without a display: play the demonstration)
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
	  $(BIN)/kiosk run --demo --home $(HOME_DIR); \
	else \
	  echo "No display here: playing the demonstration, pictures in build/demo"; \
	  QT_QPA_PLATFORM=offscreen $(BIN)/kiosk demo --pictures build/demo; \
	fi

demo: setup ## play the whole main job without a screen; pictures and a report in build/demo
	QT_QPA_PLATFORM=offscreen $(BIN)/kiosk demo --pictures build/demo

setup: build/.apt build/.venv build/.keyboard ## everything needed to run
setup-dev: build/.apt build/.venv-dev build/.keyboard ## everything needed to work on it

$(BIN)/python: | build/.apt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed (found $$($(PYTHON) --version)); set PYTHON=…"; exit 3; }
	$(PYTHON) -m venv $(VENV)

build/.venv: pyproject.toml constraints.txt | $(BIN)/python
	@mkdir -p build
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[platform]'
	@touch $@

build/.venv-dev: pyproject.toml constraints.txt | $(BIN)/python
	@mkdir -p build
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@ build/.venv

# The keyboard's dictionaries, compiled once; without librime there are letters and digits only.
build/.keyboard: build/.apt $(wildcard assets/input/*) | build/.venv
	@$(BIN)/python -m kiosk.devices.rime_deploy $(KIOSK_INPUT_DATA) \
	  || echo "The keyboard has letters and digits only until librime and its data are installed."
	@touch $@

# Missing packages are named when they cannot be installed here; the rest still works.
build/.apt: Makefile
	@mkdir -p build
	@missing=""; \
	$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || missing=" python3-venv"; \
	if command -v dpkg-query >/dev/null 2>&1; then \
	  for package in $(APT_LIBRARIES) $(APT_DATA) $(APT_TESTS); do \
	    dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' \
	      || missing="$$missing $$package"; \
	  done; \
	fi; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ]; then as=""; elif sudo -n true 2>/dev/null; then as="sudo"; else as="no"; fi; \
	  if [ "$$as" = no ]; then \
	    echo "Some system packages are missing. As root, run: apt-get install$$missing"; \
	  else \
	    echo "Installing system packages:$$missing"; \
	    $$as apt-get update -qq \
	      && DEBIAN_FRONTEND=noninteractive $$as apt-get install -y -qq --no-install-recommends \
	         $$missing >build/apt.log 2>&1 \
	      || echo "apt could not install all of:$$missing (see build/apt.log)"; \
	  fi; \
	fi
	@touch $@

check: lint types layers qml ## ruff, mypy, import-linter, qmllint

lint: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup-dev
	$(BIN)/mypy

layers: setup-dev
	$(BIN)/lint-imports

qml: setup-dev
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m ui.lint

test: setup-dev ## the whole suite
	QT_QPA_PLATFORM=offscreen $(BIN)/pytest -n $(PYTEST_WORKERS) --dist loadgroup

coverage: setup-dev ## the whole suite under branch coverage, against the floors of tests/coverage.toml
	QT_QPA_PLATFORM=offscreen $(BIN)/pytest -n $(PYTEST_WORKERS) --dist loadgroup \
	  --cov --cov-branch --cov-report= --cov-report=json:build/coverage.json
	$(BIN)/python -m tests.helpers.coverage_ratchet build/coverage.json

screens: setup-dev ## a picture of every screen and state: build/screens/index.html
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.helpers.screens build/screens

bench: setup-dev ## ratios against floors and peers in the same run: build/bench.json
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.bench build/bench.json

catalogue: setup-dev ## which test proves what about every fault and attack
	$(BIN)/python -m tests.helpers.catalogue

SOAK ?=
soak: setup-dev ## kills, cuts and failing disks until stopped (SOAK="power --minutes 5"): docs/soak.md
	nice -n 10 $(BIN)/python -m tests.soak $(SOAK)

PLAN ?= years
simulate: setup-dev ## worlds by seed around the real engine, resumable: docs/simulation.md (PLAN, SEEDS=A..B)
	nice -n 15 $(BIN)/python -m tests.simulation --plan $(PLAN) --seeds $(SEEDS) --jobs 2 \
		--ledger docs/simulation.md

EXAMPLES ?= 1000
fuzz: setup-dev ## bent input for every parser, resumable: docs/hostile.md (EXAMPLES=N of each)
	nice -n 15 $(BIN)/python -m tests.fuzz --examples $(EXAMPLES) --ledger docs/hostile.md

PART ?=
mutation: setup-dev build/conformance/mutation/bin/mutmut ## is a changed line noticed? (PART=domain)
	nice -n 15 $(BIN)/python -m tests.mutation $(PART)

build/conformance/mutation/bin/mutmut:
	$(PYTHON) -m venv build/conformance/mutation
	build/conformance/mutation/bin/pip install --quiet 'mutmut>=3.8,<4'
	$(BIN)/python -c "import sysconfig; print(sysconfig.get_path('purelib'))" \
	  > "$$(echo build/conformance/mutation/lib/python3.*/site-packages)/outer.pth"

SUITE ?=
conformance-api: setup-dev build/conformance/api/bin/schemathesis ## schemathesis over the contract
	$(BIN)/python -m tests.conformance.api

conformance-tus: setup-dev build/conformance/tus/node_modules ## tus-js-client against the platform
	$(BIN)/python -m tests.conformance.tus

conformance-tuf: setup-dev ## our updater under the public suite of TUF (SUITE=path of a checkout)
	@test -n "$(SUITE)" || { echo "SUITE=path of a checkout of tuf-conformance is needed"; exit 2; }
	$(BIN)/python -m tests.conformance.tuf $(SUITE)

build/conformance/api/bin/schemathesis:
	$(PYTHON) -m venv build/conformance/api
	build/conformance/api/bin/pip install --quiet 'schemathesis>=4.32,<5'

build/conformance/tus/node_modules:
	@mkdir -p build/conformance/tus
	@command -v npm >/dev/null 2>&1 || { echo "not runnable here: npm is not installed"; exit 0; }; \
	cd build/conformance/tus && npm install --silent --no-audit --no-fund tus-js-client@4

clean: ## remove what was built (not the virtual environment)
	rm -rf build dist *.egg-info
