"""Totals of deliveries and of lags that never go back, and which deliveries each write came of."""

from alembic import op

revision = "0005"
down_revision = "0004"

STATEMENTS = (
    """
    CREATE TABLE delivery_moves (
        source TEXT NOT NULL,
        state TEXT NOT NULL,
        entered BIGINT NOT NULL,
        gone BIGINT NOT NULL
    )
    """,
    """
    CREATE TABLE delivery_totals (
        source TEXT NOT NULL,
        state TEXT NOT NULL,
        entered BIGINT DEFAULT '0' NOT NULL,
        gone BIGINT DEFAULT '0' NOT NULL,
        PRIMARY KEY (source, state)
    )
    """,
    """
    CREATE TABLE publish_lags (
        waited BOOLEAN NOT NULL,
        up_to_s DOUBLE PRECISION NOT NULL,
        count BIGINT DEFAULT '0' NOT NULL,
        sum_s DOUBLE PRECISION DEFAULT '0' NOT NULL,
        PRIMARY KEY (waited, up_to_s)
    )
    """,
    """
    CREATE FUNCTION told_state(state TEXT, reason TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE RETURN CASE
        WHEN state <> 'parked' THEN state
        WHEN reason LIKE 'unattributed:%' THEN 'parked:unattributed'
        WHEN reason LIKE 'unreadable:%' THEN 'parked:unreadable'
        ELSE 'parked:failed'
    END
    """,
    # Rows are only ever inserted here, so that no delivery waits for another one's transaction to be counted. Without
    # a join: its plan, once made for a statement of one row, would be kept for one of a million.
    """
    CREATE FUNCTION note_delivery_moves() RETURNS TRIGGER LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            INSERT INTO delivery_moves
            SELECT source, told_state(state, reason), count(*), 0 FROM after_rows GROUP BY 1, 2
            UNION ALL SELECT source, 'received', count(*), 0 FROM after_rows GROUP BY 1;
        ELSIF TG_OP = 'DELETE' THEN
            INSERT INTO delivery_moves SELECT source, told_state(state, reason), 0, count(*) FROM before_rows GROUP BY 1, 2;
        ELSE
            INSERT INTO delivery_moves
            SELECT source, told, greatest(sum(n), 0), greatest(-sum(n), 0) FROM (
                SELECT source, told_state(state, reason) AS told, 1 AS n FROM after_rows
                UNION ALL SELECT source, told_state(state, reason), -1 FROM before_rows
                UNION ALL SELECT source, 'duplicate', duplicates FROM after_rows
                UNION ALL SELECT source, 'duplicate', -duplicates FROM before_rows
            ) moves GROUP BY 1, 2 HAVING sum(n) <> 0;
        END IF;
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE TRIGGER deliveries_inserted AFTER INSERT ON deliveries REFERENCING NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION note_delivery_moves()
    """,
    """
    CREATE TRIGGER deliveries_updated AFTER UPDATE ON deliveries
    REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION note_delivery_moves()
    """,
    """
    CREATE TRIGGER deliveries_deleted AFTER DELETE ON deliveries REFERENCING OLD TABLE AS before_rows
    FOR EACH STATEMENT EXECUTE FUNCTION note_delivery_moves()
    """,
    """
    WITH found AS (
        SELECT source, told_state(state, reason) AS state, count(*) AS n, sum(duplicates) AS duplicates
        FROM deliveries GROUP BY 1, 2
    )
    INSERT INTO delivery_totals
    SELECT source, state, n, 0 FROM found
    UNION ALL SELECT source, 'received', sum(n), 0 FROM found GROUP BY 1
    UNION ALL SELECT source, 'duplicate', sum(duplicates), 0 FROM found GROUP BY 1
    """,
    "ALTER TABLE reps ADD COLUMN first_delivery_id BIGINT",
    "ALTER TABLE reps ADD COLUMN last_delivery_id BIGINT",
    "ALTER TABLE writes ADD COLUMN first_delivery_id BIGINT",
    "ALTER TABLE writes ADD COLUMN last_delivery_id BIGINT",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
