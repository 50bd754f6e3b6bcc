-- Policies against the premiums in the insurer's pool: one of the right amount where it counts as taken, none elsewhere.
select count(*) as looked_at,
       count(*) filter (where wrong) as wrong,
       min(example) filter (where wrong) as example
from (
    select coalesce(policy.id::text, taken.subject) as example,
           policy.id is null
           or coalesce(taken.amount_minor, 0)
              <> case when policy.premium_state in ('deducted', 'advanced') then policy.premium_minor else 0 end as wrong
    from guarantee_freightpolicy as policy
    full join (
        select coalesce(split_part(charge.ref, ':', 2), posting.ref) as subject, sum(posting.amount_minor) as amount_minor
        from ledger_public_postings as posting
        left join guarantee_disbursement as charge on posting.kind = 'guarantee.charged' and charge.id::text = posting.ref
        where posting.owner_kind = 'insurer' and posting.purpose = 'pool' and posting.kind = any(%(kinds)s::text[])
        group by 1
    ) as taken on taken.subject = policy.id::text
) as compared
