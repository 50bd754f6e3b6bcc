-- Accounts whose cached balance differs from the sum of their postings.
select account.id, account.owner_kind, account.owner_id, account.purpose, account.balance_minor,
       coalesce(sum(posting.amount_minor), 0)::bigint as derived_minor
from ledger_account as account left join ledger_posting as posting on posting.account_id = account.id
where account.balance_minor is not null
group by account.id
having account.balance_minor <> coalesce(sum(posting.amount_minor), 0)
limit 20
