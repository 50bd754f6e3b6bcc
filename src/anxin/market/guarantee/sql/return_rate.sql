-- How many insured orders of a shop were shipped in [since, until), and how many of them came back.
select count(*) as orders,
       count(*) filter (where claim.state = 'success') as returns
from guarantee_freightpolicy as policy
left join guarantee_freightclaim as claim on claim.policy_id = policy.id
where policy.shop_id = %(shop_id)s and policy.shipped_at >= %(since)s and policy.shipped_at < %(until)s
