# Two commands: `make demo` and `make test`. Each creates .venv and installs what it needs the first time.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install -q -c constraints.txt

.PHONY: demo scale-demo bench-scale kills docs lab lab-test lab-pictures test fuzz lint bench bench-fit bench-inference bench-special bench-losses bench-linear bench-log-loss bench-first-call bench-dice bench-derive bench-jax bench-lab attack interop clean

.venv/pip:
	$(PYTHON) -m venv .venv
	touch $@

.venv/core: .venv/pip pyproject.toml constraints.txt
	$(PIP) -e .
	touch $@

.venv/test: .venv/core
	$(PIP) -e ".[test]"
	touch $@

.venv/lint: .venv/core
	$(PIP) -e ".[lint]"
	touch $@

.venv/bench: .venv/core
	$(PIP) -e ".[bench]"
	touch $@

.venv/plot: .venv/core
	$(PIP) -e ".[plot]"
	touch $@

.venv/docs: .venv/core
	$(PIP) -e ".[docs]"
	touch $@

.venv/check: .venv/core
	$(PIP) -e ".[check]"
	touch $@

WEB := $(wildcard web/src/*.ts* web/src/*/*.ts* web/src/*.css web/*.json web/*.ts web/index.html web/public/*) $(wildcard src/loglik/lab/words/*.json)
PAGE := src/loglik/lab/static/index.html

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	@command -v npm >/dev/null || { echo "make lab needs Node.js 20 or later, with npm"; exit 1; }
	cd web && npm ci --no-audit --no-fund

$(PAGE): web/node_modules/.package-lock.json $(WEB)
	cd web && npm run build

# The page of `loglik lab`, which the wheel has built in.
lab: .venv/lab $(PAGE)

.venv/lab: .venv/core
	$(PIP) -e ".[lab]"
	touch $@

.venv/lab-test: .venv/core
	$(PIP) -e ".[lab-test]"
	touch $@

# The page in Chromium: CHROMIUM=/path where it is not called chromium.
lab-test: .venv/lab-test $(PAGE)
	@command -v "$${CHROMIUM:-chromium}" >/dev/null || { echo "make lab-test needs Chromium (apt-get install chromium fonts-noto-cjk)"; exit 1; }
	$(BIN)/python -m pytest -q tests/lab/browser

# Every page in both languages, two widths, light and dark, into build/lab: to be looked at.
lab-pictures: .venv/lab-test $(PAGE)
	$(BIN)/python tools/lab_pictures.py

# The site of the documents, into build/docs/html; a warning is an error, and links within the site are followed.
docs: .venv/docs
	@$(BIN)/python docs/site/build.py

demo: .venv/check .venv/plot
	@$(BIN)/python demo/run.py

# 20M rows made on the spot, fitted from disk, by two Dask workers, and killed and resumed: the same bits. ROWS=1000000 for less.
scale-demo: ROWS ?= 20000000
scale-demo: .venv/scale
	@$(BIN)/python demo/scale.py --rows $(ROWS)

.venv/scale: .venv/core
	$(PIP) -e ".[dask,scale]"
	touch $@

# 20,000 small designs are judged by the exact simplex; pytest alone takes 100 of each family.
test: .venv/test
	LOGLIK_SMALL_DESIGNS=870 $(BIN)/python -m pytest -q -n 2

# Attacks by chance on files, arguments, model files, designs and losses: make fuzz SECONDS=60
fuzz: SECONDS ?= 600
fuzz: .venv/test
	cd tests && ../$(BIN)/python -m fuzzer --seconds $(SECONDS) $(if $(SEED),--seed $(SEED))

# A fit killed at random moments and resumed, workers killed at random moments: the same bits. make kills TIMES=20 SEED=1
kills: TIMES ?= 20
kills: .venv/test
	$(BIN)/python tests/fuzzer/kills.py --times $(TIMES) $(if $(SEED),--seed $(SEED))

lint: .venv/lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/vulture

bench: bench-fit bench-inference bench-special bench-losses bench-linear bench-log-loss bench-first-call bench-dice bench-derive
	$(BIN)/python benchmarks/losses_tables.py

bench-derive: .venv/test
	$(BIN)/python benchmarks/derivations.py
	$(BIN)/python benchmarks/attacks.py --number 100000

# False derivations, made anew each time, put to the checker for so many seconds of one core: none may be verified.
attack: SECONDS ?= 60
attack: .venv/test
	$(BIN)/python benchmarks/attacks.py --seconds $(SECONDS) $(if $(SEED),--seed $(SEED))

bench-dice: .venv/core
	$(BIN)/python benchmarks/interval_coverage.py

bench-fit: .venv/bench
	$(BIN)/python benchmarks/separation_cost.py
	$(BIN)/python benchmarks/flights.py
	$(BIN)/python -m benchmarks.fit
	$(BIN)/python -m benchmarks.fit --threads 1

bench-inference: .venv/bench
	$(BIN)/python -m benchmarks.inference

# pyspark wants Java; what is not installed is left out. The table is printed, the picture is docs/pictures/scale.svg.
bench-scale: ROWS ?= 1000000 4000000 12000000
bench-scale: .venv/bench .venv/scale
	-$(PIP) pyspark vowpalwabbit dask-ml
	$(BIN)/python benchmarks/scale.py slim --rows $(ROWS)

bench-special: .venv/test
	$(BIN)/python benchmarks/special_accuracy.py

bench-linear: .venv/interop
	$(BIN)/python benchmarks/linear_speed.py

.venv/interop: .venv/core
	$(PIP) torch==2.13.0 -e ".[interop]"
	touch $@

bench-losses: .venv/interop .venv/bench
	$(BIN)/python benchmarks/losses_accuracy.py
	$(BIN)/python benchmarks/losses_speed.py

bench-first-call: .venv/core
	$(BIN)/python benchmarks/first_call.py

bench-log-loss: .venv/core
	$(BIN)/python benchmarks/log_loss_speed.py

bench-lab: .venv/lab-test $(PAGE)
	$(BIN)/python benchmarks/lab.py

bench-jax: .venv/interop
	$(BIN)/python benchmarks/jax_callback.py

# A server of S3 on this machine, in an environment of its own: what it needs contradicts constraints.txt.
build/moto/bin/moto_server:
	$(PYTHON) -m venv build/moto
	build/moto/bin/python -m pip --disable-pip-version-check install -q "moto[server]>=5"

# The losses for PyTorch and JAX, their tests and the examples of their docstrings, and rows in an object store: what `make test`
# leaves out. MOTO_SERVER=/path where one is installed elsewhere.
interop: .venv/test .venv/interop $(if $(MOTO_SERVER),,build/moto/bin/moto_server)
	MOTO_SERVER=$(or $(MOTO_SERVER),build/moto/bin/moto_server) $(BIN)/python -m pytest -q tests/interop src/loglik/torch src/loglik/jax

clean:
	rm -rf .venv build dist web/node_modules src/loglik/lab/static
