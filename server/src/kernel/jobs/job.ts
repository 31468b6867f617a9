/** Background work as data. Each slice lists its jobs in `jobs.ts`; `start/jobs.ts` runs them. */
import type { Actor } from "../actor.ts";
import type { Db } from "../db/db.ts";
import type { Environment } from "../environment.ts";
import type { Operation, PublicCommand } from "../operation.ts";
import { takeTurns } from "./workspace-turns.ts";

export interface Job {
  name: string;
  /** The time between the end of one round and the start of the next. */
  everyMs: number;
  run(context: JobContext): Promise<void>;
  /** Runs once when the server stops, after the last requests, for at most some seconds. */
  atEnd?(context: JobContext): Promise<void>;
}

export interface JobContext {
  db: Pick<Db, "outside">;
  env: Environment;
  /** Runs an operation in one workspace with the server itself as the actor. */
  dispatch(operation: Exclude<Operation, PublicCommand>, workspace: string, input?: unknown): Promise<unknown>;
  /** Runs an operation for an agent that the server serves without a call of the agent. */
  dispatchFor(operation: Exclude<Operation, PublicCommand>, agent: Actor, input: unknown): Promise<unknown>;
  /** Called when one piece of work fails again and again. It is tried again after growing waits. */
  onStuck(id: string, error: unknown): void;
  /** Aborted when the server stops; the round should end soon. */
  stop: AbortSignal;
}

const SWEEP_EVERY_MS = 1_000;
const FORGET_EVERY_MS = 3_600_000;
/** The number of rows that one statement handles. */
const BATCH = 5_000;

export interface Sweep {
  name: string;
  /** The function of the database that returns the workspaces with work that is due. */
  due: string;
  /** Does a bounded part of the work of one workspace. Returns true when more work is due at once. */
  turn(context: JobContext, workspace: string): Promise<boolean>;
}

/** Gives the workspaces with due work turns until none has more. */
export function sweepJob({ name, due, turn }: Sweep): Job {
  return {
    name,
    everyMs: SWEEP_EVERY_MS,
    async run(context) {
      while (!context.stop.aborted) {
        const hasMore = await sweepRound(context, { name, due, turn });
        if (!hasMore) return;
      }
    },
  };
}

/** Gives one turn to each workspace with due work. Returns true when another round should follow at once. */
export async function sweepRound(context: JobContext, { name, due, turn }: Sweep): Promise<boolean> {
  const rows = await context.db.outside((tx) =>
    tx.statement<{ workspace: string }>(`jobs.${name}`, `select ${due}() as workspace`, []),
  );
  const workspaces = rows.map(({ workspace }) => workspace);
  const { hasMore, failures } = await takeTurns(workspaces, (workspace) => turn(context, workspace));
  if (failures.length > 0) throw failures[0];
  return hasMore;
}

/** Deletes old rows. Each function of the database deletes up to a number of rows and returns how many. */
export function forgetJob(name: string, functions: readonly string[], batch = BATCH): Job {
  return batchJob({ name, everyMs: FORGET_EVERY_MS, functions, batch });
}

interface Batches extends Omit<Job, "run"> {
  functions: readonly string[];
  batch?: number;
}

/** Calls functions of the database that each handle up to a number of rows and return how many, until none is left. */
export function batchJob({ name, everyMs, functions, batch = BATCH }: Batches): Job {
  return {
    name,
    everyMs,
    async run({ db, stop }) {
      for (const one of functions) {
        let handled = batch;
        while (handled === batch && !stop.aborted) {
          const text = `select ${one}($1) as handled`;
          const [row] = await db.outside((tx) => tx.statement<{ handled: number }>(`${name}.${one}`, text, [batch]));
          handled = row?.handled ?? 0;
        }
      }
    },
  };
}
