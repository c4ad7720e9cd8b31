"""`make lock`: resolves the whole dependency tree afresh into constraints.txt.

The direct pins stay what requirements*.txt say; what they pull in moves to its newest release that fits.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from deploy.environment import ROOT, SetupError, last_line, run_quietly, say

HEADER = """\
# -*- coding: utf-8 -*-
# Sinh bởi `make lock`; không sửa tay. Toàn bộ cây phụ thuộc, mỗi dòng một phiên bản đã thử cùng nhau.
"""


def lock() -> None:
    """Installs the direct pins alone into a throw-away environment and writes down what came."""
    with tempfile.TemporaryDirectory(prefix="portal-lock-") as temporary:
        folder = Path(temporary)
        for name in ("requirements.txt", "requirements-dev.txt"):
            lines = (ROOT / name).read_text(encoding="utf-8").splitlines(keepends=True)
            unconstrained = "".join(line for line in lines if not line.startswith("-c "))
            (folder / name).write_text(unconstrained, encoding="utf-8")
        python = folder / "venv" / "bin" / "python"
        say("→ Giải lại cây phụ thuộc trong một môi trường tạm")
        pip = [str(python), "-m", "pip", "--disable-pip-version-check"]
        for command in (
            [sys.executable, "-m", "venv", str(folder / "venv")],
            [*pip, "install", "--quiet", "-r", str(folder / "requirements-dev.txt")],
            [*pip, "check"],
        ):
            log = run_quietly(command)
            if log is not None:
                raise SetupError(f"Không giải được cây phụ thuộc: {last_line(log)}")
        frozen = subprocess.run([*pip, "freeze"], capture_output=True, text=True, check=True).stdout
        (ROOT / "constraints.txt").write_text(HEADER + frozen, encoding="utf-8")
    say("Đã ghi constraints.txt. Hãy chạy make test trước khi đưa vào kho mã.")


if __name__ == "__main__":
    try:
        lock()
    except SetupError as problem:
        sys.exit(str(problem))
