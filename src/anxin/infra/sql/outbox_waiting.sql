-- Return the oldest events that wait; nothing is locked.
select id, kind, payload, done, attempts
from infra_outboxevent
where delivered_at is null and next_try_at <= %(now)s
order by next_try_at, id
limit %(batch)s
