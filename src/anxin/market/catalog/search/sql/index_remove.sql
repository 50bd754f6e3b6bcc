-- Forget products that are no longer shown.
DELETE FROM catalog_searchentry WHERE product_id = ANY(%(product_ids)s)
