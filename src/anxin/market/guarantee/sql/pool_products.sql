-- Policies shipped in [since, until) by product and by who pays: how many, their premiums, how many were paid and how much.
select policy.product, policy.holder,
       count(*) as policies,
       sum(policy.premium_minor) filter (where policy.premium_state in ('deducted', 'advanced')) as premiums_minor,
       count(*) filter (where claim.state = 'success') as paid_claims,
       sum(claim.paid_minor) filter (where claim.state = 'success') as paid_minor
from guarantee_freightpolicy as policy
left join guarantee_freightclaim as claim on claim.policy_id = policy.id
where policy.shipped_at >= %(since)s and policy.shipped_at < %(until)s
group by policy.product, policy.holder
order by policy.product, policy.holder
