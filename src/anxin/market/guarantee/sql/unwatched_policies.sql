-- Policies that wait for the insurer's word, for their premium or for their end, and have no timer for it.
select count(*) as looked_at,
       count(*) filter (where wrong) as wrong,
       min(example) filter (where wrong) as example
from (
    select policy.id::text as example,
           not exists (
               select from infra_deadline as due
               where due.subject = policy.id and due.kind = any(
                   case when policy.state in ('init', 'pending') then array['guarantee.insure']
                        when policy.premium_state = 'to_deduct' then array['guarantee.premium']
                        else array['guarantee.policy_lapse'] end
               )
           )
           and not exists (
               select from guarantee_freightclaim as claim
               where claim.policy_id = policy.id and claim.state in ('open', 'processing')
           ) as wrong
    from guarantee_freightpolicy as policy
    where policy.state in ('init', 'pending')
       or (policy.state = 'active' and policy.shipped_at is not null)
) as watched
