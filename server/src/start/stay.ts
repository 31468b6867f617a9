/** Keeps the process running until a signal, then shuts it down. */
import type { Logger } from "../runtime/log.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** The process exits after this time even if something is still open. */
const SHUTDOWN_MS = 20_000;
const EXIT_FAILED = 1;
/** The exit code of a process that Ctrl-C ended. */
const EXIT_INTERRUPTED = 130;

interface Stoppable {
  close(): Promise<void>;
}

/** Resolves when the server has started. A signal during the start waits for its end, so that everything is closed. */
export async function stayUntilStopped(starting: Promise<Stoppable>, log: Logger): Promise<void> {
  let isStopping = false;

  async function stop(exitCode: number): Promise<void> {
    isStopping = true;
    setTimeout(leave, SHUTDOWN_MS).unref();
    try {
      await (await starting).close();
      process.exit(exitCode);
    } catch (error) {
      log.error({ err: error }, "The shutdown failed.");
      process.exit(EXIT_FAILED);
    }
  }

  function leave(): void {
    log.error(
      `The shutdown has not ended within ${SHUTDOWN_MS / 1_000} s; the database may hang. The process exits now.`,
    );
    process.exit(EXIT_FAILED);
  }

  for (const signal of SIGNALS) {
    process.on(signal, () => {
      // A second signal ends the process at once.
      if (isStopping) process.exit(EXIT_INTERRUPTED);
      log.info(`${signal}: shutting down.`);
      void stop(0);
    });
  }
  process.on("unhandledRejection", (error) => log.error({ err: error }, "Unhandled rejection, which is a bug."));
  process.on("uncaughtException", (error) => {
    log.fatal({ err: error }, "Uncaught error, which is a bug. Shutting down.");
    if (!isStopping) void stop(EXIT_FAILED);
  });
  await starting;
}
