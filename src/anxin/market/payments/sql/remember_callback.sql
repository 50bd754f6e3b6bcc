-- Put a message of the provider into the inbox, unless it lies there already.
insert into payments_callback (id, gateway, event_id, kind, subject, verdict, body, received_at)
values (%(id)s, %(gateway)s, %(event_id)s, %(kind)s, %(subject)s, 'applied', %(body)s, %(now)s)
on conflict (gateway, event_id) do nothing
