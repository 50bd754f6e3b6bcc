-- Compare what stock rows say is held with the holds of orders.
with holds as (
    select sku_id, sum(quantity) as quantity from inventory_hold where state = 'held' group by sku_id
)
select count(*) as rows,
       count(*) filter (where stock.held is distinct from coalesce(holds.quantity, 0)) as wrong,
       min(coalesce(stock.sku_id, holds.sku_id)::text)
           filter (where stock.held is distinct from coalesce(holds.quantity, 0)) as example
from inventory_stock as stock full join holds on holds.sku_id = stock.sku_id
