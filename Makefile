# Two commands for a newcomer: `make run` and `make test`. The rest is for those who stay.
.PHONY: run test check unit format lint types bench chaos openstack lock states permissions sbom audit clean debian-image

PY := .venv/bin/python
UNIT := tests/orders tests/catalog tests/leadtime tests/rightcloud tests/providers/fake tests/architecture tests/cli/unit

run:             ## the whole product on this machine, with a first order
	@tools/setup run
	@exec .venv/bin/grunnmur up

test:            ## everything: format, lint, types, import contracts, all tests
	@tools/setup dev
	@tools/test-machine
	@tools/setup-openstack
	@$(MAKE) --no-print-directory format lint types
	@tools/run-tests

check:           ## the inner loop: the same without the tests that start servers
	@tools/setup dev
	@$(MAKE) --no-print-directory format lint types unit

format:
	@.venv/bin/ruff format --check -q . || { echo "run: .venv/bin/ruff format ."; exit 1; }

lint:
	@.venv/bin/ruff check -q .
	@.venv/bin/lint-imports --no-logo >.venv/lint-imports.log || { cat .venv/lint-imports.log; exit 1; }

types:
	@.venv/bin/mypy --no-error-summary

unit:
	@$(PY) -m pytest -q -n auto --maxprocesses 4 --dist loadscope $(UNIT)

bench:           ## calls and times side by side: deliveries, latency, decisions; asserts nothing
	@tools/setup dev
	@$(PY) -m bench

chaos:           ## orders while everything is killed and clouds fault; SEED=7 ORDERS=200 LEDGER=sqlite
	@tools/setup dev
	@tools/test-machine
	@$(PY) -m pytest -s -m long tests/chaos $(if $(LEDGER),-k $(LEDGER)) --seed $(or $(SEED),$(shell date +%s)) --orders $(or $(ORDERS),2000)

openstack:       ## all laws and faults on a real OpenStack control plane; a quarter of an hour
	@tools/setup dev
	@tools/setup-openstack
	@$(PY) -m pytest -q -m "long or not long" tests/openstack_cloud

debian-image:    ## a Debian 12 for the private cloud's servers to boot, built once; needs root
	@tools/debian-image

lock:            ## new versions into the lock files
	@tools/lock

sbom:            ## dist/sbom.json: what is installed, as CycloneDX
	@tools/audit sbom

audit:           ## what is installed against known holes; asks a public register
	@tools/audit check

states:          ## docs/states.md from the table
	@$(PY) -m orders.diagram >docs/states.md

permissions:     ## docs/permissions/ from what the adapters call on the emulated clouds
	@$(PY) -m pytest -q --record -k test_permissions tests/providers

clean:           ## the environment and the caches; never the state in .grunnmur
	@rm -rf .venv .venv-openstack .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
