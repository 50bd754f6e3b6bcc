-- Give picks the places in which they are named; the others follow behind in the order they had.
UPDATE creators_pick AS pick
   SET place = ordered.place
  FROM (SELECT id, row_number() OVER (ORDER BY array_position(%(pick_ids)s::uuid[], id) NULLS LAST, place, id) AS place
          FROM creators_pick
         WHERE creator_id = %(creator_id)s AND removed_at IS NULL) AS ordered
 WHERE pick.id = ordered.id AND pick.place <> ordered.place
