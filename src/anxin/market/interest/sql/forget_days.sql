-- Drop the partitions before a day, and the ids that can no longer arrive again.
with ids as (delete from interest_told where day < %(ids_before)s::date)
select interest_forget_days(%(before)s::date) as gone
