"""Totals of deliveries and of lags that never go back, and which deliveries each write came of."""

from alembic import op

revision = "0005"
down_revision = "0004"

STATEMENTS = (
    """
    CREATE TABLE delivery_moves (
        source TEXT NOT NULL,
        old_state TEXT NOT NULL,
        new_state TEXT NOT NULL,
        count BIGINT NOT NULL
    )
    """,
    """
    CREATE TABLE delivery_totals (
        source TEXT NOT NULL,
        old_state TEXT NOT NULL,
        new_state TEXT NOT NULL,
        count BIGINT DEFAULT '0' NOT NULL,
        PRIMARY KEY (source, old_state, new_state)
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
    # Rows are only ever inserted here, so that no delivery waits for another one's transaction to be counted.
    """
    CREATE FUNCTION note_delivery_moves() RETURNS TRIGGER LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            INSERT INTO delivery_moves
            SELECT source, '', told_state(state, reason), count(*) FROM after_rows GROUP BY 1, 3;
        ELSIF TG_OP = 'DELETE' THEN
            INSERT INTO delivery_moves
            SELECT source, told_state(state, reason), '', count(*) FROM before_rows GROUP BY 1, 2;
        ELSE
            INSERT INTO delivery_moves
            SELECT a.source, told_state(b.state, b.reason), told_state(a.state, a.reason), count(*)
            FROM before_rows b JOIN after_rows a USING (id)
            WHERE b.state <> a.state OR b.reason IS DISTINCT FROM a.reason
            GROUP BY 1, 2, 3 HAVING told_state(b.state, b.reason) <> told_state(a.state, a.reason);
            INSERT INTO delivery_moves
            SELECT a.source, '', 'duplicate', sum(a.duplicates - b.duplicates)
            FROM before_rows b JOIN after_rows a USING (id)
            WHERE a.duplicates > b.duplicates GROUP BY 1;
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
    INSERT INTO delivery_totals
    SELECT source, '', told_state(state, reason), count(*) FROM deliveries GROUP BY 1, 3
    UNION ALL
    SELECT source, '', 'duplicate', sum(duplicates) FROM deliveries WHERE duplicates > 0 GROUP BY 1
    """,
    "ALTER TABLE reps ADD COLUMN first_delivery_id BIGINT",
    "ALTER TABLE reps ADD COLUMN last_delivery_id BIGINT",
    "ALTER TABLE writes ADD COLUMN first_delivery_id BIGINT",
    "ALTER TABLE writes ADD COLUMN last_delivery_id BIGINT",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
