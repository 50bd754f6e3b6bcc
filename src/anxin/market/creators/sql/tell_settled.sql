-- Note what creators settled in a month of goods that they picked; what was told before is replaced, what was reviewed stays.
INSERT INTO creators_settledmonth (creator_id, month, settled_minor, told_at)
SELECT creator.id, %(month)s, sum(COALESCE(told.settled_minor, 0)), %(now)s
  FROM creators_creator AS creator
  LEFT JOIN jsonb_to_recordset(%(settled)s::jsonb) AS told (creator_id uuid, product_id uuid, settled_minor bigint)
         ON told.creator_id = creator.id
        AND EXISTS (SELECT 1 FROM creators_pick AS pick
                     WHERE pick.creator_id = creator.id AND pick.product_id = told.product_id)
 WHERE creator.state = 'open' AND creator.opened_at < %(until)s
 GROUP BY creator.id
    ON CONFLICT (creator_id, month) DO UPDATE SET settled_minor = EXCLUDED.settled_minor, told_at = EXCLUDED.told_at
 WHERE creators_settledmonth.level IS NULL
