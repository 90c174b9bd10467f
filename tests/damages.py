"""Damages to the ledger, each with what the audit must find then."""

from floor import JANE, JONY, PHIL

RECORD = "(note|opportunity|module|battle):.+"
REP = f"rep ({JANE}|{JONY}|{PHIL})"
DAY = f"{REP}, 2026-.+"
CALL = (
    "(SELECT key FROM facts WHERE rep = %(jane)s AND 'two_plus' = ANY(reasons) AND live AND twin_of IS NULL"
    " AND key NOT IN (SELECT twin_of FROM facts WHERE twin_of IS NOT NULL) ORDER BY key LIMIT 1)"
)
TWIN = "(SELECT key FROM facts WHERE twin_of IS NOT NULL ORDER BY key LIMIT 1)"
COPY = "basis, rules_version, a.occurred_at, a.noticed_at, waited"
PAY = "INSERT INTO awards (fact_key, reason, cause, rep, amount, basis, rules_version, occurred_at, noticed_at, waited)"
# Of each damage the statement, and each proof that is off with what its subject looks like.
DAMAGES: dict[str, tuple[str, dict[str, str]]] = {
    "a state that is none": (
        "UPDATE deliveries SET state = 'lost' WHERE id = (SELECT max(id) FROM deliveries WHERE state = 'processed')",
        {"deliveries": r"delivery \d+"},
    ),
    "processed at no time": (
        "UPDATE deliveries SET digested_at = NULL WHERE id = (SELECT max(id) FROM deliveries)",
        {"deliveries": r"delivery \d+"},
    ),
    "parked without a reason": (
        "UPDATE deliveries SET state = 'parked' WHERE id = (SELECT min(id) FROM deliveries)",
        {"deliveries": "delivery 1"},
    ),
    "pending though digested": (
        "UPDATE deliveries SET state = 'pending' WHERE id = (SELECT min(id) FROM deliveries)",
        {"deliveries": "delivery 1"},
    ),
    "parked as nobody's though somebody's": (
        "UPDATE deliveries SET state = 'parked', reason = 'unattributed: nobody knows whose this is'"
        f" WHERE id = (SELECT min(id) FROM deliveries WHERE record_key = {CALL})",
        {"deliveries": r"delivery \d+"},
    ),
    "dismissed by nobody": (
        "UPDATE deliveries SET state = 'dismissed', reason = 'x', dismissed_at = now() WHERE id = 1",
        {"deliveries": "delivery 1"},
    ),
    "processed though dismissed": (
        "UPDATE deliveries SET dismissed_by = 'ana' WHERE id = 1",
        {"deliveries": "delivery 1"},
    ),
    "processed and tried again": (
        "UPDATE deliveries SET retry_at = now() WHERE id = 1",
        {"deliveries": "delivery 1"},
    ),
    "dismissed as nobody's though somebody's": (
        "UPDATE deliveries SET state = 'dismissed', reason = 'unattributed: nobody knows whose this is',"
        " dismissed_at = now(), dismissed_by = 'ana', dismissed_because = 'x'"
        f" WHERE id = (SELECT min(id) FROM deliveries WHERE record_key = {CALL})",
        {"deliveries": r"delivery \d+"},
    ),
    "processed without a version": (
        "UPDATE deliveries SET record_key = 'note:nothing' WHERE id = (SELECT min(id) FROM deliveries)",
        {"deliveries": "delivery 1"},
    ),
    "processed unread": (
        "INSERT INTO deliveries (source, key, raw, headers, sent_at, state, digested_at)"
        " SELECT source, 'unread', replace(encode(raw, 'escape'), split_part(record_key, ':', 2), 'n-other')::bytea,"
        f" '{{}}', now(), 'processed', now() FROM deliveries WHERE source = 'twenty' AND record_key = {CALL} LIMIT 1",
        {"deliveries": r"delivery \d+"},
    ),
    "a member forgotten": ("DELETE FROM members WHERE id = %(phil)s", {"deliveries": r"delivery \d+"}),
    "a fact deleted": (
        "DELETE FROM facts WHERE key = (SELECT min(key) FROM facts WHERE kind = 'other')",
        {"facts": "note:.+"},
    ),
    "a call deleted": (
        f"DELETE FROM facts WHERE key = {CALL}",
        {"facts": "note:.+", "day totals": DAY, "standings": REP},
    ),
    "a reading changed": (f"UPDATE facts SET reading = 'guess' WHERE key = {CALL}", {"facts": "note:.+"}),
    "a fact out of nothing": (
        "INSERT INTO facts (key, kind, rep, occurred_at, live, noticed_at)"
        " VALUES ('note:made-up', 'other', %(jane)s, now(), false, now())",
        {"facts": "note:made-up"},
    ),
    "a key unguarded": ("ALTER TABLE awards DROP CONSTRAINT awards_fact_reason", {"keys": "awards"}),
    "an award deleted": (
        f"DELETE FROM awards WHERE fact_key = {CALL} AND reason = 'two_plus'",
        {"awards": "note:.+", "XP": REP},
    ),
    "a deal's award deleted": (
        "DELETE FROM awards WHERE reason = 'deal' AND rep = %(jane)s",
        {"awards": "opportunity:.+", "XP": REP},
    ),
    "a module's award deleted": ("DELETE FROM awards WHERE reason = 'module'", {"awards": "module:a0", "XP": REP}),
    "an appointment's award deleted": (
        "DELETE FROM awards WHERE id = (SELECT max(id) FROM awards WHERE fact_key LIKE 'appointment:%%')",
        {"awards": RECORD, "XP": REP},
    ),
    "an appointment credited to nobody": (
        "UPDATE facts SET paid_rep = NULL WHERE key = (SELECT max(cause) FROM awards WHERE fact_key LIKE 'appoint%%')",
        {"awards": f"{RECORD}|award 1 of {RECORD}"},
    ),
    "an award doubled under its twin's key": (
        f"{PAY} SELECT t.key, reason, t.key, a.rep, amount, {COPY}"
        f" FROM awards a JOIN facts t ON t.key = {TWIN} WHERE fact_key = t.twin_of AND reason = 'dial'",
        {"awards": "award dial of note:.+", "XP": REP, "standings": REP},
    ),
    "an award doubled under another key": (
        f"{PAY} SELECT 'note:another', reason, cause, rep, amount, {COPY}"
        f" FROM awards a WHERE fact_key = {CALL} LIMIT 1",
        {"awards": "award .+ of note:.+", "XP": REP, "standings": REP},
    ),
    "an award for nothing": (
        f"{PAY} SELECT 'note:made-up', reason, 'note:made-up', rep, 0, {COPY}"
        " FROM awards a WHERE reason = 'dial' LIMIT 1",
        {"awards": "award dial of note:made-up"},
    ),
    "a module paid to two": (
        f"{PAY} SELECT 'module:' || %(phil)s || ':0', reason, cause, %(phil)s, 0, {COPY}"
        " FROM awards a WHERE reason = 'module'",
        {"awards": "award module of module:a0"},
    ),
    "an appointment numbered 3": (
        f"{PAY} SELECT fact_key, '3', cause, rep, 0, {COPY} FROM awards a WHERE fact_key LIKE 'appointment:%%' LIMIT 1",
        {"awards": "appointment:.+"},
    ),
    "a write forgotten": (
        "UPDATE reps SET synced_xp = synced_xp - 20, sequence = sequence - 1 WHERE id = %(jane)s",
        {"XP": REP, "writes": REP},
    ),
    "more written than remembered": (
        "UPDATE writes SET fields = fields || '{\"syncedXp\": 9999}' WHERE rep = %(jane)s",
        {"XP": REP},
    ),
    "a write deleted": (
        "DELETE FROM writes WHERE id = (SELECT max(id) FROM writes WHERE rep = %(jane)s)",
        {"writes": REP},
    ),
    "a write out of order": (
        "INSERT INTO writes (rep, sequence, fields) VALUES (%(phil)s, 1, '{}')",
        {"writes": r"write \d+"},
    ),
    "a day off by one": (
        "UPDATE day_totals SET sub_thirty = sub_thirty + 1 WHERE rep = %(phil)s",
        {"day totals": DAY},
    ),
    "a day that nobody worked": (
        """INSERT INTO day_totals (rep, "on", calls) VALUES (%(jony)s, '2026-11-01', 1)""",
        {"day totals": DAY},
    ),
    "a twin forgotten": (
        f"UPDATE facts SET twin_of = NULL WHERE key = {TWIN}",
        {"day totals": f"note:.+|{DAY}", "standings": REP},
    ),
    "a call key forgotten": (
        "UPDATE facts SET call_key = NULL WHERE twin_of IS NOT NULL",
        {"day totals": "note:.+"},
    ),
    "a standing changed": (
        "UPDATE reps SET standing = jsonb_set(standing, '{totalCalls}', '1') WHERE id = %(jony)s",
        {"standings": REP},
    ),
    "a row that says less": (
        "UPDATE reps SET row = jsonb_set(row, '{closedDeals}', '0') WHERE id = %(jane)s",
        {"standings": REP},
    ),
    "a row forgotten": ("UPDATE reps SET row = NULL WHERE id = %(phil)s", {"standings": REP}),
    "a stranger": (
        """INSERT INTO day_totals (rep, "on") VALUES ('stranger', '2026-11-01')""",
        {"standings": "rep stranger"},
    ),
    "never published": (
        "UPDATE reps SET standing = NULL, dirty = 0, done = 0 WHERE id = %(phil)s",
        {"standings": REP},
    ),
    "more done than there was": ("UPDATE reps SET done = dirty + 1 WHERE id = %(phil)s", {"standings": REP}),
    "a badge deleted": (
        "DELETE FROM badges WHERE rep = %(jane)s AND badge = (SELECT min(badge) FROM badges WHERE rep = %(jane)s)",
        {"grants": REP},
    ),
    "a badge untold": (
        "INSERT INTO badges (rep, badge, fact_key, reached_at) VALUES (%(jony)s, 'made.up', 'x', now())",
        {"grants": REP, "standings": REP},
    ),
    "a rank untold": (
        "INSERT INTO rank_steps (rep, rank, fact_key, reached_at) VALUES (%(jony)s, 'E-4', 'x', now())",
        {"grants": REP, "standings": REP},
    ),
}
