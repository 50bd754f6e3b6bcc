-- What other modules may know of some shops.
SELECT shop_id, slug, name, name_en, state, selling, zero_deposit, return_address, freight_templates,
       default_freight_template
  FROM shops_public_terms
 WHERE shop_id = ANY(%(shops)s::uuid[]);
