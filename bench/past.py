"""A rep's past, filled by SQL: calls that were read, paid and counted, as their digests would have left them."""

# ruff: noqa: S608 - the statements are put together from the constants below alone

from sqlalchemy import Connection, text

from ledger.dirty import mark_dirty

NEWEST_AGO = "2 minutes"
# 200 calls a day, round the clock; each lead is called five times in as many days.
_NUMBERS = "generate_series(1, CAST(:facts AS integer)) AS number"
_AT = f"now() - interval '{NEWEST_AGO}' - interval '432 seconds' * (:facts - number)"
_KEY = "'note:' || :prefix || '-0000-4000-9000-' || lpad(to_hex(number), 12, '0')"
_LEAD = ":prefix || '-0000-4000-b000-' || lpad(to_hex(number / 1000 * 200 + number % 200), 12, '0')"
_MEETS = "number % 40 = 0"
_REASONS = f"""
array_remove(ARRAY[CASE WHEN {_MEETS} OR number % 3 = 0 THEN 'connect' END, 'dial',
                   CASE WHEN number % 300 >= 120 THEN 'two_plus' END], NULL)
"""
_FACTS = f"""
INSERT INTO facts (key, kind, rep, rep_by, lead, lead_known, occurred_at, live, form, disposition, duration_s, reasons,
                   met_at, met_now, call_key, noticed_at, paid_rep, paid_lead)
SELECT {_KEY}, 'call', :rep, 'record', {_LEAD}, true, {_AT}, true, 'V1',
       CASE WHEN {_MEETS} THEN 'APPOINTMENT' WHEN number % 3 = 0 THEN 'CONTACT' ELSE 'NO_ANSWER' END, number % 300,
       {_REASONS},
       CASE WHEN {_MEETS} THEN {_AT} END, {_MEETS}, {_KEY}, {_AT},
       CASE WHEN {_MEETS} THEN :rep END, CASE WHEN {_MEETS} THEN {_LEAD} END
FROM {_NUMBERS}
"""
_AWARDS = """
INSERT INTO awards (fact_key, reason, cause, rep, amount, basis, rules_version, occurred_at, noticed_at, published_at)
SELECT key, reason, key, rep, CASE reason WHEN 'dial' THEN 2 WHEN 'connect' THEN 3 ELSE 15 END, 'paid', 'bench',
       occurred_at, noticed_at, now()
FROM facts, unnest(reasons) AS reason WHERE rep = :rep
"""
# All signs with a lead are of one window.
_APPOINTMENTS = """
INSERT INTO awards (fact_key, reason, cause, rep, amount, basis, rules_version, occurred_at, noticed_at, published_at,
                    waited)
SELECT DISTINCT ON (lead) 'appointment:' || rep || ':' || lead, '1', key, rep, 100, 'paid', 'bench', met_at, noticed_at,
       now(), true
FROM facts WHERE rep = :rep AND met_at IS NOT NULL ORDER BY lead, met_at
"""
_DAYS = """
INSERT INTO day_totals (rep, "on", calls, known_durations, sub_thirty, over_two_minutes, activities)
SELECT rep, (occurred_at AT TIME ZONE 'America/New_York')::date, count(*), count(*),
       count(*) FILTER (WHERE duration_s < 30), count(*) FILTER (WHERE duration_s > 120), count(*)
FROM facts WHERE rep = :rep GROUP BY 1, 2
"""


def fill_past(connection: Connection, rep: str, facts: int, prefix: str) -> None:
    """So many calls of a rep, whose ids begin alike; the last one was two minutes ago."""
    values = {"rep": rep, "facts": facts, "prefix": prefix}
    for statement in (_FACTS, _AWARDS, _APPOINTMENTS, _DAYS):
        connection.execute(text(statement), values)
    mark_dirty(connection, [rep])
