"""The tables behind `engine`, which no model describes: made and dropped by the migration 0002_search.

What a table or the function was before a change, a later migration brings up to date (0006_search_shown).
"""

from typing import Any

TABLE = "hanoi_portal_searchentry"

INDEX = (
    "CREATE INDEX portal_search_tokens ON portal_search_index "
    "USING gin (tokens) WITH (fastupdate = off)"
)

# For each tier the newest rows that meet it, without looking at all that do: blocks of 4,096 ids, the newest two first,
# then as many as will do by what those gave, then the rest; no further tier once one has given enough. Plans are held
# to the index of tokens: any other way looks cheap to the planner, because the tokens lie outside the table. (So the
# blocks are compared, not the ids, which have an index too: with some hundreds of entries that took 70 ms.) There is
# but one plan, so it is made once: to weigh a condition anew takes the planner longer than to answer it.
FUNCTION = f"""
CREATE FUNCTION portal_search(tiers tsquery[], most integer, at timestamptz)
RETURNS TABLE (tier integer, id bigint)
LANGUAGE plpgsql STABLE
SET enable_seqscan = off SET enable_indexscan = off SET enable_indexonlyscan = off SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
    top bigint := (SELECT last_value >> 12 FROM {TABLE}_id_seq);
    wanted tsquery;
    newest bigint;
    span bigint;
    got bigint;
    more bigint;
BEGIN
    FOR place IN 1 .. cardinality(tiers) LOOP
        newest := top;
        span := 2;
        got := 0;
        WHILE newest >= 0 AND got < most LOOP
            wanted := tiers[place];
            IF span <= newest THEN
                wanted := wanted && (
                    SELECT string_agg(format('''#%s''', block), '|')::tsquery
                    FROM generate_series(newest - span + 1, newest) AS block
                );
            END IF;
            RETURN QUERY SELECT place - 1, id FROM portal_search_index
                WHERE tokens @@ wanted AND id >> 12 <= newest
                AND (shown_from IS NULL OR shown_from <= at)
                AND (shown_until IS NULL OR shown_until > at)
                ORDER BY id DESC LIMIT most - got;
            GET DIAGNOSTICS more = ROW_COUNT;
            got := got + more;
            newest := newest - span;
            span := CASE WHEN got = 0 THEN newest + 1
                ELSE least(newest + 1, 1 + (most - got) * span * 5 / (got * 4)) END;
        END LOOP;
        EXIT WHEN got >= most;
    END LOOP;
END $$;
"""

POSTGRESQL = f"""
CREATE TABLE portal_search_index (
    id bigint PRIMARY KEY, tokens tsvector NOT NULL, shown_from timestamptz, shown_until timestamptz
) WITH (toast_tuple_target = 128);
{INDEX};
{FUNCTION}
CREATE FUNCTION portal_search_forget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM portal_search_index;
        RETURN NULL;
    END IF;
    DELETE FROM portal_search_index WHERE id = OLD.id;
    RETURN OLD;
END $$;
CREATE TRIGGER portal_search_forget AFTER DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION portal_search_forget();
CREATE TRIGGER portal_search_forget_all AFTER TRUNCATE ON {TABLE}
    FOR EACH STATEMENT EXECUTE FUNCTION portal_search_forget();
"""

NO_POSTGRESQL = f"""
DROP TRIGGER portal_search_forget ON {TABLE};
DROP TRIGGER portal_search_forget_all ON {TABLE};
DROP FUNCTION portal_search_forget();
DROP FUNCTION portal_search;
DROP TABLE portal_search_index;
"""

# detail=none: the tokens hold the pairs, so places within a text need not be kept.
SQLITE = (
    "CREATE VIRTUAL TABLE portal_search_index USING fts5(tokens, detail=none, columnsize=0, "
    "tokenize=\"unicode61 remove_diacritics 0 tokenchars '_:=-'\")",
    f"CREATE TRIGGER portal_search_forget AFTER DELETE ON {TABLE} BEGIN "
    "DELETE FROM portal_search_index WHERE rowid = old.id; END",
)

NO_SQLITE = ("DROP TRIGGER portal_search_forget", "DROP TABLE portal_search_index")


def make(apps: Any, schema_editor: Any) -> None:
    """Make what `engine` asks."""
    _run(schema_editor, POSTGRESQL, SQLITE)


def drop(apps: Any, schema_editor: Any) -> None:
    """Drop it."""
    _run(schema_editor, NO_POSTGRESQL, NO_SQLITE)


def _run(schema_editor: Any, postgresql: str, sqlite: tuple[str, ...]) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(postgresql, params=None)
        return
    for statement in sqlite:
        schema_editor.execute(statement, params=None)
