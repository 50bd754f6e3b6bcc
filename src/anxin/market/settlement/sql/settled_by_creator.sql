-- What a month's statement lines settled of goods to which creators led, by creator and product. What an order was settled for is
-- divided among its lines as they cost; freight is nobody's. Refunds after settlement are negative in their own month.
select led.creator_id, led.product_id,
       sum(trunc((line.paid_minor - line.pre_refund_minor)::numeric * led.amount_minor / led.total_minor))::bigint as settled_minor
from settlement_line as line
join orders_public_led as led on led.order_id = line.order_id and led.total_minor > 0
where line.month = %(month)s
group by led.creator_id, led.product_id
