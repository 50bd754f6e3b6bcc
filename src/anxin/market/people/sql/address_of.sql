-- Read one address of one person: on the way of every placement, where the ORM would cost as much as the rest.
SELECT id, name, phone, region, detail, is_default
  FROM people_address
 WHERE id = %(address_id)s
   AND person_id = %(person_id)s
