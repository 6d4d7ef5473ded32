# Two commands on a bare machine (Python 3.11+ and pip): `make demo` and `make test`.

.PHONY: demo test setup lock clean

demo: ## set up, then watch a whole interview with the bundled candidate, as quick as the machine allows
	@.ci/setup runtime
	@.venv/bin/viva demo $(or $(ARGS),--fast)

test: ## set up, then run every check and test
	@.ci/setup dev
	@.ci/check $(ARGS)

setup: ## only set up: .venv/bin/viva is the program
	@.ci/setup runtime

lock: ## write the lock files anew from pyproject.toml
	@.ci/lock

clean: ## remove what was built; sessions and model weights stay
	rm -rf .venv dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
