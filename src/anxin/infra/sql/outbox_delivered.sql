-- Note events that nobody waits for (any more) as delivered.
update infra_outboxevent set delivered_at = %(now)s where id = any(%(ids)s) and delivered_at is null
