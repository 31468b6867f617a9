/** `bailiwick call`: runs any operation from a terminal, over HTTP or directly on the database of this machine. */
import { createSend } from "../../../sdk/src/send.ts";
import type { Operation } from "../kernel/operation.ts";
import { OPERATIONS } from "../operations.ts";
import type { Config } from "../runtime/config.ts";
import { isServed } from "../surfaces/served.ts";
import { UsageError } from "./failure.ts";
import { readTyped } from "./fields.ts";
import { callLocally } from "./local.ts";
import { operationHelp, operationsText } from "./show.ts";

export interface CallOptions {
  url?: string | undefined;
  key?: string | undefined;
  workspace?: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

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
  const { input, options: callOptions, wantsHelp } = readTyped(operation, tokens);
  if (wantsHelp) return operationHelp(operation);
  const url = callOptions.get("url") ?? options.url ?? trimmed(env.BAILIWICK_URL);
  const key = callOptions.get("key") ?? options.key ?? trimmed(env.BAILIWICK_KEY);
  const workspace = callOptions.get("workspace") ?? options.workspace;
  const idempotencyKey = callOptions.get("idempotency_key");
  const output =
    url === undefined && key === undefined
      ? await callLocally(readConfig(), operation, { input, workspace, idempotencyKey })
      : await createSend({ url: url ?? ownUrl(readConfig()), key, workspace })(operation.route, input, {
          idempotencyKey,
        });
  return JSON.stringify(output, null, 2);
}

function findOperation(name: string): Operation {
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
