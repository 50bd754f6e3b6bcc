-- Order lines against their claims: whether one is open, and how much was given back because of them.
with of_lines as (
    select line_id,
           count(*) filter (where state not in ('done', 'closed')) as open_claims,
           coalesce(sum(refund_minor) filter (where state in ('refunding', 'done')), 0) as refunded_minor
    from guarantee_claim
    where money_ref not like 'refund:%'
    group by line_id
)
select count(*) as looked_at,
       count(*) filter (where wrong) as wrong,
       min(line_id::text) filter (where wrong) as example
from (
    select line.line_id,
           (line.claimed <> (coalesce(of_lines.open_claims, 0) > 0)
            or line.refunded_minor < coalesce(of_lines.refunded_minor, 0)) as wrong
    from orders_public_lines as line
    left join of_lines on of_lines.line_id = line.line_id
    where of_lines.line_id is not null or line.claimed
) as compared
