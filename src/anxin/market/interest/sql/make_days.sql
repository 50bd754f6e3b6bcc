-- Make the partitions of the days to come.
select interest_make_day(day::date) as made from generate_series(%(first)s::date, %(last)s::date, interval '1 day') as day
