-- Count erased accounts, and those of them that still hold something personal.
SELECT count(*) AS erased,
       count(*) FILTER (WHERE holds_something) AS wrong,
       min(id::text) FILTER (WHERE holds_something) AS example
  FROM (SELECT person.id,
               person.name <> '' OR person.email <> '' OR person.phone <> '' OR person.is_active
               OR EXISTS (SELECT FROM people_address WHERE person_id = person.id)
               OR EXISTS (SELECT FROM people_accesstoken WHERE person_id = person.id)
               OR EXISTS (SELECT FROM people_membership WHERE person_id = person.id) AS holds_something
          FROM people_person AS person
         WHERE person.erased_at IS NOT NULL) AS gone
