/** Transactions as slices see them. */
import type { Kysely, QueryExecutorProvider } from "kysely";

/** Each slice adds its tables here by declaration merging, in its store. */
// biome-ignore lint/suspicious/noEmptyInterface: slices fill it by declaration merging.
export interface Tables {}

type Builder = Kysely<Tables>;

/** A read-only transaction, for queries. The database also refuses writes in it. */
export interface ReadTx extends QueryExecutorProvider {
  readonly workspace: string;
  readonly selectFrom: Builder["selectFrom"];
  /** Runs a prepared statement. Each connection knows the text by this name. */
  statement<Row>(name: string, text: string, values: readonly unknown[]): Promise<Row[]>;
  /** The database's clock at the start of the transaction. Known after the first statement was answered. */
  readonly now: Date;
}

export interface Tx extends ReadTx {
  readonly insertInto: Builder["insertInto"];
  readonly updateTable: Builder["updateTable"];
  readonly deleteFrom: Builder["deleteFrom"];
  readonly with: Builder["with"];
}

/**
 * A transaction without a workspace. It sees no row. It can call the few functions of the database that sign people in,
 * look up keys and find work that is due.
 */
export interface PublicTx {
  /** The database's clock at the start of the transaction. Known after the first statement was answered. */
  readonly now: Date;
  statement<Row>(name: string, text: string, values: readonly unknown[]): Promise<Row[]>;
  /** Enters a workspace in the same transaction. */
  enter(workspace: string): Promise<Tx>;
}
