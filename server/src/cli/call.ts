/** `bailiwick call`: any operation from a terminal, over HTTP or, on the server's own machine, through its database. */
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

/** Answers the text to print. */
export async function call(
  readConfig: () => Config,
  env: Environment,
  name: string,
  tokens: readonly string[],
  options: CallOptions,
): Promise<string> {
  const operation = findOperation(name);
  const { input, options: among, wantsHelp } = readTyped(operation, tokens);
  if (wantsHelp) return operationHelp(operation);
  const url = among.get("url") ?? options.url ?? written(env.BAILIWICK_URL);
  const key = among.get("key") ?? options.key ?? written(env.BAILIWICK_KEY);
  const workspace = among.get("workspace") ?? options.workspace;
  const idempotencyKey = among.get("idempotency_key");
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
  // The name of the tool is as good.
  const found = served.find((operation) => operation.name === name || operation.name.replaceAll(/[.-]/g, "_") === name);
  if (found) return found;
  const [area = ""] = name.split(/[._]/);
  const near = served.filter((operation) => operation.name.startsWith(`${area}.`)).map((operation) => operation.name);
  const hint = near.length > 0 ? `In ${area} there are: ${near.join(", ")}.` : "See bailiwick operations.";
  throw new UsageError(`There is no operation ${name}. ${hint}`);
}

function ownUrl({ publicUrl, port }: Config): string {
  return publicUrl ?? `http://127.0.0.1:${port}`;
}

function written(text: string | undefined): string | undefined {
  return text?.trim() || undefined;
}
