-- Of each shop the complaints of a window, and what broke a rule: complaints that the platform upheld, and buyers who were
-- compensated for one of some kinds of wrong.
select shop_id, sum(complaints)::bigint as complaints, sum(violations)::bigint as violations
from (select shop_id, count(*) as complaints,
             count(*) filter (where outcome in ('upheld', 'partly_upheld')) as violations
      from service_complaint
      where filed_at >= %(since)s and filed_at <= %(now)s
      group by shop_id
      union all
      select shop_id, 0, count(distinct (order_id, kind))
      from guarantee_public_compensations
      where kind = any(%(kinds)s) and made_at >= %(since)s and made_at <= %(now)s
      group by shop_id) as fault
group by shop_id
