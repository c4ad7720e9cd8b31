# Các lệnh của dự án. `make run` và `make test` tự chuẩn bị mọi thứ chúng cần.
#   make run            dựng và chạy cổng ở http://localhost:8000/ (đổi bằng PORT=…), Ctrl-C để dừng
#   make test           chạy mọi kiểm thử; một phần: make test ARGS="tests/comments -k captcha"
#   make check          định dạng, soát mã, soát kiểu, mẫu HTML, migration, kiểm tra triển khai
#   make bench          đo tốc độ so với thứ đáng so; chọn phần: make bench ARGS="issue send"
#   make lock           giải lại toàn bộ cây phụ thuộc vào constraints.txt
#   make clean          xóa môi trường Python và các tệp tạm (không đụng đến var/)

PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3)
ARGS ?=

.PHONY: run test check bench lock clean

run:
	@$(PYTHON) -m deploy.run

test:
	@$(PYTHON) -m deploy.run_tests $(ARGS)

check:
	@$(PYTHON) -m deploy.run_checks

bench:
	@$(PYTHON) -m bench $(ARGS)

lock:
	@$(PYTHON) -m deploy.lock

clean:
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +
