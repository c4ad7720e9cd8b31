"""Judges every template of ours without rendering it.

It compiles; a partial opens with a comment that lists its variables; and nothing that a browser shows
holds a style or a script of its own, which the Content-Security-Policy would not run. (Mails are not
shown by a browser, and need their styles inline.)
"""

import os
import re
import sys

from deploy.environment import ROOT

LOADS = re.compile(r"^(\s*\{% (load|extends) [^%]*%\})*\s*")
COMMENTS = re.compile(r"\{% comment %\}.*?\{% endcomment %\}|\{#.*?#\}", re.DOTALL)
INLINE = re.compile(r"<style\b|\sstyle=|\son[a-z]+=[\"']|<script(?![^>]*\bsrc=)", re.IGNORECASE)


def problems() -> list[str]:
    """What is wrong, one line each, as `path: what`."""
    import django
    from django.template import TemplateSyntaxError
    from django.template.loader import get_template

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hanoi_portal.settings")
    django.setup()
    found = []
    folder = ROOT / "templates"
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = str(path.relative_to(folder))
        try:
            get_template(name)
        except TemplateSyntaxError as problem:
            found.append(f"templates/{name}: {problem}")
        text = path.read_text(encoding="utf-8")
        if path.name.startswith("_") and not LOADS.sub("", text).startswith(("{% comment", "{#")):
            found.append(
                f"templates/{name}: mẫu con phải mở đầu bằng chú thích liệt kê các biến của nó"
            )
        inline = INLINE.search(COMMENTS.sub("", text))
        if inline and "mail" not in path.relative_to(folder).parts:
            found.append(f"templates/{name}: có {inline[0].strip()}… viết thẳng trong trang")
    return found


if __name__ == "__main__":
    lines = problems()
    if lines:
        sys.exit("\n".join(lines))
