/** An operation is a value: name, route, permission, shapes and what it does. Every surface is a function of the list. */
import type { Static, TObject, TSchema } from "typebox";
import type { Actor, Permission } from "./actor.ts";
import type { KeptValues } from "./cut-answer.ts";
import type { Statement } from "./db/batch.ts";
import type { PublicTx, ReadTx, Tx } from "./db/db.ts";
import type { Afterwards } from "./dispatch/afterwards.ts";
import type { PastQuota } from "./dispatch/stored-bytes.ts";
import type { Environment, Mail } from "./environment.ts";
import type { Problem, ProblemCode } from "./problem.ts";

/** Something that happened, as the audit log keeps it. Past tense: `task.completed`. */
export interface Fact {
  /** Given when the answer names it; otherwise it gets one as it is stored. */
  id?: string;
  type: string;
  subject: { kind: string; id: string };
  data?: Record<string, unknown>;
  /** The agent it concerns, when that is not plain from actor and subject. */
  agent_id?: string | null;
  /** The caller chose the type: the database lets only those pass that callers may choose. */
  is_reported?: true;
  /** The log it goes into, when that is not the actor's: a person makes or enters another workspace. */
  workspace?: string;
}

export type Outcome<O> =
  | { kind: "changed"; output: O; facts: readonly Fact[] }
  | { kind: "unchanged"; output: O }
  | { kind: "refused"; problem: Problem; facts: readonly Fact[] };

/** What a command answers, and what follows its commit: once, not for a repeat, and nobody waits for it. */
export type CommandOutcome<O> = Outcome<O> & {
  mail?: Mail;
  /** What is outside. Whoever must learn that it failed stores that it was to happen. */
  afterCommit?: () => Promise<void>;
};

/** State and its facts commit together. A change without a fact does not compile. */
export function changed<O>(output: O, fact: Fact, ...more: Fact[]): Outcome<O> {
  return { kind: "changed", output, facts: [fact, ...more] };
}

/** Nothing happened: a repeat, or nothing to do. */
export function unchanged<O>(output: O): Outcome<O> {
  return { kind: "unchanged", output };
}

/** The refusal itself is stored and the caller gets the problem. To leave no trace, throw the problem. */
export function refused(problem: Problem, fact: Fact, ...more: Fact[]): Outcome<never> {
  return { kind: "refused", problem, facts: [fact, ...more] };
}

export type Route = `${"GET" | "POST" | "PUT" | "DELETE"} /${string}`;

interface Described<I extends TObject, O extends TSchema> {
  /** `tasks.complete`: the area and the verb. */
  name: `${string}.${string}`;
  /** One sentence. It is the tool description too, so it speaks to a reader who knows nothing else. */
  summary: string;
  /** What the summary leaves out: when to call it, what comes next. */
  description?: string;
  /** Below `/api`. */
  route: Route;
  aliases?: readonly Route[];
  input: I;
  output: O;
  problems: readonly ProblemCode[];
  /** 200 unless told. */
  status?: 200 | 201 | 202;
}

interface Permitted {
  permission: Permission;
  /** The input field that names the workspace it works in. Surfaces choose that one; another is unknown to the caller. */
  workspaceField?: string;
  /** `false` keeps it off MCP; otherwise every operation that an agent's key permits is a tool. */
  tool?: false;
  /** Offered by no surface: only the server itself and its operator dispatch it. */
  internal?: true;
}

/** Whom a fact may give something to find. */
export interface Wakes {
  /** The ids of those whom it surely concerns. */
  owners: readonly string[];
  /** Whether it may concern somebody else as well: then `marks` tells who. */
  others: boolean;
}

/**
 * Repeats an attempt that found nothing, outside any transaction, until it finds something or the time is up. A caller
 * waits for what comes to its own id.
 */
export interface Poll<I extends TObject, O extends TSchema> {
  seconds(input: Static<I>): number;
  isEmpty(output: Static<O>): boolean;
  /** Without it, every fact may concern everybody. */
  wakes?(fact: Fact): Wakes;
  /**
   * For all owners of a workspace who wait, in one cheap statement: those with another mark than before are woken.
   * Without it, every look wakes everybody.
   */
  marks?(tx: ReadTx, owners: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

interface Polled<I extends TObject, O extends TSchema> {
  poll?: Poll<I, O>;
}

export interface QueryContext {
  tx: ReadTx;
  actor: Actor;
  env: Environment;
  /** Leaves a note to be written once the answer is on its way, in a transaction of its own. */
  afterwards: Afterwards;
}

export interface CommandContext {
  tx: Tx;
  actor: Actor;
  request: RequestInfo;
  /** The database's clock at the start of the transaction. */
  now: Date;
  env: Environment;
}

/** One of the calls that share a transaction. */
export interface HotCall<I> {
  input: I;
  actor: Actor;
  request: RequestInfo;
}

/** What a group of calls does: statements whose values are all known, and how to read their rows. */
export interface HotPlan<O> {
  /** They run in order in one transaction and store the facts too (`insertFactsOf`). `$1` is the workspace, before the values. */
  statements: readonly Statement[];
  /**
   * Returns the outcome of each call, in order, from the rows of each statement. `undefined` sends a call through `run`.
   * The transaction may have ended: it must not throw.
   */
  read(rows: readonly (readonly unknown[])[]): readonly (Outcome<O> | undefined)[];
}

export interface PublicContext {
  tx: PublicTx;
  env: Environment;
  request: RequestInfo;
  now: Date;
}

/** What a surface knows of a request besides its input. */
export interface RequestInfo {
  id: string;
  trace_id: string | null;
  /** The caller's address, after trusted proxies. */
  ip: string;
  /** It was sent on the server's machine, directly and under a name of this machine: by a person there, or by an agent. */
  at_this_machine: boolean;
  user_agent: string;
  /** The session token of the cookie, for sign-out alone. */
  session: string | null;
}

/** What the session cookie becomes. */
export type SessionEffect = { token: string; expiresAt: Date } | "clear";

/** What a public command answers, and what follows from it. */
export interface PublicOutcome<O> {
  output: O;
  session?: SessionEffect;
  /** Stored in the same transaction, once a workspace is known. */
  fact?: { actor: Actor; fact: Fact };
  /** Others than the actor of the fact whose session ended. */
  signedOut?: readonly string[];
  /** Sent after commit. */
  mail?: Mail;
  /** A refusal whose changes (a spent attempt, say) are kept. */
  problem?: Problem;
}

export interface Query<I extends TObject = TObject, O extends TSchema = TSchema>
  extends Described<I, O>,
    Permitted,
    Polled<I, O> {
  kind: "query";
  run(context: QueryContext, input: Static<I>): Promise<Static<O>>;
}

export interface Command<I extends TObject = TObject, O extends TSchema = TSchema> extends Described<I, O>, Permitted {
  kind: "command";
  /** The stored answer for an idempotency key is encrypted. */
  answersSecret?: true;
  /**
   * It takes something away from a credential, or may. It runs alone in its workspace, and what processes remember of
   * credentials there is dropped after the commit.
   */
  changesCredentials?: true;
  /** What its output repeats of stored rows: a stored answer for an idempotency key names those rows instead. */
  keeps?: KeptValues;
  /** Its output shows what it stores, which may be far more than its input: a copy of something large. */
  storesOutput?: true;
  /** What it does when the workspace has stored all that a day allows. Without it, it is refused. */
  pastQuota?: PastQuota;
  /** An agent may do it while it is paused; everything else it is refused then (`agent_paused`). */
  whilePaused?: true;
  run(context: CommandContext, input: Static<I>): Promise<CommandOutcome<Static<O>>>;
}

/** A command that many callers send at once. `run` is the whole of it; `plan` is the fast way for the plain cases. */
export interface HotCommand<I extends TObject = TObject, O extends TSchema = TSchema>
  extends Omit<Command<I, O>, "kind">,
    Polled<I, O> {
  kind: "hot";
  /** Set-based statements for many callers. Without statements, every call goes through `run`, alone. */
  plan(calls: readonly HotCall<Static<I>>[], env: Environment): HotPlan<Static<O>>;
}

/** Sign-in and sign-out: no actor and no workspace yet. */
export interface PublicCommand<I extends TObject = TObject, O extends TSchema = TSchema> extends Described<I, O> {
  kind: "public";
  changesCredentials?: true;
  http?: { session: "set" | "clear" };
  run(context: PublicContext, input: Static<I>): Promise<PublicOutcome<Static<O>>>;
}

export type Operation = Query | Command | HotCommand | PublicCommand;

export function query<I extends TObject, O extends TSchema>(spec: Omit<Query<I, O>, "kind">): Query<I, O> {
  return { kind: "query", ...spec };
}

export function command<I extends TObject, O extends TSchema>(spec: Omit<Command<I, O>, "kind">): Command<I, O> {
  return { kind: "command", ...spec };
}

export function hotCommand<I extends TObject, O extends TSchema>(
  spec: Omit<HotCommand<I, O>, "kind">,
): HotCommand<I, O> {
  return { kind: "hot", ...spec };
}

export function publicCommand<I extends TObject, O extends TSchema>(
  spec: Omit<PublicCommand<I, O>, "kind">,
): PublicCommand<I, O> {
  return { kind: "public", ...spec };
}
