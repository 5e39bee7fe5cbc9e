# Everything a person or a machine does with this checkout. `make` alone lists it.
# Needs python3 (3.11 or newer, with venv), make and git; the rest is installed by scripts/setup.
PYTHON := .venv/bin/python
# Python without an ending, which the checks must be told of.
PROGRAMS := scripts/acceptance scripts/catalogue scripts/pictures scripts/reference

.PHONY: help run test lint soak bench lock reference clean .ready

help:  ## 列出所有命令
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' Makefile

run:  ## 安装所需的一切，装入演示数据，在 http://127.0.0.1:8000 运行（PORT、HOST 可改）
	@scripts/setup run
	@exec $(PYTHON) -m webapp run

test: lint  ## 安装测试所需的一切，跑检查和全部测试
	@$(PYTHON) -m pytest -q -m "not soak" -n auto --dist loadfile

lint: .ready  ## 只跑静态检查：格式、类型、分层、定义文件
	@$(PYTHON) -m ruff check . $(PROGRAMS)
	@$(PYTHON) -m ruff format --check . $(PROGRAMS)
	@$(PYTHON) -m mypy
	@.venv/bin/lint-imports
	@$(PYTHON) -m webapp check

soak: .ready  ## 跑长时间的可靠性试验（数小时）
	@$(PYTHON) -m pytest -q -m soak --timeout 0

bench: .ready  ## 量一量：提交、同步、通报各要多久（中位数，旁边是基准）
	@$(PYTHON) -m bench $(BENCH)

lock: .ready  ## 按 requirements*.in 重新锁定 Python 软件包
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check uv
	@for name in requirements requirements-dev; do \
	    $(PYTHON) -m uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	        --no-header --no-annotate --no-emit-index-url --no-emit-find-links $$name.in --output-file $$name.txt; \
	done

reference: .ready  ## 重新生成 docs/reference 中由代码得出的页面
	@$(PYTHON) scripts/reference

clean:  ## 删除 .venv 和各种缓存；var/ 里的数据不动
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.ready:
	@scripts/setup test
