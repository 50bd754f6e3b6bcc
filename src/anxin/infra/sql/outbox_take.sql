-- Note that a subscriber has an event, unless another worker is at it or was; the last subscriber's is its delivery.
update infra_outboxevent
set done = done || to_jsonb(%(subscriber)s::text),
    last_error = case when %(is_last)s then '' else last_error end,
    delivered_at = case when %(is_last)s then %(now)s::timestamptz end
where id = (
    select id from infra_outboxevent
    where id = %(id)s and delivered_at is null and not done ? %(subscriber)s
    for update skip locked
)
