-- A repeat gets the first answer byte for byte: `json` keeps the text, while `jsonb` sorts the names.
alter table idempotency_answers alter column answer type json using answer::json;
