# Cấu hình gunicorn, dùng chung cho `make run` và cho máy chủ thật (xem docs/van-hanh.md).
# Python là cú pháp của tệp này; các tên ở mức ngoài cùng là tên thiết lập của gunicorn.
import os
from pathlib import Path

bind = f"{os.environ.get('HOST') or '127.0.0.1'}:{os.environ.get('PORT') or '8000'}"

# Threads, not sync workers: without nginx in front, sixty slow phones would otherwise hold every worker.
# Behind nginx, which buffers them, WEB_CONCURRENCY processes are what counts.
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = int(os.environ.get("WEB_THREADS") or 8)
timeout = 30
graceful_timeout = 8
keepalive = 5
# A new process now and then, against slow leaks. Most requests are answered from copies of pages, thousands a second:
# a small number would have processes start all the time, just when there are many readers.
max_requests = 1_000_000
max_requests_jitter = 200_000
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None

# No access log: an officer's signed link is in the address and must not stay on a disk. nginx writes one where
# the operator wants it, without those addresses.
accesslog = None
errorlog = "-"
# gunicorn would open a socket in the home folder of whoever runs it.
control_socket_disable = True
