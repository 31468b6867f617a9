/** `bailiwick audit`: reads the record of a workspace, and verifies an export without server and database. */
import { createReadStream } from "node:fs";
import { open, readFile, unlink } from "node:fs/promises";
import { verifyExport } from "../audit/sealing/verify.ts";
import type { Config, Environment } from "../runtime/config.ts";
import { asCaller, type CallOptions, findOperation } from "./call.ts";
import { UsageError } from "./failure.ts";
import { printable } from "./printable.ts";

interface VerifyOptions {
  checkpoint?: string;
  key?: string;
}

/** Prints the verdict and returns the exit code. */
export async function runVerify(file: string, options: VerifyOptions): Promise<number> {
  if (options.key !== undefined && options.checkpoint === undefined)
    throw new UsageError("--key verifies a checkpoint: give --checkpoint too.");
  const checkpoint = options.checkpoint === undefined ? undefined : await textOf(options.checkpoint);
  const input = createReadStream(file, "utf8");
  const opened = new Promise<void>((resolve, reject) => input.once("open", () => resolve()).once("error", reject));
  await opened.catch(() => {
    throw new UsageError(`The file ${file} cannot be read.`);
  });
  const verdict = await verifyExport(linesOf(input), { checkpoint, key: options.key });
  console.log(verdict.lines.map(printable).join("\n"));
  return verdict.exitCode;
}

/** The lines that end with a line feed alone: a text of a fact may hold other separators. */
async function* linesOf(input: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of input) {
    const [first = "", ...more] = chunk.split("\n");
    rest += first;
    for (const part of more) {
      yield rest;
      rest = part;
    }
  }
  if (rest !== "") yield rest;
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch {
    throw new UsageError(`The file ${file} cannot be read.`);
  }
}

interface Part {
  lines: string;
  next_leaf: number | null;
}

type Format = "jsonl" | "csv";

/** Writes all facts to a new file, one part after another. Returns a sentence for the terminal. */
export async function runExport(
  readConfig: () => Config,
  env: Environment,
  file: string,
  { format = "jsonl", ...caller }: CallOptions & { format?: Format },
): Promise<string> {
  if (format !== "jsonl" && format !== "csv") throw new UsageError("--format is jsonl or csv.");
  const handle = await open(file, "wx").catch(() => {
    throw new UsageError(`The file ${file} exists already or cannot be written.`);
  });
  const operation = findOperation("audit.export");
  let lines = 0;
  try {
    await asCaller(readConfig, env, caller, operation, async (run) => {
      for (let from: number | null = 0; from !== null; ) {
        // The server checks its answers with the shape of the operation.
        const part = (await run(operation, { format, from_leaf: from })) as Part;
        await handle.writeFile(part.lines);
        lines += part.lines.split("\n").length - 1;
        from = part.next_leaf;
      }
    });
  } catch (error) {
    // A part of the record would look like a whole one.
    await unlink(file);
    throw error;
  } finally {
    await handle.close();
  }
  return `${format === "csv" ? lines - 1 : lines} facts are in ${file}.`;
}

/** Returns the newest checkpoint or the key that verifies it. */
export async function runShow(
  readConfig: () => Config,
  env: Environment,
  name: "checkpoint" | "key",
  caller: CallOptions,
): Promise<string> {
  const operation = findOperation(`audit.get_${name}`);
  const output = await asCaller(readConfig, env, caller, operation, (run) => run(operation, {}));
  // The output of each of the two has its text under this name.
  return (output as Record<string, string>)[name]?.trimEnd() ?? "";
}
