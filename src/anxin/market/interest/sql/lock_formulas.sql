-- One operator at a time changes which formula is in force.
select pg_advisory_xact_lock(hashtext('interest_valueformula')) is null as held
