"""PostgreSQL: inbox, versions, facts, awards, day totals, standings, cursors. Stores, does not judge."""
