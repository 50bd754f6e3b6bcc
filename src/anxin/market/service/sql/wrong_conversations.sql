-- Conversations whose counters are not what their messages say.
with counted as (
    select
        talk.id, talk.last_seq, talk.buyer_unread, talk.shop_unread, talk.waiting_since,
        count(message.id) as messages,
        coalesce(max(message.seq), 0) as highest,
        count(*) filter (where message.side = 'shop' and message.seq > talk.buyer_read_seq) as buyer_should,
        count(*) filter (where message.side = 'buyer' and message.seq > talk.shop_read_seq) as shop_should,
        min(message.sent_at) filter (where message.side = 'buyer' and message.seq > coalesce((
            select max(answer.seq) from service_message as answer
            where answer.conversation_id = talk.id and answer.side = 'shop'
        ), 0)) as waits
    from service_conversation as talk
    left join service_message as message on message.conversation_id = talk.id
    group by talk.id
),
wrong as (
    select id from counted
    where last_seq <> messages or last_seq <> highest
        or buyer_unread <> buyer_should or shop_unread <> shop_should
        or waiting_since is distinct from waits
)
select
    (select count(*) from counted) as looked_at,
    (select count(*) from wrong) as wrong,
    (select id::text from wrong order by id limit 1) as example
