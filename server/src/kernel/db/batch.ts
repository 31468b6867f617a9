/**
 * Several prepared statements as one message with one Sync: one round trip and one transaction, which PostgreSQL commits
 * at the Sync or rolls back at the first error. `pg` takes any object with `submit` as a query (its `Submittable`).
 */
import type { Connection, PoolClient, Submittable } from "pg";
import { serialize } from "pg-protocol";

/** The name stands for the text on each connection. */
export interface Statement {
  name: string;
  text: string;
  values: readonly unknown[];
}

/** A row as its types read it. Who reads it knows its statement. */
export type BatchRow = Record<string, unknown>;

interface Column {
  name: string;
  parse: (text: string) => unknown;
}

/** The statements that a connection has prepared, each with its columns once they are known. */
type Prepared = Map<string, readonly Column[]>;

const prepared = new WeakMap<PoolClient, Prepared>();

export function sendBatch(client: PoolClient, statements: readonly Statement[]): Promise<BatchRow[][]> {
  const known = prepared.get(client) ?? new Map();
  prepared.set(client, known);
  return new Promise((resolve, reject) => {
    client.query(new Batch(client, statements, known, { resolve, reject }));
  });
}

/** The plan does not fit the table any more; there is no such statement. */
const UNPREPARED = ["0A000", "26000"];
const EXECUTE = serialize.execute({});
const DESCRIBE = serialize.describe({ type: "P" });
const SYNC = serialize.sync();

interface Settled {
  resolve(rows: BatchRow[][]): void;
  reject(error: Error): void;
}

/** The messages of the server that concern a batch, as `pg` hands them on. */
class Batch implements Submittable {
  readonly #client: PoolClient;
  readonly #statements: readonly Statement[];
  readonly #prepared: Prepared;
  readonly #settled: Settled;
  readonly #rows: BatchRow[][] = [];
  #current: BatchRow[] = [];
  #columns: readonly Column[] = [];

  constructor(client: PoolClient, statements: readonly Statement[], known: Prepared, settled: Settled) {
    this.#client = client;
    this.#statements = statements;
    this.#prepared = known;
    this.#settled = settled;
    this.#begin();
  }

  submit({ stream }: Connection): void {
    const messages = this.#statements.flatMap(({ name, text, values }) => {
      const bind = serialize.bind({ statement: name, values: values.map(asText) });
      if (this.#prepared.has(name)) return [bind, EXECUTE];
      // A batch that failed may have prepared it or not.
      return [serialize.close({ type: "S", name }), serialize.parse({ name, text }), bind, DESCRIBE, EXECUTE];
    });
    // One write: each piece of a longer one costs as much as its bytes.
    stream.write(Buffer.concat([...messages, SYNC]));
  }

  handleRowDescription({ fields }: { fields: readonly { name: string; dataTypeID: number }[] }): void {
    this.#columns = fields.map(({ name, dataTypeID }) => ({
      name,
      parse: this.#client.getTypeParser(dataTypeID, "text"),
    }));
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    const row: BatchRow = {};
    this.#columns.forEach(({ name, parse }, index) => {
      const value = fields[index];
      row[name] = value === null || value === undefined ? null : parse(value);
    });
    this.#current.push(row);
  }

  handleCommandComplete(): void {
    const { name = "" } = this.#statements[this.#rows.length] ?? {};
    this.#prepared.set(name, this.#columns);
    this.#rows.push(this.#current);
    this.#begin();
  }

  handleError(error: Error): void {
    // Its columns may have changed, or it may be gone: it is prepared again.
    if ("code" in error && UNPREPARED.includes(String(error.code))) this.#prepared.clear();
    this.#settled.reject(error);
  }

  handleReadyForQuery(): void {
    this.#settled.resolve(this.#rows);
  }

  /** The next statement; one that is prepared is not described again. */
  #begin(): void {
    const { name = "" } = this.#statements[this.#rows.length] ?? {};
    this.#columns = this.#prepared.get(name) ?? [];
    this.#current = [];
  }
}

/** Values as PostgreSQL reads them. Objects are given as JSON by who has them. */
function asText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return `{${value.map(asElement).join(",")}}`;
  return String(value);
}

function asElement(value: unknown): string {
  const text = asText(value);
  return text === null ? "NULL" : `"${text.replaceAll(/["\\]/g, "\\$&")}"`;
}
