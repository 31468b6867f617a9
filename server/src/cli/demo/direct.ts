/** The process of a demo that a server started. It directs the crew and reports to the server, not to a terminal. */
import { createClient } from "../../../../sdk/src/index.ts";
import { RUN_MINUTES_MAX, WORKERS_DEFAULT } from "../../demo/needs.ts";
import type { Report } from "../../demo/report.ts";
import { ownCommand } from "../../start/own-command.ts";
import { CREW_ENV } from "./crew/member.ts";
import { DemoError, explain } from "./director/error.ts";
import { runAudit } from "./director/run-audit.ts";
import type { Terminal } from "./director/terminal.ts";

/** The further variable of the director. */
export const DIRECTOR_ENV = { user: "BAILIWICK_DEMO_USER" } as const;
const EXIT_FAILED = 1;
/** The time to cancel the audit and revoke the keys after the server has closed standard input. */
const CLEANUP_MS = 8_000;
const TITLE_WIDTH = 100;

/** Returns the exit code. Like the crew, this process gets its key in its environment and ends with standard input. */
export async function directRun(env: NodeJS.ProcessEnv = process.env): Promise<number> {
  const [url, key, path] = [env[CREW_ENV.url], env[CREW_ENV.key], env[CREW_ENV.path]];
  if (!url || !key || !path) throw new Error("Only the server starts this command.");
  const stop = new AbortController();
  const release = endWith(stop);
  const surroundings = { url, path, command: ownCommand() };
  try {
    await runAudit({
      client: createClient({ url, key }),
      workers: WORKERS_DEFAULT,
      surroundings,
      terminal: reporter(),
      stop,
      askedId: env[DIRECTOR_ENV.user],
      keysEndWithOurs: true,
      onRoot: ({ id }) => report({ root_task_id: id }),
    });
    return 0;
  } catch (error) {
    const reason: unknown = stop.signal.aborted ? stop.signal.reason : error;
    report({ failed: explain(reason) });
    return EXIT_FAILED;
  } finally {
    release();
  }
}

/**
 * Stops the run when standard input closes, which happens when the server ends it or dies. Ctrl-C is for the server.
 */
function endWith(stop: AbortController): () => void {
  const stopWithServer = () => {
    stop.abort(new DemoError("The server ended the demo."));
    setTimeout(() => process.exit(EXIT_FAILED), CLEANUP_MS).unref();
  };
  const late = new DemoError(`The demo took longer than ${RUN_MINUTES_MAX} minutes and was stopped.`);
  const timer = setTimeout(() => stop.abort(late), RUN_MINUTES_MAX * 60_000);
  process.stdin.once("close", stopWithServer).resume();
  // Writes fail once the server has ended.
  process.stdout.on("error", () => undefined);
  process.on("SIGINT", () => undefined).on("SIGTERM", stopWithServer);
  return () => {
    clearTimeout(timer);
    process.stdin.off("close", stopWithServer).destroy();
  };
}

function report(what: Report): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

function reporter(): Terminal {
  return {
    width: TITLE_WIDTH,
    paint: (_, text) => text,
    print: (...lines) => lines.forEach((said) => void report({ said })),
    status: () => undefined,
  };
}
