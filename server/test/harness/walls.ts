/** Removes one of the two walls around a workspace, so that a test shows the effect of the other one alone. */
import type pg from "pg";
import type { TestApp } from "./harness.ts";

const PREDICATE = /(?:\b\w+\.|"\w+"\.)?(?:"workspace_id"|\bworkspace_id) = \$(\d+)(?:::uuid)?/g;

export interface Unpredicated {
  /** Removes the predicate from all statements of a connection. Call it for every connection of the pool. */
  onConnect(client: pg.PoolClient): void;
  /** The statements that ran without their predicate. */
  ran: Set<string>;
}

/** Without the predicate, statements find the rows of every workspace, unless row-level security prevents it. */
export function unpredicated(): Unpredicated {
  const ran = new Set<string>();
  function without(text: string): string {
    // The parameter stays in the text, because the caller sends a value for it.
    const rewritten = text.replaceAll(PREDICATE, "($$$1::uuid is not null)");
    if (rewritten !== text) ran.add(rewritten);
    return rewritten;
  }
  return {
    ran,
    onConnect(client) {
      const query = client.query.bind(client) as (...args: unknown[]) => unknown;
      const rewriting = (statement: string | pg.QueryConfig, ...rest: unknown[]) =>
        typeof statement === "string"
          ? query(without(statement), ...rest)
          : query({ ...statement, text: without(statement.text) }, ...rest);
      // pg declares nine overloads of `query`; this function implements all of them.
      client.query = rewriting as typeof client.query;
    },
  };
}

export async function withoutPolicies({ admin }: TestApp): Promise<void> {
  const { rows } = await admin.query<{ name: string }>(
    "select oid::regclass::text as name from pg_class where relnamespace = 'public'::regnamespace and relrowsecurity",
  );
  if (rows.length < 12) throw new Error("There are fewer tables with row-level security than there must be.");
  for (const { name } of rows) await admin.query(`alter table ${name} disable row level security`);
}
