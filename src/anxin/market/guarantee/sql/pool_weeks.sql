-- What came into the insurer's pool and what it paid, by week in Asia/Shanghai over [since, until), weeks without any included.
select week::date as week,
       coalesce(sum(moved.amount_minor) filter (where moved.is_premium), 0)::bigint as premiums_minor,
       coalesce(-sum(moved.amount_minor) filter (where not moved.is_premium), 0)::bigint as payouts_minor
from generate_series(
    date_trunc('week', %(since)s::timestamptz at time zone 'Asia/Shanghai'),
    date_trunc('week', (%(until)s::timestamptz - interval '1 microsecond') at time zone 'Asia/Shanghai'),
    interval '1 week'
) as week
left join (
    select posting.posted_at at time zone 'Asia/Shanghai' as moved_at,
           posting.amount_minor,
           posting.kind = any(%(premium_kinds)s::text[]) as is_premium
    from ledger_public_postings as posting
    where posting.owner_kind = 'insurer' and posting.purpose = 'pool' and posting.posted_at < %(until)s
) as moved on moved.moved_at >= week and moved.moved_at < week + interval '1 week'
group by week
order by week
