/** For tests that control the order of a change of powers and of calls that need powers. */
import type pg from "pg";
import { expect } from "vitest";
import type { TestApp } from "./harness.ts";

export interface HeldPowers {
  /** Resolves when this number of transactions wait for the powers of any workspace of the database. */
  waiting(count: number): Promise<void>;
  release(): Promise<void>;
}

/**
 * Locks the powers of a workspace as a running command does. A change of powers waits for the lock, and later calls
 * wait behind the change.
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
