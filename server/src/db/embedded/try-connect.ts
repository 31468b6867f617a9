/** Tries once to connect to the private server, and classifies the outcome. */

import { Client } from "pg";
import { DATABASE, type DataFolder, PORT, USER } from "./data-folder.ts";
import { codeOf, EmbeddedError, messageOf } from "./error.ts";

export type ConnectOutcome =
  | { readonly is: "open"; readonly client: Client }
  /** A server runs but accepts no connection: it is starting, recovering or stopping, or has no connection left. */
  | { readonly is: "busy" }
  | { readonly is: "absent" };

const CONNECT_MS_MAX = 5_000;

const ABSENT_CODES = ["ENOENT", "ECONNREFUSED"];
/** The server starts or stops, has no connection left or was stopped, or the socket's queue is full or was closed. */
const BUSY_CODES = ["57P03", "53300", "57P01", "57P02", "EAGAIN", "ECONNRESET", "EPIPE"];
/** The driver's messages, which have no code, for a connection that ended or took too long. */
const BROKEN_MESSAGE = /^(Connection terminated|timeout)/;
const NO_SUCH_DATABASE = "3D000";

export async function tryConnect(dataFolder: DataFolder): Promise<ConnectOutcome> {
  try {
    return { is: "open", client: await connectToDatabase(dataFolder) };
  } catch (error) {
    const code = codeOf(error);
    if (code !== undefined && ABSENT_CODES.includes(code)) return { is: "absent" };
    if (code === undefined ? BROKEN_MESSAGE.test(messageOf(error)) : BUSY_CODES.includes(code)) return { is: "busy" };
    throw new EmbeddedError(`The private PostgreSQL in ${dataFolder.run} refuses this process: ${messageOf(error)}.`);
  }
}

async function connectToDatabase(dataFolder: DataFolder): Promise<Client> {
  try {
    return await connect(dataFolder, DATABASE);
  } catch (error) {
    if (codeOf(error) !== NO_SUCH_DATABASE) throw error;
  }
  await createDatabase(dataFolder);
  return connect(dataFolder, DATABASE);
}

/** Runs at every start where the database is missing, because a crash may come after initdb and before this. */
async function createDatabase(dataFolder: DataFolder): Promise<void> {
  const client = await connect(dataFolder, "postgres");
  try {
    await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}

async function connect(dataFolder: DataFolder, database: string): Promise<Client> {
  const client = new Client({
    host: dataFolder.run,
    port: PORT,
    user: USER,
    database,
    ssl: false,
    connectionTimeoutMillis: CONNECT_MS_MAX,
    application_name: "bailiwick server use",
  });
  // The "end" event and the next query report a lost connection. Without this listener the error would end the process.
  client.on("error", () => undefined);
  await client.connect();
  return client;
}
