/** One connection of the pool as transactions use it: its query builder, and an end to every wait for an answer. */

import type { Duplex } from "node:stream";
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from "kysely";
import type { PoolClient, QueryConfig, QueryResult } from "pg";
import { awaitAnswer, SilentDatabase } from "./answer-watch.ts";
import { type BatchRow, type Statement, sendBatch } from "./batch.ts";
import type { Tables } from "./tx.ts";

type Builder = Kysely<Tables>;
export type Bound = Pick<Builder, "selectFrom" | "insertInto" | "updateTable" | "deleteFrom" | "with" | "getExecutor">;

export interface Connection {
  readonly client: PoolClient;
  readonly builder: Bound;
  /** The longest wait for the answer to a statement of the present transaction. Then the connection is destroyed. */
  answerMs: number;
  /** When it last answered, by `performance.now()`. */
  answeredAt: number;
  query(config: QueryConfig, answerMs?: number): Promise<QueryResult>;
  /** Several statements as one message and one transaction. */
  batch(statements: readonly Statement[], answerMs: number): Promise<BatchRow[][]>;
}

const connections = new WeakMap<PoolClient, Connection>();

export function connectionOf(client: PoolClient): Connection {
  const known = connections.get(client);
  if (known) return known;
  const wait = awaitAnswer(() => destroy(client));
  function watched<T>(answerMs: number, send: () => Promise<T>): Promise<T> {
    wait.sent(answerMs);
    const answer = send();
    const answered = () => wait.answered(connection.answerMs);
    answer.then(answered, answered);
    return answer;
  }
  const connection: Connection = {
    client,
    builder: builderOn((text, values) => connection.query({ text, values })),
    answerMs: 0,
    answeredAt: performance.now(),
    query: (config, answerMs = connection.answerMs) => watched(answerMs, () => client.query(config)),
    batch: (statements, answerMs) => watched(answerMs, () => sendBatch(client, statements)),
  };
  connections.set(client, connection);
  return connection;
}

/** Fails the statements of the connection. An orderly end would wait for an answer that does not come. */
export function destroy(client: PoolClient): void {
  // The driver's types keep the socket of a pooled client to themselves.
  (client as unknown as { connection: { stream: Duplex } }).connection.stream.destroy(new SilentDatabase());
}

type RunQuery = (text: string, values: unknown[]) => Promise<QueryResult>;

function builderOn(run: RunQuery): Bound {
  const kysely = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new ConnectionDriver(run),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
  return {
    selectFrom: kysely.selectFrom.bind(kysely) as Builder["selectFrom"],
    insertInto: kysely.insertInto.bind(kysely) as Builder["insertInto"],
    updateTable: kysely.updateTable.bind(kysely) as Builder["updateTable"],
    deleteFrom: kysely.deleteFrom.bind(kysely) as Builder["deleteFrom"],
    with: kysely.with.bind(kysely) as Builder["with"],
    getExecutor: kysely.getExecutor.bind(kysely),
  };
}

/** Runs what Kysely compiles on the one connection of a transaction, which Kysely itself never opens or ends. */
class ConnectionDriver implements Driver {
  readonly #connection: DatabaseConnection;

  constructor(run: RunQuery) {
    this.#connection = {
      async executeQuery<Row>({ sql, parameters }: CompiledQuery) {
        const { rows, rowCount } = await run(sql, parameters as unknown[]);
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
