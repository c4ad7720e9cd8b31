"""Installs what the portal is compared with, outside its requirements: into a folder of its own below var/.

Standard library only: this runs before anything is installed.
"""

import hashlib
import shutil

from deploy.environment import ROOT, VENV_PYTHON, SetupError, last_line, run_quietly, say

# With --no-deps: Django is there already, and must stay the portal's.
PEERS = [
    *("django-mailer==2.3.2", "lockfile==0.12.2"),
    *("isso==0.14.0", "bleach==6.4.0", "html5lib==1.1", "itsdangerous==2.2.0", "jinja2==3.1.6"),
    *("markupsafe==3.0.4", "misaka==2.1.1", "mistune==3.4.0", "cffi==2.1.1", "pycparser==3.12"),
    *("setuptools==84.2.1", "six==1.17.0", "webencodings==0.6.1", "werkzeug==3.1.9"),
]
FOLDER = ROOT / "var" / "bench" / "peers"


def install_peers() -> str:
    """Make the folder hold exactly the peers; return it, for PYTHONPATH."""
    digest = hashlib.sha256(" ".join(PEERS).encode()).hexdigest()
    stamp = FOLDER / "stamp"
    if stamp.exists() and stamp.read_text(encoding="ascii") == digest:
        return str(FOLDER)
    say(f"→ Cài thứ để so sánh vào {FOLDER.relative_to(ROOT)}: {' '.join(PEERS)}")
    shutil.rmtree(FOLDER, ignore_errors=True)
    uv = shutil.which("uv")
    pip = [uv, "pip"] if uv else [str(VENV_PYTHON), "-m", "pip", "--disable-pip-version-check"]
    options = ["--quiet", "--no-deps", "--target", str(FOLDER)]
    if uv:
        options += ["--python", str(VENV_PYTHON)]
    log = run_quietly([*pip, "install", *options, *PEERS])
    if log is not None:
        raise SetupError(f"Không cài được thứ để so sánh: {last_line(log)}")
    stamp.write_text(digest, encoding="ascii")
    return str(FOLDER)
