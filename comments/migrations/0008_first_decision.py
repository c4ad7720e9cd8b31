"""When a comment was first decided; of those decided more than once the history knows it."""

from typing import Any

from django.db import migrations, models
from django.db.models import F


def tell_from_history(apps: Any, _schema_editor: Any) -> None:
    """Take the decision that stands; where there were several, the first after the last that was undone."""
    comments = apps.get_model("comments", "Comment").objects
    comments.filter(decided_at__isnull=False).update(first_decided_at=F("decided_at"))
    entries = apps.get_model("hanoi_portal", "HistoryEntry").objects.filter(
        subject_type="comments.Comment", verb__in=("publish", "decline", "overturn", "undo")
    )
    first: dict[int, Any] = {}
    for number, verb, at in entries.order_by("at", "pk").values_list("subject_id", "verb", "at"):
        if verb == "undo":
            first.pop(number, None)
        else:
            first.setdefault(number, at)
    for number, at in first.items():
        comments.filter(pk=number, decided_at__gt=at).update(first_decided_at=at)


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0007_contacts_sealed_in_dumps"),
        ("hanoi_portal", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="comment",
            name="first_decided_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="xử lý lần đầu lúc"
            ),
        ),
        migrations.RunPython(tell_from_history, migrations.RunPython.noop),
    ]
