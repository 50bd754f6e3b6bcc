-- Let one transaction at a time open a shop for an entity, so that the limit per entity holds.
SELECT pg_advisory_xact_lock(hashtextextended('shops.entity:' || %(entity)s, 0));
