/** `bailiwick audit`: reads the record of a workspace, and verifies an export without server and database. */
import { createReadStream } from "node:fs";
import { open, readFile, unlink } from "node:fs/promises";
import type { Against, Verdict } from "../audit/sealing/verdict.ts";
import { verifyExport } from "../audit/sealing/verify.ts";
import { proofCheckOf } from "../audit/sealing/verify-proof.ts";
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
  const checkpoint = options.checkpoint === undefined ? undefined : await textOf(options.checkpoint);
  const against = { checkpoint, key: options.key };
  const verdict = await verdictOf(file, against);
  console.log(verdict.lines.map(printable).join("\n"));
  return verdict.exitCode;
}

async function verdictOf(file: string, against: Against): Promise<Verdict> {
  const check = proofCheckOf(await firstLineOf(file));
  if (check) return check(await textOf(file), against);
  if (against.key !== undefined && against.checkpoint === undefined)
    throw new UsageError("--key verifies a checkpoint: give --checkpoint too.");
  const input = createReadStream(file, "utf8");
  return verifyExport(linesOf(input), against);
}

/** The first lines of proofs are short. */
const FIRST_BYTES = 100;

async function firstLineOf(file: string): Promise<string> {
  const handle = await open(file, "r").catch(() => {
    throw new UsageError(`The file ${file} cannot be read.`);
  });
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(FIRST_BYTES), 0, FIRST_BYTES, 0);
    return buffer.toString("utf8", 0, bytesRead).split("\n")[0] ?? "";
  } catch {
    throw new UsageError(`The file ${file} cannot be read.`);
  } finally {
    await handle.close();
  }
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

export type Shown = "checkpoint" | "key" | "proof" | "consistency";

/** The operations whose output has a text. Two of them name it `proof`. */
const TEXTS = { checkpoint: "checkpoint", key: "key", proof: "proof", consistency: "proof" } as const;

/** Returns the text of one of these operations. */
export async function runShow(
  readConfig: () => Config,
  env: Environment,
  name: Shown,
  { input, caller }: { input: Record<string, unknown>; caller: CallOptions },
): Promise<string> {
  const operation = findOperation(`audit.get_${name}`);
  const output = await asCaller(readConfig, env, caller, operation, (run) => run(operation, input));
  // The output of each has its text under this name.
  return (output as Record<string, string>)[TEXTS[name]]?.trimEnd() ?? "";
}
