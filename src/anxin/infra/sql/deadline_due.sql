-- Return what is due, the longest first; nothing is locked.
select id, kind, subject, attempts, next_try_at
from infra_deadline
where next_try_at <= %(now)s and kind = any(%(kinds)s)
order by next_try_at
limit %(batch)s
