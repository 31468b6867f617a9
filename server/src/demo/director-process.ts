/** The director of a run, as a process of the server's machine. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { CREW_ENV } from "../cli/demo/crew/member.ts";
import { lastLine, withoutSecrets } from "../cli/demo/director/processes.ts";
import { shorten } from "../cli/demo/director/words.ts";
import { TEXT_LIMITS } from "../kernel/schema.ts";
import type { Logger } from "../runtime/log.ts";
import { parse } from "./packages/shapes.ts";
import { Report } from "./report.ts";
import type { DemoEnd } from "./schema.ts";

export interface DirectorOptions {
  /** Program and arguments that start the command line. */
  command: readonly string[];
  url: string;
  key: string;
  path: string;
  log: Logger;
  onRoot: (id: string) => void;
}

export interface Director {
  ended: Promise<Omit<DemoEnd, "id">>;
  /** It gets the time to cancel the audit and to take the keys back. */
  stop(reason: string): void;
}

/** A director that has not ended by itself by then is killed. Milliseconds. */
const STOP_MS = 10_000;
const STDERR_LENGTH_MAX = 2_000;

export function startDirector({ command, url, key, path, log, onRoot }: DirectorOptions): Director {
  const [program = "", ...args] = command;
  const child = spawn(program, [...args, "demo-run"], {
    env: { ...withoutSecrets(process.env), [CREW_ENV.url]: url, [CREW_ENV.key]: key, [CREW_ENV.path]: path },
    // Standard input is the lifeline: it closes when this process ends, however it ends.
    stdio: ["pipe", "pipe", "pipe"],
  });
  let stopped: string | undefined;
  let said: string | undefined;
  const hear = (line: string) => {
    const report = readReport(line);
    if (report && "failed" in report) said = report.failed;
    else if (report && "root_task_id" in report) onRoot(report.root_task_id);
    else log.debug({ demo: report?.said ?? line }, "The demo goes on.");
  };
  return {
    ended: endOf(child, hear).then((failure) => {
      const reason = stopped ?? said ?? failure;
      if (reason === undefined) return { outcome: "completed", reason: null };
      return { outcome: "failed", reason: shorten(reason, TEXT_LIMITS.reason) };
    }),
    stop(reason) {
      stopped ??= reason;
      child.stdin.end();
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
      child.once("close", () => clearTimeout(timer));
    },
  };
}

/** What else the process may print is for the log alone. */
function readReport(line: string): Report | undefined {
  try {
    return parse(Report, JSON.parse(line), "A report of the director");
  } catch {
    return undefined;
  }
}

/** Why it did not end well, if it did not. Never rejects. */
async function endOf(child: ChildProcessWithoutNullStreams, hear: (line: string) => void): Promise<string | undefined> {
  let printed = "";
  child.stdin.on("error", () => undefined);
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    printed = (printed + text).slice(-STDERR_LENGTH_MAX);
  });
  createInterface(child.stdout).on("line", hear);
  try {
    const [code, signal] = await once(child, "close");
    if (code === 0) return undefined;
    return `Its process ended by itself (${signal ?? `code ${code}`}): ${lastLine(printed)}`;
  } catch (error) {
    return `Its process could not be started: ${error instanceof Error ? error.message : String(error)}`;
  }
}
