-- Let one transaction at a time extend the audit chain; released at its end.
SELECT pg_advisory_xact_lock(hashtextextended('people_audit', 0))
