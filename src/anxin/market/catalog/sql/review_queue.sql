-- Submissions that wait for a decision, the oldest first.
select
    review.id, review.product_id, review.shop_id, review.is_change, review.submitted_at,
    review.content ->> 'title' as title, review.content ->> 'category' as category,
    coalesce(review.content -> 'pictures' -> 0 ->> 'key', '') as picture,
    shop.name as shop_name, shop.name_en as shop_name_en
from catalog_review as review
join shops_public_terms as shop on shop.shop_id = review.shop_id
where review.state = 'waiting'
    and (%(after)s::timestamptz is null or (review.submitted_at, review.id) > (%(after)s, %(after_id)s::uuid))
    and (%(is_change)s::boolean is null or review.is_change = %(is_change)s)
order by review.submitted_at, review.id
limit %(rows)s
