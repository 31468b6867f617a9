/** Transactions bound to one workspace. No statement of a slice runs outside one. */
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryExecutorProvider,
} from "kysely";
import type { Pool, PoolClient, QueryConfig, QueryResult } from "pg";
import { databaseProblem, isRepeatable, StaleRead } from "./db-errors.ts";
import { Problem } from "./problem.ts";

/** Each slice adds its tables here, in its `store.ts`. */
// biome-ignore lint/suspicious/noEmptyInterface: slices fill it by declaration merging.
export interface Tables {}

/** Times a transaction is run again after a deadlock or a serialization failure. */
const REPEATS_MAX = 3;
/** Times it is run again because what it read had changed when it was locked. That costs nobody a wait. */
const STALE_READS_MAX = 10;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

type Builder = Kysely<Tables>;

/** What a query gets: the database refuses its writes too. */
export interface ReadTx extends QueryExecutorProvider {
  readonly workspace: string;
  readonly selectFrom: Builder["selectFrom"];
  /** A prepared statement; the name stands for the text on each connection. */
  statement<Row>(name: string, text: string, values: readonly unknown[]): Promise<Row[]>;
  /** The database's clock at the start, known once the first statement was answered. */
  readonly now: Date;
}

export interface Tx extends ReadTx {
  readonly insertInto: Builder["insertInto"];
  readonly updateTable: Builder["updateTable"];
  readonly deleteFrom: Builder["deleteFrom"];
  readonly with: Builder["with"];
}

/**
 * A transaction that belongs to no workspace yet. It sees no row; it can call the few named functions of the database
 * that sign people in, look up keys and find work that is due.
 */
export interface PublicTx {
  /** The database's clock at the start, known once the first statement was answered. */
  readonly now: Date;
  statement<Row>(name: string, text: string, values: readonly unknown[]): Promise<Row[]>;
  /** Goes on inside a workspace, in the same transaction. */
  enter(workspace: string): Promise<Tx>;
}

export interface Db {
  transaction<T>(workspace: string, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** For the set-based statements of hot commands. */
  hot<T>(workspace: string, work: (tx: Tx) => Promise<T>): Promise<T>;
  read<T>(workspace: string, work: (tx: ReadTx) => Promise<T>): Promise<T>;
  outside<T>(work: (tx: PublicTx) => Promise<T>): Promise<T>;
}

export interface DbOptions {
  pool: Pool;
  /** Moves the clock of every transaction, for tests. Milliseconds. */
  clockOffsetMs?: () => number;
}

/** Wraps a pool whose clients pipeline, so that a transaction's first and last round trips carry work. */
export function createDb({ pool, clockOffsetMs = () => 0 }: DbOptions): Db {
  async function attempt<T>(workspace: string | null, mode: Mode, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    let broken: Error | undefined;
    const onError = (error: Error) => {
      broken = error;
    };
    client.on("error", onError);
    try {
      const tx = new Transaction(workspace, client, begin(workspace, mode, clockOffsetMs()));
      const result = await work(tx);
      await tx.commit();
      return result;
    } catch (error) {
      broken ??= await rollback(client);
      throw error;
    } finally {
      client.off("error", onError);
      client.release(broken);
    }
  }

  async function run<T>(workspace: string | null, mode: Mode, work: (tx: Transaction) => Promise<T>): Promise<T> {
    for (let repeat = 0; ; repeat++) {
      try {
        return await attempt(workspace, mode, work);
      } catch (error) {
        const most = error instanceof StaleRead ? STALE_READS_MAX : REPEATS_MAX;
        if (isRepeatable(error) && repeat < most) continue;
        throw databaseProblem(error);
      }
    }
  }

  return {
    transaction: (workspace, work) => run(workspace, "write", work),
    hot: (workspace, work) => run(workspace, "hot", work),
    read: (workspace, work) => run(workspace, "read", work),
    outside: (work) => run(null, "write", work),
  };
}

type Mode = "write" | "read" | "hot";

/**
 * The plan of a prepared statement is kept, and may have been made when its tables were empty. A hot statement reaches
 * every row by an index whatever the tables hold, so its plan must be the one that stays right when they have grown.
 */
const BY_INDEX = ["enable_seqscan", "enable_hashjoin", "enable_mergejoin"]
  .map((setting) => `, set_config('${setting}', 'off', true)`)
  .join("");

function begin(workspace: string | null, mode: Mode, offsetMs: number): string {
  if (workspace !== null && !UUID.test(workspace)) throw new Problem("not_found", "No such workspace.");
  const offset = offsetMs ? `, set_config('bailiwick.clock_offset', '${Math.trunc(offsetMs)} ms', true)` : "";
  const settings = `set_config('bailiwick.workspace', '${workspace ?? ""}', true)${offset}${mode === "hot" ? BY_INDEX : ""}`;
  return (
    `begin${mode === "read" ? " read only" : ""}; set local role bailiwick_app; ` +
    `select ${settings}; select bailiwick_now() as now`
  );
}

/** Answers the error that makes the connection unusable, if it is. */
async function rollback(client: PoolClient): Promise<Error | undefined> {
  try {
    await client.query("rollback");
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

class Transaction implements Tx, PublicTx {
  workspace: string;
  readonly selectFrom: Builder["selectFrom"];
  readonly insertInto: Builder["insertInto"];
  readonly updateTable: Builder["updateTable"];
  readonly deleteFrom: Builder["deleteFrom"];
  readonly with: Builder["with"];
  readonly #client: PoolClient;
  readonly #begun: Promise<void>;
  #now: Date | undefined;
  /** The first statement that failed, awaited or not: the commit must tell its reason. */
  #failure: unknown;

  constructor(workspace: string | null, client: PoolClient, opening: string) {
    this.workspace = workspace ?? "";
    this.#client = client;
    const builder = builderOf(client);
    this.selectFrom = builder.selectFrom;
    this.insertInto = builder.insertInto;
    this.updateTable = builder.updateTable;
    this.deleteFrom = builder.deleteFrom;
    this.with = builder.with;
    this.getExecutor = builder.getExecutor;
    this.#begun = client.query(opening).then((results) => {
      // A text of several statements answers a list of results; pg's types know only one.
      this.#now = (results as unknown as QueryResult<{ now: Date | string }>[])
        .at(-1)
        ?.rows.map((row) => new Date(row.now))[0];
    });
    // Awaited by whatever comes first; until then a failure must not count as unhandled.
    this.#begun.catch(() => undefined);
  }

  readonly getExecutor: QueryExecutorProvider["getExecutor"];

  get now(): Date {
    if (!this.#now) throw new Error("The transaction's clock is known only after its first round trip.");
    return this.#now;
  }

  async statement<Row>(name: string, text: string, values: readonly unknown[]): Promise<Row[]> {
    const config: QueryConfig = { name, text, values: values as unknown[] };
    const answer = this.#client.query(config);
    answer.catch((error) => {
      this.#failure ??= error;
    });
    await this.#begun;
    return (await answer).rows as Row[];
  }

  async enter(workspace: string): Promise<Tx> {
    await this.statement("workspace.enter", "select set_config('bailiwick.workspace', $1, true)", [workspace]);
    this.workspace = workspace;
    return this;
  }

  async commit(): Promise<void> {
    await this.#begun;
    const { command } = await this.#client.query("commit");
    // PostgreSQL answers ROLLBACK to the commit of a transaction that failed.
    if (command !== "COMMIT") throw this.#failure ?? new Error("The transaction had failed before its commit.");
  }

  /** Resolves when the first round trip is done, so that `now` is known. */
  begun(): Promise<void> {
    return this.#begun;
  }
}

/** Waits for the transaction's clock. */
export async function clockOf(tx: ReadTx | PublicTx): Promise<Date> {
  if (tx instanceof Transaction) await tx.begun();
  return tx.now;
}

/** Goes on in another workspace, for the facts of whoever makes or enters one. */
export async function enterWorkspace(tx: Tx, workspace: string): Promise<Tx> {
  if (!(tx instanceof Transaction)) throw new Error("Only a transaction of the database can enter a workspace.");
  return tx.enter(workspace);
}

type Bound = Pick<Builder, "selectFrom" | "insertInto" | "updateTable" | "deleteFrom" | "with" | "getExecutor">;
const builders = new WeakMap<PoolClient, Bound>();

/** One query builder a connection, made once. */
function builderOf(client: PoolClient): Bound {
  const known = builders.get(client);
  if (known) return known;
  const kysely = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new ClientDriver(client),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
  const bound: Bound = {
    selectFrom: kysely.selectFrom.bind(kysely) as Builder["selectFrom"],
    insertInto: kysely.insertInto.bind(kysely) as Builder["insertInto"],
    updateTable: kysely.updateTable.bind(kysely) as Builder["updateTable"],
    deleteFrom: kysely.deleteFrom.bind(kysely) as Builder["deleteFrom"],
    with: kysely.with.bind(kysely) as Builder["with"],
    getExecutor: kysely.getExecutor.bind(kysely),
  };
  builders.set(client, bound);
  return bound;
}

/** Runs what Kysely compiles on the one connection of a transaction, which Kysely itself never opens or ends. */
class ClientDriver implements Driver {
  readonly #connection: DatabaseConnection;

  constructor(client: PoolClient) {
    this.#connection = {
      async executeQuery<Row>({ sql, parameters }: CompiledQuery) {
        const { rows, rowCount } = await client.query(sql, parameters as unknown[]);
        return { rows: rows as Row[], numAffectedRows: BigInt(rowCount ?? 0) };
      },
      streamQuery() {
        throw new Error("Streaming is not supported.");
      },
    };
  }

  async init() {}
  async acquireConnection() {
    return this.#connection;
  }
  async beginTransaction() {}
  async commitTransaction() {}
  async rollbackTransaction() {}
  async releaseConnection() {}
  async destroy() {}
}
