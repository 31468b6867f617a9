/** Checks the version of PostgreSQL. */
import type { Client } from "pg";
import { StartError } from "./address.ts";

/** The oldest major version that is supported. */
export const OLDEST = 15;

export async function requireVersion(client: Client): Promise<void> {
  const { rows } = await client.query<{ number: string; name: string }>(
    "select current_setting('server_version_num') as number, current_setting('server_version') as name",
  );
  const { number = "0", name = "unknown" } = rows[0] ?? {};
  if (Number(number) < OLDEST * 10_000) {
    throw new StartError(
      `Bailiwick needs PostgreSQL ${OLDEST} or newer; the server of DATABASE_URL has version ${name}.`,
    );
  }
}
