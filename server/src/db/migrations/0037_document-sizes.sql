-- Lists show the sizes of documents. Reading a size from the document would read the whole document, so the size is stored.
alter table tasks
  add column input_bytes integer generated always as
    (case when input <> 'null'::jsonb then octet_length(input::text) end) stored,
  add column output_bytes integer generated always as
    (case when output <> 'null'::jsonb then octet_length(output::text) end) stored;
