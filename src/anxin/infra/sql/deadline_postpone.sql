-- Try a deadline whose handler failed again later.
update infra_deadline
set attempts = attempts + 1, next_try_at = %(next_try_at)s, last_error = %(error)s
where id = %(id)s
