/** A call on its way through the dispatcher, and what the dispatcher works with. */
import type { Actor } from "../actor.ts";
import type { Db } from "../db/db.ts";
import type { Environment } from "../environment.ts";
import type { Operation, RequestInfo, SessionEffect } from "../operation.ts";
import type { Problem } from "../problem.ts";
import type { Signals } from "../signals.ts";
import type { KeyedCall } from "./idempotency.ts";
import type { HotGuards, Recognise } from "./powers.ts";
import type { StorageMeter } from "./stored-bytes.ts";
import type { RequireActing } from "./while-paused.ts";

export interface Call {
  input: unknown;
  request: RequestInfo;
  idempotencyKey?: string | undefined;
  /** Ends a long poll: the caller is gone. */
  abort?: AbortSignal | undefined;
  /** Who calls, asked anew: a long poll outlives what was known when it began. */
  identify?: (() => Promise<Actor>) | undefined;
}

/** A call that passed permission and input. */
export interface ReadyCall {
  actor: Actor;
  input: Record<string, unknown>;
  /** Bytes of the input as PostgreSQL prints it. */
  bytes: number;
  request: RequestInfo;
  keyed: KeyedCall | undefined;
  /** False for an attempt of a long poll: finding nothing is not an answer yet. */
  final: boolean;
  /** Throws when the caller may no longer do what they wait for. */
  requireStill?: () => Promise<void>;
  /** Thrown unless the call repeats one that was answered. */
  unlessRepeated?: Problem;
}

export interface Answer {
  status: number;
  output: unknown;
  session?: SessionEffect | undefined;
}

export interface Kernel {
  db: Db;
  env: Environment;
  signals: Signals;
  recognise: Recognise;
  /** Counts what commands store; nothing is counted without it. */
  storage?: StorageMeter;
  requireActing: RequireActing;
  /** For groups in one message. Without them, groups look at their callers in an ordinary transaction. */
  guards?: HotGuards;
  /** Called with every output; tests check it against the operation's shape. */
  checkOutput?: (operation: Operation, output: unknown) => void;
  /** Told of outside effects that failed after their commit. */
  onLateFailure: (error: unknown, requestId?: string) => void;
}
