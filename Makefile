# Everything a newcomer types. Each target sets up what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.vlan2l3.stamp
SYSTEM := user-mode-linux bird2 frr iproute2 kmod procps util-linux nftables shellcheck ifupdown openssh-server openssh-client lldpd corosync keepalived iputils-ping

.PHONY: demo test lint bench golden fixtures plans clean

demo: $(STAMP)  ## plan a rack of the network that comes with the tool
	$(BIN)/vlan2l3 demo

test: $(STAMP) system  ## run every test this machine can run
	$(BIN)/pytest $(PYTEST)

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(STAMP)  ## time the whole process, beside a reference of the same run
	$(BIN)/python -m tests.benchmarks

golden: $(STAMP)  ## write expected files anew; read the diff before you commit it
	$(BIN)/pytest --update-golden $(PYTEST)

fixtures: $(STAMP)  ## write the demo network anew
	$(BIN)/python -m fixtures.generate

plans: $(STAMP)  ## write the demo network's plans anew
	$(BIN)/vlan2l3 plan --all --capture fixtures/demo --intent fixtures/demo/vlan2l3.toml

.PHONY: system
system:
	@sh .ci/system $(SYSTEM)
	@sh .ci/releases trixie bird2 bird3 frr

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || sh .ci/venv $(PYTHON) $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $(STAMP)

clean:
	rm -rf $(VENV) dist vlan2l3-demo .hypothesis .mypy_cache .pytest_cache .ruff_cache
