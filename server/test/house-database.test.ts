/** The house rules of the schema: the wall around a workspace, and the rights of the server's role. */
import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { useApp } from "./harness/harness.ts";
import { takeWrongStatements } from "./harness/wrong-statements.ts";

const app = useApp();

/** Tables that belong to no workspace. Only named functions read and write them; `installation` may be read. */
const WORKSPACELESS = [
  "device_codes",
  "installation",
  "price_lists",
  "request_allowances",
  "request_buckets",
  "schema_migrations",
  "sessions",
  "sign_in_links",
  "users",
  "witnessed_logs",
];
const ROLE = "bailiwick_app";

async function names(sql: string, values: readonly unknown[] = []): Promise<string[]> {
  const { rows } = await app().admin.query<{ name: string }>(sql, [...values]);
  return rows.map(({ name }) => name);
}

const TABLES = `select c.relname as name from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')`;
const INSIDE = `${TABLES} and c.relname <> all($1)`;
/** The first column of an index or a key. */
const FIRST = (keys: string, table: string) =>
  `(select a.attname from pg_attribute a where a.attrelid = ${table} and a.attnum = ${keys}[${keys === "i.indkey" ? 0 : 1}])`;

describe("the reader", () => {
  it("reads the whole schema, so that no check is empty", async () => {
    expect((await names(INSIDE, [WORKSPACELESS])).length).toBeGreaterThan(12);
    expect((await names(`${TABLES} order by 1`)).filter((name) => WORKSPACELESS.includes(name))).toEqual(WORKSPACELESS);
  });
});

describe("a table of a workspace", () => {
  it("begins with workspace_id, not null, in its columns and in its primary key", async () => {
    const column = `and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attnum = 1
      and a.attname = 'workspace_id' and a.attnotnull)`;
    expect(await names(`${INSIDE} ${column}`, [WORKSPACELESS])).toEqual([]);
    const key = `and not exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary
      and ${FIRST("i.indkey", "c.oid")} = 'workspace_id')`;
    expect(await names(`${INSIDE} ${key}`, [WORKSPACELESS])).toEqual([]);
  });

  /**
   * The clock may be set back. Then a check that compares two times fails for older rows unless the statement that
   * writes the later time takes the greater of both. Before you add a check here, note it where that time is written.
   */
  it("compares two of its times only where the clock cannot break it", async () => {
    const checks = `select format('%s: %s', c.relname, pg_get_constraintdef(k.oid)) as name
      from pg_constraint k join pg_class c on c.oid = k.conrelid
      where c.relnamespace = 'public'::regnamespace and k.contype = 'c' and pg_get_constraintdef(k.oid) ~ '_(at|by) [<>]=? \\w+_(at|by)'
      order by 1`;
    expect((await names(checks)).map((name) => name.replace(/[()]/g, ""))).toEqual([
      // One statement or one transaction writes both times.
      "action_bypasses: CHECK ends_at > started_at AND ends_at <= started_at + '08:00:00'::interval",
      "api_keys: CHECK expires_at > created_at",
      "api_keys: CHECK previous_expires_at <= expires_at",
      "demo_runs: CHECK expires_at > started_at",
      "invitations: CHECK expires_at > created_at",
      "members: CHECK ended_at >= joined_at",
      "messages: CHECK overdue_at IS NULL OR reply_by <= overdue_at",
      "messages: CHECK reply_by IS NULL OR reply_by > created_at AND num_nonnullsto_agent_id, to_user_id = 1",
      "sign_in_links: CHECK expires_at > created_at",
    ]);
  });

  it("references only rows of its own workspace", async () => {
    const keys = `select format('%s: %s', c.relname, pg_get_constraintdef(k.oid)) as name
      from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_class f on f.oid = k.confrelid
      where k.contype = 'f' and k.connamespace = 'public'::regnamespace
        and c.relname <> all($1) and f.relname <> all($1)`;
    const inside = `${FIRST("k.conkey", "c.oid")} = 'workspace_id' and ${FIRST("k.confkey", "f.oid")} = 'workspace_id'`;
    expect((await names(keys, [WORKSPACELESS])).length).toBeGreaterThan(20);
    expect(await names(`${keys} and not (${inside})`, [WORKSPACELESS])).toEqual([]);
  });

  it("is closed by row-level security to callers of other workspaces", async () => {
    expect(await names(`${INSIDE} and not c.relrowsecurity`, [WORKSPACELESS])).toEqual([]);
    const policy = `and not exists (select from pg_policy p where p.polrelid = c.oid and p.polcmd = '*' and p.polpermissive
      and p.polroles = '{0}' and pg_get_expr(p.polqual, p.polrelid) ~ '^\\(workspace_id = \\( SELECT bailiwick_workspace')`;
    expect(await names(`${INSIDE} ${policy}`, [WORKSPACELESS])).toEqual([]);
    const more = `select c.relname as name from pg_policy p join pg_class c on c.oid = p.polrelid
      group by c.relname having count(*) > 1`;
    expect(await names(more)).toEqual([]);
  });

  it("shows nothing outside a workspace, and nothing of the others inside one", async () => {
    const client = await app().admin.connect();
    try {
      await client.query(`begin; set local role ${ROLE}`);
      const readable = await names(`${INSIDE} and has_table_privilege($2, c.oid, 'select')`, [WORKSPACELESS, ROLE]);
      expect(readable.length).toBeGreaterThan(10);
      for (const table of readable) {
        const { rows } = await client.query(`select count(*)::int as n from ${table}`);
        expect(rows, table).toEqual([{ n: 0 }]);
      }
    } finally {
      await client.query("rollback");
      client.release();
    }
  });
});

describe(`the role the server works as, ${ROLE}`, () => {
  it("cannot log in, has no members and owns nothing", async () => {
    const { rows } = await app().admin.query(
      "select rolcanlogin, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication from pg_roles where rolname = $1",
      [ROLE],
    );
    expect(Object.values(rows[0] ?? {})).toEqual(Array.from({ length: 6 }, () => false));
    const owned = `select relname as name from pg_class where relowner = $1::regrole
      union all select proname from pg_proc where proowner = $1::regrole
      union all select typname from pg_type where typowner = $1::regrole
      union all select nspname from pg_namespace where nspowner = $1::regrole`;
    expect(await names(owned, [ROLE])).toEqual([]);
    const created =
      "select nspname as name from pg_namespace where nspname !~ '^pg_' and has_schema_privilege($1, oid, 'create')";
    expect(await names(created, [ROLE])).toEqual([]);
  });

  it("inserts facts and never changes, deletes or truncates them", async () => {
    const may = async (table: string, right: string) => {
      const sql = "select has_table_privilege($1, $2, $3) or has_any_column_privilege($1, $2, $4) as may";
      const onColumns = right === "delete" || right === "truncate" ? "references" : right;
      return (await app().admin.query(sql, [ROLE, table, right, onColumns])).rows[0].may;
    };
    for (const table of ["facts", "fact_payloads"]) {
      expect([await may(table, "select"), await may(table, "insert")], table).toEqual([true, true]);
      for (const right of ["update", "delete", "truncate"])
        expect(await may(table, right), `${right} ${table}`).toBe(false);
    }
    const guarded =
      "select tgname as name from pg_trigger where tgrelid = 'facts'::regclass and not tgisinternal and tgenabled = 'O'";
    expect((await names(guarded)).length).toBeGreaterThanOrEqual(2);
  });

  it("has no right on tables outside workspaces, except to read the installation", async () => {
    const rights = ["select", "insert", "update", "delete", "truncate", "references", "trigger"];
    const sql = `select format('%s %s', r, c.relname) as name from pg_class c, unnest($2::text[]) r
      where c.relnamespace = 'public'::regnamespace and c.relname = any($1)
        and (has_table_privilege($3, c.oid, r) or r in ('select', 'insert', 'update', 'references')
          and has_any_column_privilege($3, c.oid, r))`;
    expect(await names(sql, [WORKSPACELESS, rights, ROLE])).toEqual(["select installation"]);
  });

  it("truncates nothing", async () => {
    expect(await names(`${TABLES} and has_table_privilege($1, c.oid, 'truncate')`, [ROLE])).toEqual([]);
  });
});

describe("a function that runs as its owner", () => {
  const DEFINERS =
    "select p.oid::regprocedure::text as name from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prosecdef";

  it("has a fixed search path, and only roles with a grant may call it", async () => {
    expect((await names(DEFINERS)).length).toBeGreaterThan(10);
    expect(
      await names(
        `${DEFINERS} and not exists (select from unnest(p.proconfig) s where s like 'search_path=pg_catalog, public%')`,
      ),
    ).toEqual([]);
    const everybody = "(p.proacl is null or exists (select from aclexplode(p.proacl) a where a.grantee = 0))";
    expect(await names(`${DEFINERS} and ${everybody}`)).toEqual([]);
  });

  it("finds our tables before a caller's temporary tables", async () => {
    const last = "exists (select from unnest(p.proconfig) s where s like '%pg_temp')";
    // These functions name the schema of every table that they use.
    const qualified = "p.prosrc !~ '(from|into|update|join) (?!public\\.)[a-z]'";
    expect(await names(`${DEFINERS} and not (${last} or ${qualified})`)).toEqual([]);
  });
});

it("a statement that the database cannot run is noted, and fails the test file also when its error is only logged", async () => {
  const nonsense = { name: "test.nonsense", text: "select nonsense", values: [] };
  const { db } = app();
  const read = db.read(randomUUID(), (tx) => tx.statement(nonsense.name, nonsense.text, nonsense.values));
  await expect(read).rejects.toThrow("nonsense");
  await expect(db.batch(randomUUID(), [nonsense])).rejects.toThrow("nonsense");
  const noted = '42703 column "nonsense" does not exist';
  expect(takeWrongStatements()).toEqual([noted, noted]);
});
