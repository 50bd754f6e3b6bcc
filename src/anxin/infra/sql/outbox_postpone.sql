-- Try an event later again at which a subscriber failed.
update infra_outboxevent
set attempts = attempts + 1, next_try_at = %(next_try_at)s, last_error = %(error)s
where id = %(id)s and delivered_at is null
