-- The chain from a position on, with the content its journals have now.
select link.position, link.hash, concat_ws('|', journal.id, journal.kind, journal.ref, journal.shop_id, journal.memo,
       extract(epoch from journal.posted_at), journal.reverses_id,
       (select string_agg(concat_ws(':', position, account_id, amount_minor, currency, order_id), ';' order by position)
        from ledger_posting where journal_id = journal.id)) as content
from ledger_link as link join ledger_journal as journal on journal.id = link.journal_id
where link.position > %(after)s
order by link.position
limit %(batch)s
