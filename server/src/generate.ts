/** `npm run generate` writes the files that come from the operations and the migrations; `--check` compares them. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { PERMISSION_TABLE } from "./auth/index.ts";
import { connectionConfig } from "./db/connect.ts";
import { startPrivateServer } from "./db/embedded.ts";
import { type Migration, migrate, migrationsFolder, readMigrations } from "./db/migrate.ts";
import { describeSchema } from "./db/schema.ts";
import { isSchemaFresh, schemaFile } from "./db/schema-file.ts";
import { FACTS } from "./facts.ts";
import { OPERATIONS } from "./operations.ts";
import { STEP_TABLES } from "./steps.ts";
import { printInputs } from "./surfaces/print/inputs.ts";
import { jsonText } from "./surfaces/print/json-text.ts";
import { printReference } from "./surfaces/print/markdown.ts";
import { openApiDocument } from "./surfaces/print/openapi.ts";
import { printPermitted } from "./surfaces/print/permitted.ts";
import { PYTHON_PARTS, printPython } from "./surfaces/print/python.ts";
import { printSdk } from "./surfaces/print/sdk.ts";
import { withSteps } from "./surfaces/print/step-diagram.ts";
import { printValues } from "./surfaces/print/values.ts";
import { VERSION } from "./version.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

const SCHEMA_FILE = "server/src/db/schema.sql";

/** Returns the text of each file that comes from the operations and their steps, by its path in the repository. */
async function printedFiles(): Promise<Map<string, string>> {
  const reference = {
    operations: OPERATIONS,
    facts: FACTS,
    permissions: PERMISSION_TABLE,
    baseUrl: "http://127.0.0.1:7300",
  };
  const readmes = STEP_TABLES.map(
    async ({ readme, steps }) => [readme, withSteps(await readText(readme), steps)] as const,
  );
  const pythonParts = PYTHON_PARTS.map((name) => readText(`sdk/python/${name}`));
  return new Map([
    ...(await Promise.all(readmes)),
    ["sdk/python/bailiwick.py", printPython(await Promise.all(pythonParts), OPERATIONS)],
    ["sdk/src/generated/client.ts", printSdk(OPERATIONS, FACTS)],
    ["sdk/src/generated/inputs.ts", printInputs(OPERATIONS)],
    ["sdk/src/generated/values.ts", printValues(OPERATIONS)],
    [
      "sdk/src/generated/permitted.ts",
      printPermitted({ steps: STEP_TABLES, permissions: PERMISSION_TABLE, operations: OPERATIONS }),
    ],
    ["docs/reference.md", printReference(reference)],
    ["docs/openapi.json", `${jsonText(openApiDocument(OPERATIONS, VERSION))}\n`],
  ]);
}

/** Migrates a new database, describes it and removes it. */
async function printSchema(migrations: readonly Migration[]): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), "bailiwick-generate-"));
  try {
    const server = await startPrivateServer({ dataDir, isDurable: false, log: () => undefined });
    const client = new pg.Client(connectionConfig({ socket: server.connection, size: 1 }));
    try {
      await client.connect();
      await migrate(client, migrations);
      return schemaFile(await describeSchema(client), migrations);
    } finally {
      await client.end();
      await server.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Returns the generated files whose text in the repository is stale. Starts no database. */
export async function staleFiles(): Promise<string[]> {
  const stale: string[] = [];
  for (const [path, text] of await printedFiles()) if ((await readText(path)) !== text) stale.push(path);
  const isFresh = isSchemaFresh(await readText(SCHEMA_FILE), readMigrations(migrationsFolder()));
  return isFresh ? stale : [...stale, SCHEMA_FILE];
}

/** Returns an empty text when the file does not exist. */
async function readText(path: string): Promise<string> {
  return await readFile(join(ROOT, path), "utf8").catch(() => "");
}

async function main(isCheck: boolean): Promise<void> {
  const stale = await staleFiles();
  if (isCheck) {
    for (const path of stale) console.error(`${path} is stale. Run npm run generate.`);
    process.exitCode = stale.length > 0 ? 1 : 0;
    return;
  }
  const files = await printedFiles();
  for (const path of stale) {
    const text = files.get(path) ?? (await printSchema(readMigrations(migrationsFolder())));
    await writeFile(join(ROOT, path), text);
  }
  console.log(stale.length > 0 ? `Written: ${stale.join(", ")}` : "Everything was fresh.");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.includes("--check"));
