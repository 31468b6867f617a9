/** A call in the dispatcher, and the parts that the dispatcher works with. */
import type { Actor } from "../actor.ts";
import type { Db } from "../db/db.ts";
import type { Environment } from "../environment.ts";
import type { Fact } from "../facts/fact.ts";
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
  /** Returns what ends a long poll when the caller disconnects. Only a call that waits reads it. */
  abort?: (() => AbortSignal) | undefined;
  /** Authenticates the caller again: credentials may change during a long poll. */
  identify?: (() => Promise<Actor>) | undefined;
}

/** A call that passed permission and input. */
export interface ReadyCall {
  actor: Actor;
  input: Record<string, unknown>;
  /** The size of the input as PostgreSQL prints it. */
  bytes: number;
  request: RequestInfo;
  keyed: KeyedCall | undefined;
  /** False for an attempt of a long poll that is followed by another one when it finds nothing. */
  final: boolean;
  /** Throws when the caller has lost the permission for the operation. */
  requireStill?: () => Promise<void>;
  /** The problem to throw unless the call repeats an answered call. */
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
  /** Counts the bytes that commands store. Without a meter, nothing is counted. */
  storage?: StorageMeter;
  requireActing: RequireActing;
  /** For groups in one message. Without guards, groups check their callers in an ordinary transaction. */
  guards?: HotGuards;
  /** Called with every output. Tests check the output against the operation's shape. */
  checkOutput?: (operation: Operation, output: unknown) => void;
  /** Called with every fact before it is stored. Tests check its data against the shape of its type. */
  checkFact?: (fact: Fact) => void;
  /** Called when work after the commit failed. */
  onLateFailure: (error: unknown, requestId?: string) => void;
}
