-- Write a checkout with its orders, lines, payment deadline and events: one statement whatever their number.
with checkout as (
    insert into orders_checkout (id, person_id, total_minor, currency, placed_at, pay_by)
    values (%(checkout_id)s, %(person_id)s, %(total_minor)s, %(currency)s, %(now)s, %(pay_by)s)
),
placed as (
    insert into orders_order (
        id, checkout_id, person_id, shop_id, state, version, goods_minor, freight_minor, total_minor,
        refunded_minor, currency, address, note, closing, extended, placed_at
    )
    select id, %(checkout_id)s, %(person_id)s, shop_id, 'awaiting_payment', 0, goods_minor, freight_minor,
           goods_minor + freight_minor, 0, %(currency)s, %(address)s::jsonb, note, '', false, %(now)s
    from jsonb_to_recordset(%(orders)s::jsonb)
        as placed (id uuid, shop_id uuid, goods_minor bigint, freight_minor bigint, note text)
),
line as (
    insert into orders_orderline (
        id, order_id, shop_id, sku_id, product_id, product_version, quantity, shipped_quantity,
        price_minor, amount_minor, fee_rate_bps, settlement_days, frozen
    )
    select id, order_id, shop_id, sku_id, product_id, product_version, quantity, 0,
           price_minor, price_minor * quantity, fee_rate_bps, settlement_days, frozen
    from jsonb_to_recordset(%(lines)s::jsonb) as line (
        id uuid, order_id uuid, shop_id uuid, sku_id uuid, product_id uuid, product_version integer, quantity integer,
        price_minor bigint, fee_rate_bps integer, settlement_days integer, frozen jsonb
    )
),
due as (
    insert into infra_deadline (id, kind, subject, due_at, expected_version, attempts, next_try_at, last_error)
    select id, kind, subject, due_at, expected_version, 0, due_at, ''
    from jsonb_to_recordset(%(deadlines)s::jsonb)
        as due (id uuid, kind text, subject uuid, due_at timestamptz, expected_version integer)
)
insert into infra_outboxevent
    (id, kind, version, shop_id, payload, recorded_at, done, attempts, next_try_at, last_error)
select id, kind, version, shop_id, payload, %(now)s, '[]', 0, %(now)s, ''
from jsonb_to_recordset(%(events)s::jsonb)
    as event (id uuid, kind text, version smallint, shop_id uuid, payload jsonb)
