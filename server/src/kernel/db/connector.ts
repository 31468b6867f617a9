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

/** `refusal` makes the problem of a caller that gets no connection. */
export function createConnector(pool: Pool, refusal: (error: unknown) => Problem): Connector {
  /** A connection that has not answered since then may be as dead as the one that was found dead then. */
  let silentAt = Number.NEGATIVE_INFINITY;

  async function connect(): Promise<Connection> {
    for (;;) {
      const client = await pool.connect().catch((error: unknown) => {
        throw refusal(error);
      });
      const connection = connectionOf(client);
      if (connection.answeredAt >= silentAt) return connection;
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
        const isSilent = isSilence(error);
        if (isSilent) silentAt = performance.now();
        broken ??= await mend?.(connection);
        if (!broken && !isSilent) connection.answeredAt = performance.now();
        throw error;
      } finally {
        client.off("error", onBroken);
        client.release(broken);
      }
    },
  };
}
