-- A shop's months with their sums, newest first.
select month, count(*) as lines,
       coalesce(sum(paid_minor) filter (where trade_type = 0), 0)::bigint as paid_minor,
       sum(pre_refund_minor)::bigint as pre_refund_minor,
       coalesce(-sum(paid_minor) filter (where trade_type <> 0), 0)::bigint as refund_after_minor,
       sum(service_fee_minor)::bigint as service_fee_minor,
       sum(commission_minor)::bigint as commission_minor,
       sum(net_minor)::bigint as net_minor
from settlement_line
where shop_id = %(shop_id)s and (%(before)s::date is null or month < %(before)s::date)
group by month
order by month desc
limit %(limit)s
