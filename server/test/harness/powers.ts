/** Tests that must know who comes first: what changes powers, or what needs them. */
import type pg from "pg";
import { expect } from "vitest";
import type { TestApp } from "./harness.ts";

export interface HeldPowers {
  /** Resolves when so many transactions wait for the powers of some workspace of this database. */
  waiting(count: number): Promise<void>;
  release(): Promise<void>;
}

/**
 * Holds the powers of a workspace as a command does that is on its way. A change of powers waits for it, and whatever
 * comes after that change waits in line.
 */
export async function holdPowers(app: TestApp, workspace: string): Promise<HeldPowers> {
  const client: pg.PoolClient = await app.admin.connect();
  await client.query("begin");
  await client.query("select pg_advisory_xact_lock_shared(hashtextextended($1, 9))", [workspace]);
  return {
    async waiting(count) {
      const waiters = async () => {
        const { rows } = await client.query(
          `select count(*)::int as waiters from pg_locks where locktype = 'advisory' and not granted
             and database = (select oid from pg_database where datname = current_database())`,
        );
        return rows[0].waiters as number;
      };
      await expect.poll(waiters, { timeout: 10_000 }).toBeGreaterThanOrEqual(count);
    },
    async release() {
      await client.query("commit");
      client.release();
    },
  };
}
