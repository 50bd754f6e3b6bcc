-- The fund as a whole, and what it advanced, net, in the days before a moment.
select coalesce(sum(amount_minor), 0)::bigint as balance_minor,
       coalesce(sum(amount_minor) filter (where kind = 'contribution'), 0)::bigint as contributed_minor,
       coalesce(sum(amount_minor) filter (where kind = 'contribution' and source = 'service_fee'), 0)::bigint
           as from_fees_minor,
       coalesce(-sum(amount_minor) filter (where kind in ('advance', 'returned')), 0)::bigint as advanced_minor,
       coalesce(sum(amount_minor) filter (where kind in ('recovered', 'repaid')), 0)::bigint as recovered_minor,
       coalesce(-sum(amount_minor) filter (where kind <> 'contribution' and at >= %(since)s), 0)::bigint
           as spent_lately_minor,
       (select count(*) from guarantee_debt where not is_void) as helped
from guarantee_fundentry
where at <= %(until)s
