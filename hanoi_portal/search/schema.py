"""The tables behind `engine`, which no model describes: made and dropped by the migration 0002_search."""

from typing import Any

TABLE = "hanoi_portal_searchentry"

POSTGRESQL = f"""
CREATE TABLE portal_search_index (id bigint PRIMARY KEY, tokens tsvector NOT NULL)
    WITH (toast_tuple_target = 128);
CREATE INDEX portal_search_tokens ON portal_search_index USING gin (tokens) WITH (fastupdate = off);

-- The newest rows that meet a condition, without looking at all that do: blocks of 4,096 ids, the newest two first,
-- then as many as will do by what those gave, then the rest. Plans are held to the index: a plain scan looks cheap to
-- the planner, because the tokens lie outside the table. ROWS is small so that entries are looked up by their ids.
CREATE FUNCTION portal_search(wanted tsquery, most integer) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE ROWS 10
SET enable_seqscan = off SET enable_indexscan = off SET enable_indexonlyscan = off SET jit = off
AS $$
DECLARE
    newest integer;
    span integer := 2;
    got integer := 0;
    each bigint;
    blocks tsquery;
BEGIN
    SELECT last_value >> 12 INTO newest FROM {TABLE}_id_seq;
    WHILE newest >= 0 AND got < most LOOP
        IF span > newest THEN
            FOR each IN SELECT id FROM portal_search_index
                WHERE tokens @@ wanted AND id < ((newest + 1)::bigint << 12)
                ORDER BY id DESC LIMIT most - got
            LOOP RETURN NEXT each; END LOOP;
            RETURN;
        END IF;
        SELECT string_agg(format('''#%s''', block), '|')::tsquery INTO blocks
            FROM generate_series(newest - span + 1, newest) AS block;
        FOR each IN SELECT id FROM portal_search_index
            WHERE tokens @@ (wanted && blocks) ORDER BY id DESC LIMIT most - got
        LOOP
            got := got + 1;
            RETURN NEXT each;
        END LOOP;
        newest := newest - span;
        span := CASE WHEN got = 0 THEN newest + 1
            ELSE least(newest + 1, 1 + (most - got) * span * 5 / (got * 4)) END;
    END LOOP;
END $$;

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
DROP FUNCTION portal_search(tsquery, integer);
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
