"""Compiles every template of ours, and sees that each partial opens with a comment on its variables."""

import os
import sys

from deploy.environment import ROOT


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
        if path.name.startswith("_"):
            start = path.read_text(encoding="utf-8").lstrip()
            if not start.startswith(("{% comment", "{#")):
                found.append(
                    f"templates/{name}: mẫu con phải mở đầu bằng chú thích liệt kê các biến của nó"
                )
    return found


if __name__ == "__main__":
    lines = problems()
    print("\n".join(lines))
    sys.exit(1 if lines else 0)
