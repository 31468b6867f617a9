/** Notes the statements that the database cannot run at all, also where the server only logs the failure. */
import type { EventEmitter } from "node:events";
import type pg from "pg";

/** A syntax error, or an unknown name or type. 42501 is a missing right, which tests provoke. */
const WRONG = /^42(?!501)/;
/** The fault that a fake operation causes. */
const FAKED = "A bug.";
const noted: string[] = [];

export function noteWrongStatements(pool: pg.Pool): void {
  pool.on("connect", (client) => {
    // The driver's types keep the connection of a pooled client to themselves.
    const { connection } = client as unknown as { connection: EventEmitter };
    connection.on("errorMessage", ({ code = "", message }: pg.DatabaseError) => {
      if (WRONG.test(code) && !message.includes(FAKED)) noted.push(`${code} ${message}`);
    });
  });
}

/** Returns what was noted since the last call. */
export function takeWrongStatements(): string[] {
  return noted.splice(0);
}
