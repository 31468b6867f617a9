/** Takes the connections of one pool, and gives no connection out that may be dead. */
import type { Pool } from "pg";
import type { Problem } from "../problem.ts";
import { type Connection, connectionOf } from "./connection.ts";
import { isSilence } from "./errors.ts";

export interface Connector {
  /**
   * Runs work on a connection. After a failure, `mend` makes the connection usable again, or returns the error that
   * makes it unusable; without `mend` the database has ended the transaction itself.
   */
  use<T>(
    work: (connection: Connection) => Promise<T>,
    mend?: (connection: Connection) => Promise<Error | undefined>,
  ): Promise<T>;
}

/**
 * The time when a connection was last found dead. Connections to the same database that have not answered since then may
 * be as dead.
 */
export interface Silence {
  at: number;
}

/** `refusal` makes the problem of a caller that gets no connection. */
export function createConnector(pool: Pool, silence: Silence, refusal: (error: unknown) => Problem): Connector {
  async function connect(): Promise<Connection> {
    for (;;) {
      const client = await pool.connect().catch((error: unknown) => {
        throw refusal(error);
      });
      const connection = connectionOf(client);
      if (connection.answeredAt >= silence.at) return connection;
      client.release(true);
    }
  }

  return {
    async use(work, mend) {
      const connection = await connect();
      const { client } = connection;
      let broken: Error | undefined;
      const onBroken = (error: Error) => {
        broken = error;
      };
      client.on("error", onBroken);
      try {
        const result = await work(connection);
        connection.answeredAt = performance.now();
        return result;
      } catch (error) {
        if (endsConnection(error)) broken ??= error;
        broken ??= await mend?.(connection);
        if (isSilence(broken)) silence.at = performance.now();
        if (!broken) connection.answeredAt = performance.now();
        throw error;
      } finally {
        client.off("error", onBroken);
        client.release(broken);
      }
    },
  };
}

/** PostgreSQL closes the connection after a fatal error. The driver notices that only later. */
function endsConnection(error: unknown): error is Error {
  const isFatal = error instanceof Error && "severity" in error && ["FATAL", "PANIC"].includes(String(error.severity));
  return isFatal || isSilence(error);
}
