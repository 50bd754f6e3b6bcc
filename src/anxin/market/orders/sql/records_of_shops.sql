-- Of each shop the orders that were paid for in a window: how much of what will be heard of them has been heard (tenths, by their
-- age), and how many got money back.
select shop_id,
       sum(width_bucket(extract(epoch from %(now)s::timestamptz - paid_at)::float8, %(heard_s)s::float8[]))::bigint as heard_tenths,
       count(*) filter (where refunded_minor > 0)::bigint as refunded
from orders_order
where paid_at >= %(since)s and paid_at <= %(now)s
group by shop_id
