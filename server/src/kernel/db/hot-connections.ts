/** The few connections on which groups of hot commands run, one message each. They log in as hot work needs them. */
import type { Pool, PoolClient } from "pg";
import { type AnswerWait, awaitAnswer } from "./answer-watch.ts";
import { type BatchRow, type Statement, sendBatch } from "./batch.ts";
import { destroy } from "./connection.ts";
import { isSilence, unavailable } from "./errors.ts";
import { databaseBusy } from "./turns.ts";

/**
 * The workspace, and the lock on its powers, shared (see `transaction.ts`). What follows in the message sees what was
 * committed before the lock was taken.
 */
const ENTER = `select set_config('bailiwick.workspace', $1, true), set_config('bailiwick.clock_offset', $2, true),
  pg_advisory_xact_lock_shared(hashtextextended($1, 9))`;

/** The error for a caller whose powers changed or who is paused. The group then runs the ordinary way. */
const REFUSED = "BW001";

export interface HotConnectionOptions {
  pool: Pool;
  clockOffsetMs: () => number;
  answerMs: number;
  onError: (error: unknown) => void;
}

export interface HotConnections {
  run(workspace: string, statements: readonly Statement[]): Promise<BatchRow[][]>;
}

export function createHotConnections({ pool, clockOffsetMs, answerMs, onError }: HotConnectionOptions): HotConnections {
  const waits = new WeakMap<PoolClient, AnswerWait>();
  /** A connection that has not answered since may be as dead as the one that was found dead then. */
  let silentAt = Number.NEGATIVE_INFINITY;
  const answeredAt = new WeakMap<PoolClient, number>();

  async function connect(): Promise<PoolClient> {
    for (;;) {
      const client = await pool.connect().catch((error: unknown) => {
        onError(error);
        throw pool.totalCount >= pool.options.max ? databaseBusy() : unavailable(error);
      });
      if ((answeredAt.get(client) ?? Number.POSITIVE_INFINITY) >= silentAt) return client;
      client.release(true);
    }
  }

  async function send(client: PoolClient, statements: readonly Statement[]): Promise<BatchRow[][]> {
    const wait = waits.get(client) ?? awaitAnswer(() => destroy(client));
    waits.set(client, wait);
    wait.sent(answerMs);
    try {
      const rows = await sendBatch(client, statements);
      answeredAt.set(client, performance.now());
      return rows;
    } catch (error) {
      if (isSilence(error)) silentAt = performance.now();
      throw error;
    } finally {
      wait.answered(answerMs);
    }
  }

  return {
    async run(workspace, statements) {
      const offset = Math.trunc(clockOffsetMs());
      const enter = { name: "hot.enter", text: ENTER, values: [workspace, offset ? `${offset} ms` : ""] };
      const client = await connect();
      let broken: Error | undefined;
      const onBroken = (error: Error) => {
        broken = error;
      };
      client.on("error", onBroken);
      try {
        return (await send(client, [enter, ...statements])).slice(1);
      } finally {
        client.off("error", onBroken);
        client.release(broken);
      }
    },
  };
}

export function isGuardRefusal(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === REFUSED;
}
