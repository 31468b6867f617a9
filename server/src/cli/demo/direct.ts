/** The process of a run that a server started: directs the crew, and reports to the server instead of to a terminal. */
import { createClient } from "../../../../sdk/src/index.ts";
import { RUN_MINUTES_MAX, WORKERS_DEFAULT } from "../../demo/needs.ts";
import type { Report } from "../../demo/report.ts";
import { ownCommand } from "../../start/own-command.ts";
import { CREW_ENV } from "./crew/member.ts";
import { DemoError, explain } from "./director/error.ts";
import { runAudit } from "./director/run-audit.ts";
import type { Terminal } from "./director/terminal.ts";

const EXIT_FAILED = 1;
/** To cancel the audit and take the keys back, where that still can be done. Milliseconds. */
const TIDY_MS = 8_000;
const TITLE_WIDTH = 100;

/** Answers the exit code. Like the crew, it gets its credential in its environment and ends with standard input. */
export async function directRun(env: NodeJS.ProcessEnv = process.env): Promise<number> {
  const [url, key, path] = [env[CREW_ENV.url], env[CREW_ENV.key], env[CREW_ENV.path]];
  if (!url || !key || !path) throw new Error("This is a part of the server, which starts it.");
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

/** The server ends it by letting go, as it does when it dies; what the terminal sends is for the server to answer. */
function endWith(stop: AbortController): () => void {
  const letGo = () => {
    stop.abort(new DemoError("The server let go of it."));
    setTimeout(() => process.exit(EXIT_FAILED), TIDY_MS).unref();
  };
  const late = new DemoError(`It took longer than ${RUN_MINUTES_MAX} minutes and was stopped.`);
  const timer = setTimeout(() => stop.abort(late), RUN_MINUTES_MAX * 60_000);
  process.stdin.once("close", letGo).resume();
  // Nobody reads any more once the server is gone.
  process.stdout.on("error", () => undefined);
  process.on("SIGINT", () => undefined).on("SIGTERM", letGo);
  return () => {
    clearTimeout(timer);
    process.stdin.off("close", letGo).destroy();
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
