-- What answers of a time earned by a formula, a row for each person and way in which their weights were off: of answers drawn evenly,
-- each with the signs that it was ranked by, what came of their places as far as it is believed (also after a login on the device).
-- A device is the person's who logged in on it next, else before; who is nobody any more is left out: nothing says who they are together.
with answers as (
    select id, actor, at, (at at time zone 'UTC')::date as day, cardinality(items) as places,
           get_byte(substring(ranked from 4 for 1), 0) as signs
    from interest_served tablesample system (%(percent)s) repeatable (0)
    where day >= %(day)s and at >= %(since)s and at <= %(until)s and surface = 'feed' and cardinality(items) > 0
      and substring(ranked from 1 for 1) = %(head)s and get_byte(substring(ranked from 3 for 1), 0) = %(size)s
    limit %(most)s
), worth as (
    select * from unnest(%(kinds)s::smallint[], %(fixed)s::bigint[], %(shares)s::smallint[]) as worth (kind, fixed, share)
)
select known.actor as who, answers.signs, count(*)::integer as answers, sum(answers.places)::integer as places,
       coalesce(sum(came.earned), 0) as earned
from answers
left join lateral (
    select person_id from interest_devicelink as link where link.device = answers.actor
    order by link.linked_at < answers.at, link.linked_at limit 1) as link on true
join interest_actor as known on known.actor = coalesce(link.person_id, answers.actor)
left join lateral (
    select sum(worth.fixed + worth.share * event.amount::bigint) as earned
    from interest_event as event join worth on worth.kind = event.kind
    where event.actor = any(array(select link.person_id from interest_devicelink as link
                                  where link.device = answers.actor) || answers.actor)
      and event.request = answers.id and event.doubt = '' and event.slot is not null and event.day >= answers.day
      and (event.kind <> %(watch)s or event.finished)) as came on true
group by known.actor, answers.signs
