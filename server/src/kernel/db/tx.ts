/** Transactions as slices see them. */
import type { Kysely, QueryExecutorProvider } from "kysely";

/** Each slice adds its tables here by declaration merging, in its store. */
// biome-ignore lint/suspicious/noEmptyInterface: slices fill it by declaration merging.
export interface Tables {}

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
