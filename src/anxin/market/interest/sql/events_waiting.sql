-- How many events the learner has not followed yet (counted up to a limit), and how old the oldest is.
select count(*)::integer as waiting, extract(epoch from min(told_at))::bigint as oldest
from (select told_at from interest_event
      where (tx, id) > (%(tx)s::text::xid8, %(id)s::uuid) and day >= %(day)s
      order by tx, id
      limit %(most)s) as waiting
