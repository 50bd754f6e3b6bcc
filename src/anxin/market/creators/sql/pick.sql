-- Put products in front of the showcase in the order asked; those that are in it keep their link, their place and their time.
INSERT INTO creators_pick (id, creator_id, product_id, shop_id, note, place, picked_at)
SELECT wanted.id, %(creator_id)s, wanted.product_id, wanted.shop_id, '',
       %(first_place)s + wanted.number::integer, %(now)s
  FROM jsonb_to_recordset(%(picks)s::jsonb) AS wanted(id uuid, product_id uuid, shop_id uuid, number integer)
 ORDER BY wanted.product_id
    ON CONFLICT (creator_id, product_id) WHERE removed_at IS NULL DO NOTHING
RETURNING id, product_id
