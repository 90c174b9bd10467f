"""Checkpoints of standings, and the triggers that drop one when what it stands on changes, whoever changes it."""

from alembic import op

revision = "0012"
down_revision = "0011"

STATEMENTS = (
    """
    CREATE TABLE standing_checkpoints (
        rep TEXT PRIMARY KEY,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        open TEXT[] NOT NULL,
        paid_xp BIGINT NOT NULL,
        data JSONB NOT NULL
    )
    """,
    """
    CREATE TABLE standing_leads (
        rep TEXT NOT NULL,
        lead TEXT NOT NULL,
        data JSONB NOT NULL,
        PRIMARY KEY (rep, lead)
    )
    """,
    "CREATE INDEX awards_rep_occurred ON awards (rep, occurred_at)",
    "CREATE INDEX facts_training ON facts (rep) WHERE kind IN ('certification', 'exam', 'module')",
    # When a fact first changes its rep's tally. (LEAST leaves NULLs out.)
    """
    CREATE FUNCTION fact_begins_at(fact JSONB) RETURNS TIMESTAMPTZ LANGUAGE sql STABLE RETURN least(
        (fact ->> 'occurred_at')::timestamptz, (fact ->> 'met_at')::timestamptz,
        (fact ->> 'held_at')::timestamptz, (fact ->> 'won_at')::timestamptz
    )
    """,
    # All of a fact that its rep's tally up to a time stands on (programs/progression/moments.py).
    """
    CREATE FUNCTION fact_up_to(fact JSONB, up_to TIMESTAMPTZ) RETURNS JSONB LANGUAGE sql STABLE AS $$
        WITH states AS (
            SELECT state, n, (state ->> 'until')::timestamptz <= up_to AS past
            FROM jsonb_array_elements(fact -> 'earlier') WITH ORDINALITY AS earlier (state, n)
        ), seen AS (
            SELECT coalesce((SELECT jsonb_agg(state ORDER BY n) FROM states WHERE past), '[]') || coalesce(
                (SELECT state - 'until' FROM states WHERE NOT past ORDER BY n LIMIT 1),
                jsonb_build_object(
                    'live', fact -> 'live', 'kind', fact -> 'kind', 'disposition', fact -> 'disposition',
                    'duration_s', fact -> 'duration_s', 'lead', fact -> 'lead',
                    'met', fact -> 'met_now', 'won', fact -> 'won_now'
                )
            ) AS states
        )
        SELECT jsonb_build_array(fact -> 'rep', fact -> 'occurred_at', fact -> 'twin_of', seen.states, CASE
            WHEN fact ->> 'kind' IN ('battle', 'certification', 'exam', 'mentorship', 'module')
                THEN jsonb_build_array(fact -> 'subject', fact -> 'score', fact -> 'reasons')
            WHEN fact ->> 'kind' = 'opportunity' THEN jsonb_build_array(
                CASE WHEN (fact ->> 'met_at')::timestamptz <= up_to THEN fact -> 'met_at' END,
                CASE WHEN (fact ->> 'held_at')::timestamptz <= up_to THEN fact -> 'held_at' END,
                CASE WHEN (fact ->> 'won_at')::timestamptz <= up_to THEN fact -> 'won_at' END)
            WHEN seen.states @> '[{"met": true}]' THEN jsonb_build_array(fact -> 'met_at', fact -> 'held_at')
        END) FROM seen
    $$
    """,
    """
    CREATE FUNCTION drop_checkpoints_of_facts() RETURNS TRIGGER LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM standing_checkpoints c USING changed_rows f
        WHERE f.rep = c.rep AND least(f.occurred_at, f.met_at, f.held_at, f.won_at) <= c.at;
        RETURN NULL;
    END $$
    """,
    # What follows the first statement is rare, and planned each time: the plan for one row would not do for thousands.
    """
    CREATE FUNCTION judge_checkpoints_of_facts() RETURNS TRIGGER LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT FROM before_rows f JOIN standing_checkpoints c ON c.rep = f.rep
            WHERE least(f.occurred_at, f.met_at, f.held_at, f.won_at) <= c.at
            UNION ALL
            SELECT FROM after_rows f JOIN standing_checkpoints c ON c.rep = f.rep
            WHERE least(f.occurred_at, f.met_at, f.held_at, f.won_at) <= c.at
        ) THEN
            RETURN NULL;
        END IF;
        EXECUTE $judge$
            WITH changed AS (
                SELECT key, old.rep AS old_rep, new.rep AS new_rep, to_jsonb(old) AS before, to_jsonb(new) AS after
                FROM before_rows old JOIN after_rows new USING (key)
            ), touched AS (
                SELECT c.rep, key, fact_up_to(before, c.at) IS DISTINCT FROM fact_up_to(after, c.at) AS differs
                FROM changed JOIN standing_checkpoints c ON c.rep IN (old_rep, new_rep)
                WHERE least(fact_begins_at(before), fact_begins_at(after)) <= c.at
                    AND fact_up_to(before, 'infinity') IS DISTINCT FROM fact_up_to(after, 'infinity')
            ), dropped AS (
                DELETE FROM standing_checkpoints c USING touched WHERE touched.rep = c.rep AND differs RETURNING c.rep
            )
            UPDATE standing_checkpoints c SET open = c.open || keys
            FROM (SELECT rep, array_agg(key) AS keys FROM touched GROUP BY rep HAVING NOT bool_or(differs)) late
            WHERE late.rep = c.rep
        $judge$;
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION drop_checkpoints_of_new_awards() RETURNS TRIGGER LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM standing_checkpoints c USING changed_rows a
        WHERE a.rep = c.rep AND a.amount <> 0 AND a.occurred_at <= c.at;
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION drop_checkpoint_of_award() RETURNS TRIGGER LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM standing_checkpoints WHERE rep IN (OLD.rep, NEW.rep);
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER facts_inserted AFTER INSERT ON facts REFERENCING NEW TABLE AS changed_rows
    FOR EACH STATEMENT EXECUTE FUNCTION drop_checkpoints_of_facts()
    """,
    """
    CREATE TRIGGER facts_updated AFTER UPDATE ON facts REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION judge_checkpoints_of_facts()
    """,
    """
    CREATE TRIGGER facts_deleted AFTER DELETE ON facts REFERENCING OLD TABLE AS changed_rows
    FOR EACH STATEMENT EXECUTE FUNCTION drop_checkpoints_of_facts()
    """,
    """
    CREATE TRIGGER awards_inserted AFTER INSERT ON awards REFERENCING NEW TABLE AS changed_rows
    FOR EACH STATEMENT EXECUTE FUNCTION drop_checkpoints_of_new_awards()
    """,
    """
    CREATE TRIGGER awards_changed AFTER DELETE OR UPDATE OF rep, cause, amount, occurred_at ON awards
    FOR EACH ROW EXECUTE FUNCTION drop_checkpoint_of_award()
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
