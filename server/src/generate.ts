/** `npm run generate` prints what is printed from the list of operations and from the database; `--check` only compares. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { PERMISSION_TABLE } from "./auth/index.ts";
import { connectionConfig } from "./db/connect.ts";
import { startPrivateServer } from "./db/embedded.ts";
import { migrate, readMigrations } from "./db/migrate.ts";
import { migrationsFolder } from "./db/migrations.ts";
import { describeSchema } from "./db/schema.ts";
import { OPERATIONS } from "./operations.ts";
import { printInputs } from "./surfaces/print/inputs.ts";
import { printReference } from "./surfaces/print/markdown.ts";
import { openApiDocument } from "./surfaces/print/openapi.ts";
import { printSdk } from "./surfaces/print/sdk.ts";
import { VERSION } from "./version.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** What the files hold when they are fresh, by their path in the repository. */
export async function generated(): Promise<Map<string, string>> {
  return new Map([
    ["sdk/src/generated.ts", printSdk(OPERATIONS)],
    ["web/src/data/generated.ts", printInputs(OPERATIONS)],
    ["docs/reference.md", printReference(OPERATIONS, PERMISSION_TABLE)],
    ["docs/openapi.json", `${JSON.stringify(openApiDocument(OPERATIONS, VERSION), null, 2)}\n`],
    ["server/src/db/schema.sql", await printSchema()],
  ]);
}

/** From a database of its own, made for this and removed after. */
async function printSchema(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), "bailiwick-generate-"));
  try {
    const server = await startPrivateServer({ dataDir, pgBin: undefined, log: () => undefined });
    const client = new pg.Client(connectionConfig({ socket: server.connection, size: 1 }));
    try {
      await client.connect();
      await migrate(client, readMigrations(migrationsFolder()));
      return await describeSchema(client);
    } finally {
      await client.end();
      await server.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** The files that differ from what they should hold. */
export async function staleFiles(files: ReadonlyMap<string, string>): Promise<string[]> {
  const stale: string[] = [];
  for (const [path, text] of files) {
    const held = await readFile(join(ROOT, path), "utf8").catch(() => undefined);
    if (held !== text) stale.push(path);
  }
  return stale;
}

async function main(isCheck: boolean): Promise<void> {
  const files = await generated();
  const stale = await staleFiles(files);
  for (const path of stale) {
    if (isCheck) console.error(`${path} is stale. Run npm run generate.`);
    else await writeFile(join(ROOT, path), files.get(path) ?? "");
  }
  if (isCheck && stale.length > 0) process.exitCode = 1;
  if (!isCheck) console.log(stale.length > 0 ? `Written: ${stale.join(", ")}` : "Everything was fresh.");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.includes("--check"));
