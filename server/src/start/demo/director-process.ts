/** Starts the director of a run as a process on the server's machine, and reads its reports. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { CREW_ENV } from "../../cli/demo/crew/member.ts";
import { DIRECTOR_ENV } from "../../cli/demo/direct.ts";
import { lastLine, withoutSecrets } from "../../cli/demo/director/processes.ts";
import { shorten } from "../../cli/demo/director/words.ts";
import { parse } from "../../demo/packages/shapes.ts";
import { Report } from "../../demo/report.ts";
import type { DemoEnd } from "../../demo/schema.ts";
import { TEXT_LIMITS } from "../../kernel/schema.ts";
import type { Logger } from "../../runtime/log.ts";

export interface DirectorOptions {
  /** The program and the arguments that start the command line. */
  command: readonly string[];
  url: string;
  key: string;
  /** The person who gets the question of the crew. */
  userId: string;
  path: string;
  log: Logger;
  onRoot: (id: string) => void;
}

export interface Director {
  ended: Promise<Omit<DemoEnd, "id">>;
  /** Asks the director to end. The director gets `STOP_MS` to cancel the audit and revoke the keys. */
  stop(reason: string): void;
}

/** A director that has not ended after this time is killed. */
const STOP_MS = 10_000;
const STDERR_LENGTH_MAX = 2_000;

export function startDirector({ command, url, key, userId, path, log, onRoot }: DirectorOptions): Director {
  const [program = "", ...args] = command;
  const child = spawn(program, [...args, "demo-run"], {
    env: {
      ...withoutSecrets(process.env),
      [CREW_ENV.url]: url,
      [CREW_ENV.key]: key,
      [CREW_ENV.path]: path,
      [DIRECTOR_ENV.user]: userId,
    },
    // The director ends when its standard input closes, and that closes whenever this process ends.
    stdio: ["pipe", "pipe", "pipe"],
  });
  let stopped: string | undefined;
  let failure: string | undefined;
  const onLine = (line: string) => {
    const report = readReport(line);
    if (report && "failed" in report) failure = report.failed;
    else if (report && "root_task_id" in report) onRoot(report.root_task_id);
    else log.debug({ demo: report?.said ?? line }, "The director of the demo printed a line.");
  };
  return {
    ended: endOf(child, onLine).then((exitFailure) => {
      const reason = stopped ?? failure ?? exitFailure;
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

/** Returns undefined for a line that is no report. Such lines only go to the log. */
function readReport(line: string): Report | undefined {
  try {
    return parse(Report, JSON.parse(line), "The report of the director");
  } catch {
    return undefined;
  }
}

/** Returns the reason of a failure, or undefined when the process succeeded. Never rejects. */
async function endOf(
  child: ChildProcessWithoutNullStreams,
  onLine: (line: string) => void,
): Promise<string | undefined> {
  let printed = "";
  child.stdin.on("error", () => undefined);
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    printed = (printed + text).slice(-STDERR_LENGTH_MAX);
  });
  createInterface(child.stdout).on("line", onLine);
  try {
    const [code, signal] = await once(child, "close");
    if (code === 0) return undefined;
    return `The director's process ended by itself (${signal ?? `code ${code}`}): ${lastLine(printed)}`;
  } catch (error) {
    return `The director's process could not be started: ${error instanceof Error ? error.message : String(error)}`;
  }
}
