-- Let past lines say where their goods were met: the last place that showed the product in the days before it was bought.
update orders_orderline as line
   set frozen = line.frozen || jsonb_build_object('origin', jsonb_strip_nulls(met.origin))
  from (select distinct on (bought.id) bought.id, place.origin
          from jsonb_to_recordset(%(places)s::jsonb)
            as place (product_id uuid, origin jsonb, since timestamptz, until timestamptz)
          join orders_orderline as bought on bought.product_id = place.product_id and not bought.frozen ? 'origin'
          join orders_order as placed on placed.id = bought.order_id
           and placed.placed_at >= place.since and placed.placed_at < place.until
         order by bought.id, place.since desc, place.origin::text) as met
 where line.id = met.id
