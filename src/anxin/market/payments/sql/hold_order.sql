-- Lock what an order's own payment brought in and what of it went back.
select split.order_id, split.shop_id, split.captured_minor, split.refunded_minor
from payments_paymentsplit as split
join payments_payment as payment on payment.id = split.payment_id
where split.order_id = %(order_id)s and payment.state = 'captured' and not payment.is_surplus
for update of split
