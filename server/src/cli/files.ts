/** `bailiwick attach` and `bailiwick download`: files of tasks, over HTTP. */
import { openAsBlob } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import { basename } from "node:path";
import { pipeline } from "node:stream/promises";
import { createClient } from "../../../sdk/src/index.ts";
import type { Config, Environment } from "../runtime/config.ts";
import { namingCaller } from "./acting.ts";
import { credentialOf } from "./call.ts";
import { UsageError } from "./failure.ts";

export interface FileOptions {
  url?: string | undefined;
  key?: string | undefined;
  workspace?: string | undefined;
}

type Client = ReturnType<typeof createClient>;

/** Returns the attachment as JSON. */
export async function attach(
  readConfig: () => Config,
  env: Environment,
  [taskId, file]: readonly [string, string],
  { name, type, ...options }: FileOptions & { name?: string; type?: string },
): Promise<string> {
  if (!(await exists(file))) throw new UsageError(`There is no file ${file}.`);
  // The file is read while it is sent, also when it is sent again.
  const body = await openAsBlob(file);
  const upload = (client: Client) =>
    client.attachments.upload(taskId, { name: name ?? basename(file), body, contentType: type });
  return JSON.stringify(await over(readConfig, env, options, upload), null, 2);
}

/** Writes the file under its own name into this folder, or where `output` says. Returns what it wrote. */
export async function download(
  readConfig: () => Config,
  env: Environment,
  id: string,
  { output, ...options }: FileOptions & { output?: string },
): Promise<string> {
  return over(readConfig, env, options, async (client) => {
    const found = await client.attachments.download(id);
    const path = output ?? basename(found.name);
    const partial = `${path}.${process.pid}.partial`;
    try {
      if (await exists(path)) throw new UsageError(`${path} exists already. Name another file with --output.`);
      const target = await open(partial, "wx");
      await pipeline(found.body, target.createWriteStream());
      await rename(partial, path);
    } finally {
      await rm(partial, { force: true });
    }
    return `${path} (${found.bytes} bytes, SHA-256 ${found.sha256})`;
  });
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function over<T>(
  readConfig: () => Config,
  env: Environment,
  options: FileOptions,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const credential = credentialOf({ url: options.url, key: options.key }, env, options.workspace, readConfig);
  if (!credential?.key) throw new UsageError("Files go over HTTP: give --key, and --url for a server elsewhere.");
  return namingCaller(credential, () => work(createClient(credential)));
}
