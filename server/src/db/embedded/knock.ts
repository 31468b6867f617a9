// One try to connect, and what the answer means.

import { Client } from "pg";
import { codeOf, EmbeddedError, messageOf } from "./error.ts";
import { DATABASE, PORT, type Site, USER } from "./site.ts";

export type Answer =
  | { readonly is: "open"; readonly client: Client }
  /** A server is there but lets nobody in: starting, recovering, stopping, or out of connections. */
  | { readonly is: "busy" }
  | { readonly is: "absent" };

const CONNECT_MS_MAX = 5_000;

const ABSENT = ["ENOENT", "ECONNREFUSED"];
/** Starting or stopping; out of connections; stopped; the socket's queue is full or was closed under us. */
const BUSY = ["57P03", "53300", "57P01", "57P02", "EAGAIN", "ECONNRESET", "EPIPE"];
/** How the driver words, without a code, that the connection ended or took too long. */
const BROKEN = /^(Connection terminated|timeout)/;
const NO_SUCH_DATABASE = "3D000";

export async function knock(site: Site): Promise<Answer> {
  try {
    return { is: "open", client: await enter(site) };
  } catch (error) {
    const code = codeOf(error);
    if (code !== undefined && ABSENT.includes(code)) return { is: "absent" };
    if (code === undefined ? BROKEN.test(messageOf(error)) : BUSY.includes(code)) return { is: "busy" };
    throw new EmbeddedError(`The private PostgreSQL in ${site.run} refuses this process: ${messageOf(error)}.`);
  }
}

async function enter(site: Site): Promise<Client> {
  try {
    return await connect(site, DATABASE);
  } catch (error) {
    if (codeOf(error) !== NO_SUCH_DATABASE) throw error;
  }
  await createDatabase(site);
  return connect(site, DATABASE);
}

/** A crash may come between the making of the cluster and this, so it belongs to every start. */
async function createDatabase(site: Site): Promise<void> {
  const client = await connect(site, "postgres");
  try {
    await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}

async function connect(site: Site, database: string): Promise<Client> {
  const client = new Client({
    host: site.run,
    port: PORT,
    user: USER,
    database,
    ssl: false,
    connectionTimeoutMillis: CONNECT_MS_MAX,
    application_name: "bailiwick seat",
  });
  // A lost connection shows in its "end" and in the next query; without a listener it would end the process.
  client.on("error", () => undefined);
  await client.connect();
  return client;
}
