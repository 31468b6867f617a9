/** A transaction bound to one workspace: its first round trip carries the role, the workspace and the first statement. */
import type { QueryExecutorProvider } from "kysely";
import type { QueryResult } from "pg";
import { Problem } from "../problem.ts";
import type { Statement } from "./batch.ts";
import type { Bound, Connection } from "./connection.ts";
import type { PublicTx, Tx } from "./tx.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** `alone` is for what changes powers: nothing else is written in the workspace meanwhile. */
export type Mode = "write" | "alone" | "read" | "hot";

/**
 * The plan of a prepared statement is kept, and may have been made when its tables were empty. A hot statement reaches
 * every row by an index at any size of the tables, so its plan must be the one that stays right when they have grown.
 */
const BY_INDEX = ["enable_seqscan", "enable_hashjoin", "enable_mergejoin"]
  .map((setting) => `, set_config('${setting}', 'off', true)`)
  .join("");

/** Every connection knows its role (`db/connect.ts`). Without the setting the transaction fails. */
const AS_ROLE = "set_config('role', current_setting('bailiwick.role'), true)";

export function beginText(
  workspace: string | null,
  mode: Mode,
  { offsetMs, readMs }: { offsetMs: number; readMs: number },
) {
  if (workspace !== null && !UUID.test(workspace)) throw new Problem("not_found", "No such workspace.");
  const offset = offsetMs ? `, set_config('bailiwick.clock_offset', '${Math.trunc(offsetMs)} ms', true)` : "";
  const ofMode = {
    hot: BY_INDEX,
    read: `, set_config('statement_timeout', '${readMs}', true)`,
    write: "",
    // The database refuses a change of powers without it (`bailiwick_require_alone`).
    alone: ", set_config('bailiwick.powers', 'alone', true)",
  }[mode];
  const settings = `${AS_ROLE}, set_config('bailiwick.workspace', '${workspace ?? ""}', true)${offset}${ofMode}`;
  return `begin${mode === "read" ? " read only" : ""}; ` + `select ${settings}; select bailiwick_now() as now`;
}

/**
 * The first statement of a batch: the role, the workspace, and the lock on its powers, shared. The statements after it see what was
 * committed before the lock was taken.
 */
const ENTER = `select ${AS_ROLE}, set_config('bailiwick.workspace', $1, true),
  set_config('bailiwick.clock_offset', $2, true), pg_advisory_xact_lock_shared(hashtextextended($1, 9))`;

export function enterStatement(workspace: string, offsetMs: number): Statement {
  const offset = Math.trunc(offsetMs);
  return { name: "hot.enter", text: ENTER, values: [workspace, offset ? `${offset} ms` : ""] };
}

/**
 * The lock on the powers of a workspace: who may do what in it. A writing transaction takes it before any other lock and
 * keeps it to the end: shared, so that the powers it read stay true; alone, to change them.
 */
function powersLock(workspace: string, mode: Mode): { name: string; text: string; values: unknown[] } {
  const [name, lock] =
    mode === "alone" ? ["powers.alone", "pg_advisory_xact_lock"] : ["powers.share", "pg_advisory_xact_lock_shared"];
  return { name, text: `select ${lock}(hashtextextended($1, 9))`, values: [workspace] };
}

export class Transaction implements Tx, PublicTx {
  workspace: string;
  readonly selectFrom: Bound["selectFrom"];
  readonly insertInto: Bound["insertInto"];
  readonly updateTable: Bound["updateTable"];
  readonly deleteFrom: Bound["deleteFrom"];
  readonly with: Bound["with"];
  readonly #connection: Connection;
  readonly #begun: Promise<void>;
  /** Not with the begin, which nothing may delay. */
  readonly #locked: Promise<unknown>;
  #now: Date | undefined;
  /** The first statement that failed, awaited or not: the commit must tell its reason. */
  #failure: unknown;

  constructor(
    workspace: string | null,
    connection: Connection,
    { mode, opening, silenceMs }: { mode: Mode; opening: string; silenceMs: number },
  ) {
    this.workspace = workspace ?? "";
    this.#connection = connection;
    const { builder } = connection;
    this.selectFrom = builder.selectFrom;
    this.insertInto = builder.insertInto;
    this.updateTable = builder.updateTable;
    this.deleteFrom = builder.deleteFrom;
    this.with = builder.with;
    this.getExecutor = builder.getExecutor;
    this.#begun = connection.query({ text: opening }, silenceMs).then((results) => {
      // A text of several statements answers a list of results; pg's types know only one.
      this.#now = (results as unknown as QueryResult<{ now: Date | string }>[])
        .at(-1)
        ?.rows.map((row) => new Date(row.now))[0];
    });
    // The first statement awaits it. Until then a failure must not count as unhandled.
    this.#begun.catch(() => undefined);
    this.#locked = workspace === null || mode === "read" ? this.#begun : connection.query(powersLock(workspace, mode));
    this.#locked.catch(() => undefined);
  }

  readonly getExecutor: QueryExecutorProvider["getExecutor"];

  get now(): Date {
    if (!this.#now) throw new Error("The transaction's clock is known only after its first round trip.");
    return this.#now;
  }

  async statement<Row>(name: string, text: string, values: readonly unknown[]): Promise<Row[]> {
    const answer = this.#connection.query({ name, text, values: values as unknown[] });
    answer.catch((error) => {
      this.#failure ??= error;
    });
    await this.#begun;
    await this.#locked;
    return (await answer).rows as Row[];
  }

  async enter(workspace: string): Promise<Tx> {
    await this.statement("workspace.enter", "select set_config('bailiwick.workspace', $1, true)", [workspace]);
    this.workspace = workspace;
    return this;
  }

  async commit(): Promise<void> {
    await this.#begun;
    await this.#locked;
    const { command } = await this.#connection.query({ text: "commit" });
    // PostgreSQL answers ROLLBACK to the commit of a transaction that failed.
    if (command !== "COMMIT") throw this.#failure ?? new Error("The transaction had failed before its commit.");
  }

  /** Resolves when the first round trip is done, so that `now` is known. */
  begun(): Promise<void> {
    return this.#begun;
  }
}
