-- What a month's statement lines settled of goods to which creators led, by creator and product. What an order was settled for is
-- divided among its lines as they cost; freight is nobody's. Refunds after settlement are negative in their own month. What creators
-- buy themselves, and what people with a role in a shop buy where that shop led, counts for nobody.
select led.creator_id, led.product_id,
       sum(trunc((line.paid_minor - line.pre_refund_minor)::numeric * led.amount_minor / led.total_minor))::bigint as settled_minor
from settlement_line as line
join orders_public_led as led on led.order_id = line.order_id and led.total_minor > 0
join creators_public_creator as creator on creator.creator_id = led.creator_id
where line.month = %(month)s
  and creator.person_id is distinct from led.buyer_id
  and not exists (select from people_public_member as member
                  where member.org_kind = 'shop' and member.org_id = creator.shop_id and member.person_id = led.buyer_id)
group by led.creator_id, led.product_id
