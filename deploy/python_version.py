"""The oldest Python the portal runs on. Written so that a far older one can read it and say so."""

OLDEST = (3, 11)


def python_problem(version):  # type: ignore[no-untyped-def]  # annotations would need a newer Python
    """Return the Vietnamese sentence to stop with when this Python is too old, else None."""
    if tuple(version[:2]) >= OLDEST:
        return None
    found = ".".join(str(part) for part in version[:3])
    return (
        "Python " + found + " quá cũ: cổng cần Python 3.11 trở lên. "
        "Hãy cài python3.11 rồi chạy lại, ví dụ: make run PYTHON=python3.11"
    )
