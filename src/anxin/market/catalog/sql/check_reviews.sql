-- Products whose state and waiting review do not fit each other.
select
    count(*) filter (where waiting) as waiting,
    count(*) filter (where wrong) as wrong,
    min(id::text) filter (where wrong) as example
from (
    select
        product.id,
        review.id is not null as waiting,
        case
            when product.state = 'in_review' then review.id is null or review.is_change
            when product.state in ('on_sale', 'off_sale') then review.id is not null and not review.is_change
            else review.id is not null
        end as wrong
    from catalog_product as product
    left join catalog_review as review on review.product_id = product.id and review.state = 'waiting'
) as looked_at
