/** `bailiwick call`: runs any operation from a terminal, over HTTP or directly on the database of this machine. */
import { createSend } from "../../../sdk/src/send.ts";
import type { Operation } from "../kernel/operation.ts";
import { Problem } from "../kernel/problem.ts";
import { OPERATIONS } from "../operations.ts";
import type { Config, Environment } from "../runtime/config.ts";
import { plain } from "../surfaces/print/shapes.ts";
import { fieldsOf } from "../surfaces/print/typescript.ts";
import { isServed } from "../surfaces/served.ts";
import { type Credential, localOwner, namingCaller, RefusedCall } from "./acting.ts";
import { withIds } from "./by-name.ts";
import { UsageError } from "./failure.ts";
import { readTyped } from "./fields.ts";
import { asLocalOwner, type Run } from "./local.ts";
import { pickedText } from "./picked-text.ts";
import { printableJson } from "./printable.ts";
import { operationHelp, operationsText } from "./show.ts";

export interface CallOptions {
  url?: string | undefined;
  key?: string | undefined;
  workspace?: string | undefined;
  query?: string | undefined;
}

export function listOperations(): string {
  return operationsText(OPERATIONS.filter(isServed));
}

/** Returns the text to print. */
export async function call(
  readConfig: () => Config,
  env: Environment,
  name: string,
  tokens: readonly string[],
  options: CallOptions,
): Promise<string> {
  const operation = findOperation(name);
  const { input, options: typed, wantsHelp } = readTyped(operation, tokens);
  if (wantsHelp) return operationHelp(operation);
  const picked = typed.get("query") ?? options.query;
  if (picked !== undefined) requireField(operation, picked);
  const workspace = typed.get("workspace") ?? options.workspace;
  const given = { url: typed.get("url") ?? options.url, key: typed.get("key") ?? options.key };
  const idempotencyKey = typed.get("idempotency_key");
  const work = async (run: Run) => {
    const runByName = (other: string, fields: Record<string, unknown>) => run(findOperation(other), fields);
    return run(operation, await withIds(operation, input, runByName), idempotencyKey);
  };
  const output = await asCaller(readConfig, env, { ...given, workspace }, operation, work);
  return picked === undefined ? printableJson(output, 2) : pickedText(output, picked);
}

/** Runs work over HTTP with the caller's key, or else on the database of this machine as its owner. */
export async function asCaller(
  readConfig: () => Config,
  env: Environment,
  { url, key, workspace }: Omit<CallOptions, "query">,
  operation: Operation,
  work: (run: Run) => Promise<unknown>,
): Promise<unknown> {
  const credential = credentialOf({ url, key }, env, workspace, readConfig);
  if (credential) return overHttp(credential, work);
  return locally(operation, readConfig(), (config) => asLocalOwner(config, workspace, work));
}

/** Returns undefined when the call runs on the database of this machine. */
export function credentialOf(
  given: { url: string | undefined; key: string | undefined },
  env: Environment,
  workspace: string | undefined,
  readConfig: () => Config,
): Credential | undefined {
  const [envUrl, envKey] = [trimmed(env.BAILIWICK_URL), trimmed(env.BAILIWICK_KEY)];
  const url = given.url ?? envUrl;
  const key = given.key ?? envKey;
  if (url === undefined && key === undefined) return undefined;
  const from = (option: string, value: string | undefined, setting: string) => (value === undefined ? setting : option);
  return {
    url: url ?? ownUrl(readConfig()),
    urlFrom: url && from("--url", given.url, "BAILIWICK_URL"),
    key,
    keyFrom: key && from("--key", given.key, "BAILIWICK_KEY"),
    workspace,
  };
}

async function overHttp(credential: Credential, work: (run: Run) => Promise<unknown>): Promise<unknown> {
  const send = createSend(credential);
  return namingCaller(credential, () =>
    work((operation, input, idempotencyKey) => send(operation.route, input, { idempotencyKey })),
  );
}

/** Public operations have no caller. */
async function locally(
  { kind }: Operation,
  config: Config,
  work: (config: Config) => Promise<unknown>,
): Promise<unknown> {
  try {
    return await work(config);
  } catch (error) {
    const isRefusal = error instanceof Problem && error.status < 500 && kind !== "public";
    throw isRefusal ? new RefusedCall(error, localOwner(config)) : error;
  }
}

/** Some results are shown only once, such as a key, so a wrong field is refused before the call. */
function requireField({ name, output }: Operation, path: string): void {
  const fields = fieldsOf(plain(output)).map((field) => field.name);
  const [first = ""] = path.split(".");
  if (fields.length === 0 || fields.includes(first)) return;
  throw new UsageError(`The result of ${name} has no field ${first}. It has: ${fields.join(", ")}.`);
}

export function findOperation(name: string): Operation {
  const served = OPERATIONS.filter(isServed);
  // The name of the MCP tool is accepted too.
  const found = served.find((operation) => operation.name === name || operation.name.replaceAll(/[.-]/g, "_") === name);
  if (found) return found;
  const [area = ""] = name.split(/[._]/);
  const near = served.filter((operation) => operation.name.startsWith(`${area}.`)).map((operation) => operation.name);
  const hint =
    near.length > 0 ? `The operations of ${area} are: ${near.join(", ")}.` : "Run bailiwick operations for the list.";
  throw new UsageError(`There is no operation ${name}. ${hint}`);
}

function ownUrl({ publicUrl, port }: Config): string {
  return publicUrl ?? `http://127.0.0.1:${port}`;
}

function trimmed(text: string | undefined): string | undefined {
  return text?.trim() || undefined;
}
