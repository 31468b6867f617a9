/** Transactions bound to one workspace. No statement of a slice runs outside one. */
import { setTimeout as pause } from "node:timers/promises";
import type { Pool } from "pg";
import { createUnderway, type Underway } from "../dispatch/underway.ts";
import type { BatchRow, Statement } from "./batch.ts";
import type { Connection } from "./connection.ts";
import { createConnector, type Silence } from "./connector.ts";
import { databaseProblem, isRepeatable, StaleRead, unavailable } from "./errors.ts";
import { createLockQueues, LockTaken } from "./lock-queues.ts";
import { createReadPace } from "./read-pace.ts";
import { beginText, enterStatement, type Mode, Transaction } from "./transaction.ts";
import { createTurns, databaseBusy, WAITING_MAX } from "./turns.ts";
import type { PublicTx, ReadTx, Tx } from "./tx.ts";

/** Times a transaction is run again after a deadlock or a serialization failure. */
const REPEATS_MAX = 3;
/** Times it is run again because what it read had changed when it was locked. That costs nobody a wait. */
const STALE_READS_MAX = 10;
/** Times a transaction is run again for a lock that another process holds, and the time in between in milliseconds. */
const LOCK_TRIES_MAX = 40;
const LOCK_PAUSE_MS = 50;

export interface Db {
  transaction<T>(workspace: string, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** For commands that change what credentials may do: nothing else is written in the workspace meanwhile. */
  alone<T>(workspace: string, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** For groups of hot commands: statements whose values are all known, as one message and one transaction. */
  batch(workspace: string, statements: readonly Statement[]): Promise<BatchRow[][]>;
  /** For groups that need more than one message. */
  hot<T>(workspace: string, work: (tx: Tx) => Promise<T>): Promise<T>;
  read<T>(workspace: string, work: (tx: ReadTx) => Promise<T>): Promise<T>;
  /** A look-up goes on while nothing may be changed: it does no more than note when a credential was used. */
  outside<T>(work: (tx: PublicTx) => Promise<T>, kind?: "look-up" | "command"): Promise<T>;
  /** For the readiness check. */
  readonly vitals: Vitals;
}

export interface Vitals {
  /** Transactions that wait for the database's first answer, which no lock can delay. */
  readonly unanswered: Underway;
  /** Groups of hot commands. */
  readonly groups: Underway;
}

export interface DbLimits {
  /** The longest run of a statement of a read. The database ends the statement. */
  readMs: number;
  /** The longest wait for the answer to the start and the end of a transaction. Then the connection is lost. */
  silenceMs: number;
  /** The same for its statements. Above the database's own limits, which come first when it lives. */
  readAnswerMs: number;
  writeAnswerMs: number;
  /** The longest wait of a transaction for a connection. */
  waitMs: number;
  /** The most transactions of one workspace that may wait. */
  waitingMax: number;
}

const LIMITS: DbLimits = {
  readMs: 5_000,
  silenceMs: 5_000,
  readAnswerMs: 8_000,
  writeAnswerMs: 35_000,
  waitMs: 5_000,
  waitingMax: WAITING_MAX,
};

/** The connections of a process. */
export interface Pools extends Pool {
  /** Those that log in as hot work needs them. */
  readonly hot: Pool;
}

export interface DbOptions {
  pool: Pools;
  /** Moves the clock of every transaction, for tests. */
  clockOffsetMs?: () => number;
  /** Others than the usual ones, for tests. */
  limits?: Partial<DbLimits>;
  /** Throws while nothing may be changed. */
  requireWritable?: () => void;
  /** Called with every error of the database that became a problem. */
  onError?: (error: unknown) => void;
}

/** Wraps a pool whose clients pipeline, so that a transaction's first and last round trips carry work. */
export function createDb(options: DbOptions): Db {
  const { pool, clockOffsetMs = () => 0, onError = () => undefined, requireWritable = () => undefined } = options;
  const limits = { ...LIMITS, ...options.limits };
  const vitals: Vitals = { unanswered: createUnderway(), groups: createUnderway() };
  let answeredAt = 0;
  const turns = createTurns({
    size: pool.options.max,
    waitingMax: limits.waitingMax,
    waitMs: limits.waitMs,
    refusal: (since) => (answeredAt >= since ? databaseBusy() : unavailable(undefined)),
  });

  const { waitingMax, waitMs } = limits;
  const readPace = createReadPace({ size: pool.options.max, waitingMax, waitMs, refusal: databaseBusy });
  const lockQueues = createLockQueues(limits);
  // Every failure to connect counts as an outage, also a refused password.
  const silence: Silence = { at: Number.NEGATIVE_INFINITY };
  const connector = createConnector(pool, silence, (error) => {
    onError(error);
    return unavailable(error);
  });
  const hotConnector = createConnector(pool.hot, silence, (error) => {
    onError(error);
    return pool.hot.totalCount >= pool.hot.options.max ? databaseBusy() : unavailable(error);
  });

  async function attempt<T>(workspace: string | null, mode: Mode, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const opening = beginText(workspace, mode, { offsetMs: clockOffsetMs(), readMs: limits.readMs });
    return connector.use(
      async (connection) => {
        connection.answerMs = mode === "read" ? limits.readAnswerMs : limits.writeAnswerMs;
        const answered = vitals.unanswered.begin();
        const tx = new Transaction(workspace, connection, { mode, opening, silenceMs: limits.silenceMs });
        tx.begun().then(() => {
          answeredAt = performance.now();
          answered();
        }, answered);
        const result = await work(tx);
        await tx.commit();
        return result;
      },
      (connection) => rollback(connection, limits.silenceMs),
    );
  }

  async function inTurn<T>(workspace: string | null, mode: Mode, work: (tx: Transaction) => Promise<T>): Promise<T> {
    if (workspace !== null) readPace.noteUse(workspace);
    const endRead = workspace !== null && mode === "read" ? await readPace.start(workspace) : undefined;
    let heldSince: number | undefined;
    try {
      const giveBack = await turns.take(workspace);
      heldSince = performance.now();
      try {
        return await attempt(workspace, mode, work);
      } finally {
        giveBack();
      }
    } finally {
      endRead?.(heldSince === undefined ? 0 : performance.now() - heldSince);
    }
  }

  function problemOf(error: unknown, mode: Mode): unknown {
    const problem = databaseProblem(error, mode === "read" ? limits.readMs : undefined);
    if (problem !== error) onError(error);
    return problem;
  }

  async function repeated<T>(mode: Mode, attempt: () => Promise<T>): Promise<T> {
    for (let repeats = 0; ; repeats++) {
      try {
        return await attempt();
      } catch (error) {
        if (!mayRepeat(error, repeats)) throw problemOf(error, mode);
      }
    }
  }

  /** A transaction that misses a lock waits for it in this process. The later tries are for locks of other processes. */
  async function run<T>(workspace: string | null, mode: Mode, work: (tx: Transaction) => Promise<T>): Promise<T> {
    let leave: (() => void) | undefined;
    try {
      for (let tries = 0; ; tries++) {
        try {
          return await repeated(mode, () => inTurn(workspace, mode, work));
        } catch (error) {
          if (!(error instanceof LockTaken) || tries >= LOCK_TRIES_MAX) throw error;
          if (leave) await pause(LOCK_PAUSE_MS);
          leave ??= await lockQueues.enter(`${workspace} ${error.lock}`);
          if (!leave) throw error;
        }
      }
    } finally {
      leave?.();
    }
  }

  async function change<T>(...call: Parameters<typeof run<T>>): Promise<T> {
    requireWritable();
    return run(...call);
  }

  return {
    transaction: (workspace, work) => change(workspace, "write", work),
    alone: (workspace, work) => change(workspace, "alone", work),
    async batch(workspace, statements) {
      requireWritable();
      readPace.noteUse(workspace);
      const enter = enterStatement(workspace, clockOffsetMs());
      return repeated("hot", async () => {
        const rows = await hotConnector.use((connection) =>
          connection.batch([enter, ...statements], limits.writeAnswerMs),
        );
        return rows.slice(1);
      });
    },
    hot: (workspace, work) => change(workspace, "hot", work),
    read: (workspace, work) => run(workspace, "read", work),
    outside: (work, kind = "look-up") => (kind === "command" ? change : run)(null, "write", work),
    vitals,
  };
}

function mayRepeat(error: unknown, repeats: number): boolean {
  return isRepeatable(error) && repeats < (error instanceof StaleRead ? STALE_READS_MAX : REPEATS_MAX);
}

/** Returns the error that makes the connection unusable, if it is. */
async function rollback(connection: Connection, silenceMs: number): Promise<Error | undefined> {
  try {
    await connection.query({ text: "rollback" }, silenceMs);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Waits for the transaction's clock. */
export async function clockOf(tx: ReadTx | PublicTx): Promise<Date> {
  if (tx instanceof Transaction) await tx.begun();
  return tx.now;
}

/** Continues in another workspace, for the facts of a person who makes or enters one. */
export async function enterWorkspace(tx: Tx, workspace: string): Promise<Tx> {
  if (!(tx instanceof Transaction)) throw new Error("Only a transaction of the database can enter a workspace.");
  return tx.enter(workspace);
}
