-- What went into the fund and out of it in each month of Asia/Shanghai, months without any included.
select month::date as month,
       coalesce(sum(entry.amount_minor) filter (where kind = 'contribution'), 0)::bigint as contributed_minor,
       coalesce(-sum(entry.amount_minor) filter (where kind in ('advance', 'returned')), 0)::bigint as advanced_minor,
       coalesce(sum(entry.amount_minor) filter (where kind in ('recovered', 'repaid')), 0)::bigint as recovered_minor
from generate_series(
    date_trunc('month', %(until)s::timestamptz at time zone 'Asia/Shanghai') - make_interval(months => %(months)s - 1),
    date_trunc('month', %(until)s::timestamptz at time zone 'Asia/Shanghai'),
    interval '1 month'
) as month
left join guarantee_fundentry as entry on date_trunc('month', entry.at at time zone 'Asia/Shanghai') = month
group by month
order by month
