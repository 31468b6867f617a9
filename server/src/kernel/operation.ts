/** An operation is a value: name, route, permission, shapes and work. Every surface is a function of the list. */
import type { Static, TObject, TSchema } from "typebox";
import type { Actor, Permission } from "./actor.ts";
import type { RequestKind } from "./allowance.ts";
import type { KeptValues } from "./cut-answer.ts";
import type { Statement } from "./db/batch.ts";
import type { PublicTx, ReadTx, Tx } from "./db/tx.ts";
import type { Afterwards } from "./dispatch/afterwards.ts";
import type { PastQuota } from "./dispatch/stored-bytes.ts";
import type { Environment, Mail } from "./environment.ts";
import type { Fact } from "./facts/fact.ts";
import type { InputLimits } from "./input/document.ts";
import type { Problem, ProblemCode } from "./problem.ts";
import type { InputOf } from "./schema.ts";

export type Outcome<O> =
  | { kind: "changed"; output: O; facts: readonly Fact[] }
  | { kind: "unchanged"; output: O }
  | { kind: "refused"; problem: Problem; facts: readonly Fact[] };

/** The outcome of a command, and the work after its commit. That work is not awaited and does not run for a repeat. */
export type CommandOutcome<O> = Outcome<O> & {
  mail?: Mail;
  /** An effect outside the database. A slice that must know about a failure stores the intention before. */
  afterCommit?: () => Promise<void>;
};

/** State and its facts commit together. A change without a fact does not compile. */
export function changed<O>(output: O, fact: Fact, ...more: Fact[]): Outcome<O> {
  return { kind: "changed", output, facts: [fact, ...more] };
}

/** Nothing changed: the call was a repeat, or there was nothing to do. */
export function unchanged<O>(output: O): Outcome<O> {
  return { kind: "unchanged", output };
}

/** Stores the refusal as a fact; the caller gets the problem. To store nothing, throw the problem. */
export function refused(problem: Problem, fact: Fact, ...more: Fact[]): Outcome<never> {
  return { kind: "refused", problem, facts: [fact, ...more] };
}

export type Route = `${"GET" | "POST" | "PUT" | "DELETE"} /${string}`;

interface Counted {
  /** The allowance that a request counts against. By default a query is a read, and a command is a write. */
  requests: RequestKind;
}

/** A spec without the fields that the kind of the operation decides. */
type Spec<T extends Counted> = Omit<T, "kind" | "requests"> & Partial<Counted>;

interface Described<I extends TObject, O extends TSchema> extends Counted {
  /** `tasks.complete`: the area and the verb. */
  name: `${string}.${string}`;
  /** One sentence. It is also the description of the tool, so it must be clear without other context. */
  summary: string;
  /** More than the summary: when to call the operation, and the next step. */
  description?: string;
  /** The path below `/api`. */
  route: Route;
  aliases?: readonly Route[];
  input: I;
  output: O;
  problems: readonly ProblemCode[];
  /** The default is 200. */
  status?: 200 | 201 | 202;
  /** Over HTTP, a caller that does not name JSON in `Accept` gets a text in place of the output. */
  text?: TextForm<Static<O>>;
}

/** An output as a text in a public format. */
export interface TextForm<O> {
  /** The media types that it may have. */
  types: readonly string[];
  of(output: O): {
    type: string;
    body: string;
    /** The fields of the request for the next part. The header `Link` has its address. */
    next?: Readonly<Record<string, string>>;
  };
}

interface Permitted {
  permission: Permission;
  /**
   * The input field that names the workspace. The surfaces fill in the caller's workspace; others are `not_found`.
   */
  workspaceField?: string;
  /** A credential for one lease may call the operation, for its own task: the field `id`. */
  byLease?: true;
  /** Values for fields that an agent leaves out over MCP, where nothing renews a lease while a model works. */
  mcpDefaults?: Readonly<Record<string, unknown>>;
  /** `false` hides the operation from MCP. Otherwise every operation that an agent's key permits is a tool. */
  tool?: false;
  /**
   * The list of no surface has the operation. `true`: only the server itself and its operator dispatch it. `by-surface`:
   * a route with a body of its own dispatches it for a caller.
   */
  internal?: true | "by-surface";
}

/** The waiting callers that may find something new because of a fact. */
export interface Wakes {
  /** The ids of the owners that the fact concerns. */
  owners: readonly string[];
  /** The fact may concern other owners too; `marks` then finds them. */
  others: boolean;
}

/**
 * A long poll. It repeats an attempt that found nothing, outside any transaction, until an attempt finds something or
 * the time is up. A caller waits for events that concern its own id.
 */
export interface Poll<I extends TObject, O extends TSchema> {
  seconds(input: InputOf<I>): number;
  isEmpty(output: Static<O>): boolean;
  /** Without this function, every fact may concern every owner. */
  wakes?(fact: Fact): Wakes;
  /**
   * Returns a mark for each waiting owner of a workspace, with one cheap statement. Owners whose mark changed are
   * woken. Without this function, every look wakes all owners.
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
  /** Writes after the answer was sent, also after a refusal, in a separate transaction. */
  afterwards: Afterwards;
  /** The result of `outside`. */
  found?: unknown;
}

export interface CommandContext {
  tx: Tx;
  actor: Actor;
  request: RequestInfo;
  /** The database's clock at the start of the transaction. */
  now: Date;
  env: Environment;
  /** The result of `outside`. */
  found?: unknown;
}

export interface OutsideContext {
  actor: Actor;
  env: Environment;
  /** Reads in a transaction that ends before the other server is called. */
  read<T>(work: (tx: ReadTx) => Promise<T>): Promise<T>;
}

/** One of the calls that share a transaction. */
export interface HotCall<I> {
  input: I;
  actor: Actor;
  request: RequestInfo;
}

/** The work of a group of calls: statements whose values are all known, and a function that reads their rows. */
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

/** The data of a request besides its input. */
export interface RequestInfo {
  id: string;
  trace_id: string | null;
  /** The span of the caller in this trace. */
  span_id?: string | undefined;
  /** The caller's address, after trusted proxies. */
  ip: string;
  /**
   * The request was sent on the server's machine, directly and under a name of this machine. The sender may be a person
   * or an agent.
   */
  at_this_machine: boolean;
  user_agent: string;
  /** The session token of the cookie. Only sign-out reads it. */
  session: string | null;
}

/** The new value of the session cookie. */
export type SessionEffect = { token: string; expiresAt: Date } | "clear";

/** The outcome of a public command. */
export interface PublicOutcome<O> {
  output: O;
  session?: SessionEffect;
  /** The facts are stored in the same transaction, once a workspace is known. */
  fact?: { actor: Actor; fact: Fact; more?: readonly Fact[] };
  /** People other than the actor of the fact whose session ended. */
  signedOut?: readonly string[];
  /** The mail is sent after the commit. */
  mail?: Mail;
  /** A refusal whose changes (such as a used attempt) are kept. */
  problem?: Problem;
}

export interface Query<I extends TObject = TObject, O extends TSchema = TSchema>
  extends Described<I, O>,
    Permitted,
    Polled<I, O> {
  kind: "query";
  /** Runs first, outside any transaction, and may call another server. Its result is `found` in the context of `run`. */
  outside?(context: OutsideContext, input: InputOf<I>): Promise<unknown>;
  run(context: QueryContext, input: InputOf<I>): Promise<Static<O>>;
}

export interface Command<I extends TObject = TObject, O extends TSchema = TSchema> extends Described<I, O>, Permitted {
  kind: "command";
  /** The stored answer for an idempotency key is encrypted. */
  answersSecret?: true;
  /**
   * The command may reduce the powers of a credential. It runs alone in its workspace. After the commit, all processes
   * drop their cached credentials of the workspace.
   */
  changesCredentials?: true;
  /**
   * Runs before a command that runs alone, in a transaction that others share, and may return an outcome that changes no powers.
   * Then the command does not stop its workspace. `run` decides again.
   */
  beforeAlone?(context: CommandContext, input: InputOf<I>): Promise<Outcome<Static<O>> | undefined>;
  /**
   * Runs first, outside any transaction, and may call another server. Its result is `found` in the context of `run`, which
   * reads again what must still be true. A workspace has few such calls at once.
   */
  outside?(context: OutsideContext, input: InputOf<I>): Promise<unknown>;
  /** The values of the output that rows keep: the stored answer for an idempotency key names those rows instead. */
  keeps?: KeptValues;
  /** The output shows everything that the command stores, which may be much more than its input, such as a copy. */
  storesOutput?: true;
  /** Other limits for an input of many documents. */
  inputLimits?: InputLimits;
  /** The rule once the workspace has used its daily storage. Without a rule, the command is refused. */
  pastQuota?: PastQuota;
  /** A paused agent may run this command. Any other command is refused with `agent_paused`. */
  whilePaused?: true;
  run(context: CommandContext, input: InputOf<I>): Promise<CommandOutcome<Static<O>>>;
}

/** A command that many callers send at once. `run` handles every case; `plan` is the fast way for simple cases. */
export interface HotCommand<I extends TObject = TObject, O extends TSchema = TSchema>
  extends Omit<Command<I, O>, "kind">,
    Polled<I, O> {
  kind: "hot";
  /** Set-based statements for many callers. Without statements, every call goes through `run`, alone. */
  plan(calls: readonly HotCall<InputOf<I>>[], env: Environment): HotPlan<Static<O>>;
}

/** Sign-in and sign-out: no actor and no workspace yet. */
export interface PublicCommand<I extends TObject = TObject, O extends TSchema = TSchema> extends Described<I, O> {
  kind: "public";
  changesCredentials?: true;
  http?: { session: "set" | "clear" };
  run(context: PublicContext, input: InputOf<I>): Promise<PublicOutcome<Static<O>>>;
}

export type Operation = Query | Command | HotCommand | PublicCommand;

export function query<I extends TObject, O extends TSchema>(spec: Spec<Query<I, O>>): Query<I, O> {
  return { kind: "query", requests: "read", ...spec };
}

export function command<I extends TObject, O extends TSchema>(spec: Spec<Command<I, O>>): Command<I, O> {
  return { kind: "command", requests: "write", ...spec };
}

export function hotCommand<I extends TObject, O extends TSchema>(spec: Spec<HotCommand<I, O>>): HotCommand<I, O> {
  return { kind: "hot", requests: "write", ...spec };
}

export function publicCommand<I extends TObject, O extends TSchema>(
  spec: Spec<PublicCommand<I, O>>,
): PublicCommand<I, O> {
  return { kind: "public", requests: "write", ...spec };
}
