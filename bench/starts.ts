/** Measures a start from the command to the first answer, on a new data folder and on an existing one. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { figure, print } from "./figures.ts";
import { ROUNDS } from "./settings.ts";

const PORT = "7399";
const CHECK_INTERVAL_MS = 10;
const bin = join(dirname(fileURLToPath(import.meta.url)), "../../server/bin/bailiwick.js");

export async function measureStarts(): Promise<void> {
  const cold: number[] = [];
  const warm: number[] = [];
  for (let round = 0; round < Math.min(ROUNDS, 5); round++) {
    const dataDir = mkdtempSync(join(tmpdir(), "bailiwick-start-"));
    cold.push(await startSeconds(dataDir));
    warm.push(await startSeconds(dataDir));
    rmSync(dataDir, { recursive: true, force: true });
  }
  print(figure("cold start, new data folder", "s", cold, { is: "at most", value: 5 }));
  print(figure("warm start", "s", warm, { is: "at most", value: 1.5 }));
}

async function startSeconds(dataDir: string): Promise<number> {
  const start = performance.now();
  const env = { ...process.env, BAILIWICK_DATA_DIR: dataDir, BAILIWICK_PORT: PORT, BAILIWICK_LOG_LEVEL: "error" };
  const child = spawn(process.execPath, [bin, "start"], { env, stdio: "ignore" });
  const ended = new Promise((resolve) => child.on("exit", resolve));
  while (!(await isReady())) await new Promise((resolve) => setTimeout(resolve, CHECK_INTERVAL_MS));
  const seconds = (performance.now() - start) / 1_000;
  child.kill("SIGTERM");
  await ended;
  return seconds;
}

async function isReady(): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${PORT}/api/ready`)).ok;
  } catch {
    return false;
  }
}
