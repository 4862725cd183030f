# Cauce: `make demo` prepares everything and serves the demonstration town; `make test` runs every test.
# Needs only git, make and Python >= 3.11 with venv: the rest comes from the package registries that pip and npm
# are configured with. Each step leaves a stamp under .venv/stamps and is repeated only when what it reads changes.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
PYTEST_WORKERS ?= 2
say = @printf '\033[1m→ %s\033[0m\n' $(1)

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# The stamps and the programs of the project's own Node are found before any other.
export PATH := $(CURDIR)/$(BIN):$(PATH)

ASSET_SOURCES := $(shell find src/cauce/ui/assets -type f 2>/dev/null)

.PHONY: help demo serve test check lock assets bench stop clean install lint types imports templates migrations deploy-check audit locks

help: ## muestra esta lista
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# --- what must be there -------------------------------------------------------------------------------------------

$(STAMPS)/venv:
	$(call say,'Creando el entorno de Python en $(VENV)')
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'Se necesita Python 3.11 o posterior. Indique otro: make PYTHON=python3.12 …' >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) \
		|| { echo 'No se pudo crear el entorno. En Debian instale python3-venv.' >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet uv
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/python: requirements.lock pyproject.toml | $(STAMPS)/venv
	$(call say,'Instalando los paquetes de Python de requirements.lock')
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMPS)/node: package.json package-lock.json .npmrc | $(STAMPS)/python
	$(call say,'Instalando los paquetes de npm de package-lock.json')
	@$(BIN)/npm ci --ignore-scripts --no-progress --loglevel=error
	@touch $@

$(STAMPS)/assets: src/cauce/ui/build.mjs $(ASSET_SOURCES) $(STAMPS)/node
	$(call say,'Armando las hojas de estilo$(comma) los programas del navegador y las tipografías')
	@$(BIN)/npm run --silent build
	@touch $@

comma := ,

install: $(STAMPS)/python $(STAMPS)/assets ## instala todo lo que el proyecto necesita

assets: $(STAMPS)/assets ## arma lo que carga el navegador

# --- running ------------------------------------------------------------------------------------------------------

demo: install ## prepara la ciudad de demostración y la sirve (CAUCE_PORT, CAUCE_DEMO_SERVE=0)
	$(call say,'Preparando la ciudad de demostración')
	@exec $(BIN)/cauce demo

serve: install ## sirve lo que ya está cargado
	$(call say,'Abriendo el sitio')
	@exec $(BIN)/cauce serve

bench: install ## mide velocidad y memoria
	$(call say,'Midiendo')
	@$(BIN)/cauce bench all

stop: ## detiene la base de datos integrada
	$(call say,'Deteniendo la base de datos integrada')
	@$(BIN)/python -c 'import sys; from pathlib import Path; from cauce.core.embedded_postgres import stop; stop(Path(sys.argv[1]))' "$${CAUCE_HOME:-var}"

# --- proving ------------------------------------------------------------------------------------------------------

test: install ## corre todas las pruebas
	$(call say,'Corriendo las pruebas con $(PYTEST_WORKERS) procesos')
	@$(BIN)/python -m pytest -n $(PYTEST_WORKERS) --dist loadgroup

check: lint types imports templates migrations deploy-check locks audit ## corre todas las revisiones del código
	$(call say,'Todo en orden')

lint: $(STAMPS)/python
	$(call say,'Estilo de Python (ruff)')
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(STAMPS)/python
	$(call say,'Tipos (mypy)')
	@CAUCE_DATABASE=none $(BIN)/mypy

imports: $(STAMPS)/python
	$(call say,'Quién puede importar a quién (import-linter)')
	@CAUCE_DATABASE=none $(BIN)/lint-imports

templates: $(STAMPS)/python
	$(call say,'Plantillas (djlint)')
	@$(BIN)/djlint src/cauce --lint --quiet

migrations: $(STAMPS)/python
	$(call say,'Que los modelos y las migraciones digan lo mismo')
	@$(BIN)/python manage.py makemigrations --check --dry-run

deploy-check: $(STAMPS)/python
	$(call say,'Configuración de producción (check --deploy)')
	@CAUCE_DATABASE=none CAUCE_HOSTS=cauce.example CAUCE_SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
		DJANGO_SETTINGS_MODULE=config.settings.prod $(BIN)/python manage.py check --deploy --fail-level WARNING

locks: $(STAMPS)/python
	$(call say,'Que los candados traigan huellas y ningún servidor')
	@$(BIN)/python .ci/locks.py

audit: $(STAMPS)/python
	$(call say,'Vulnerabilidades conocidas (pip-audit)')
	@$(BIN)/python .ci/audit.py

# --- keeping ------------------------------------------------------------------------------------------------------

lock: $(STAMPS)/venv ## vuelve a resolver requirements.lock y package-lock.json
	$(call say,'Resolviendo las versiones')
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --all-extras --generate-hashes --no-header \
		--no-emit-index-url --no-emit-find-links --output-file requirements.lock pyproject.toml
	@$(BIN)/npm install --package-lock-only --ignore-scripts --no-progress --loglevel=error
	@$(BIN)/python .ci/locks.py

clean: ## detiene la base de datos integrada y borra todo lo instalado y cargado
	$(call say,'Deteniendo la base de datos y borrando $(VENV)$(comma) node_modules$(comma) lo armado y los datos de $${CAUCE_HOME:-var}')
	@if test -x $(BIN)/python && test -d "$${CAUCE_HOME:-var}"; then \
		$(BIN)/python -c 'import sys; from pathlib import Path; from cauce.core.embedded_postgres import remove; remove(Path(sys.argv[1]))' "$${CAUCE_HOME:-var}" || true; \
	fi
	@rm -rf $(VENV) node_modules var src/cauce/ui/static/cauce src/cauce/documents/fonts .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
