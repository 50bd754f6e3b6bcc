-- Who tells, with the last things they did, and the served answers that the batch names, given to whomever; what was served to
-- somebody before they began anew was served to nobody.
select
    (select array_agg(device) from interest_devicelink where person_id = %(actor)s) as devices,
    actor.minute_count, actor.minute, actor.kinds, actor.items,
    (
        select jsonb_agg(jsonb_build_object(
            'id', served.id, 'actor', case when exists (select from interest_forgetting as gone where served.actor = any(gone.actors) and served.at <= gone.until)
                                                   then served.id else served.actor end, 'at', served.at, 'item_kinds', served.item_kinds,
            'items', served.items, 'propensities', served.propensities))
        from interest_served as served
        where served.day = any(%(days)s::date[]) and served.id = any(%(requests)s::uuid[])
    ) as served
from (select 1) as always
left join interest_actor as actor on actor.actor = %(actor)s
