"""PostgreSQL's search index learns when readers may see a thing, and is asked once for all tiers."""

from typing import Any

from django.db import migrations

from hanoi_portal.search.schema import FUNCTION, TABLE

# A new portal's index is made so already (0002_search); one of before learns it here.
POSTGRESQL = f"""
ALTER TABLE portal_search_index
    ADD COLUMN IF NOT EXISTS shown_from timestamptz, ADD COLUMN IF NOT EXISTS shown_until timestamptz;
UPDATE portal_search_index SET shown_from = entry.shown_from, shown_until = entry.shown_until
    FROM {TABLE} entry WHERE entry.id = portal_search_index.id
    AND (entry.shown_from IS NOT NULL OR entry.shown_until IS NOT NULL);
DROP FUNCTION portal_search;
{FUNCTION}
"""


def keep_when_shown(apps: Any, schema_editor: Any) -> None:
    """Have PostgreSQL's index hold from when and until when readers may see a thing."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("hanoi_portal", "0005_organisation"),
    ]

    operations = [
        migrations.RunPython(keep_when_shown, migrations.RunPython.noop),
    ]
