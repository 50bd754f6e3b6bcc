-- Let one transaction at a time change the roles of an organisation; released at its end.
SELECT pg_advisory_xact_lock(hashtextextended(%(organisation)s::text, 0))
