/** Keeps the process until a signal, then ends it in good order. */
import type { Logger } from "../runtime/log.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** What still hangs after this is left. Milliseconds. */
const SHUTDOWN_MS = 20_000;
const EXIT_FAILED = 1;
/** What a shell shows for a process that Ctrl-C ended. */
const EXIT_INTERRUPTED = 130;

interface Stoppable {
  close(): Promise<void>;
}

/** Resolves when the server has started; a signal while it starts waits for that, so that nothing is left half open. */
export async function stayUntilStopped(starting: Promise<Stoppable>, log: Logger): Promise<void> {
  let isStopping = false;

  async function stop(exitCode: number): Promise<void> {
    isStopping = true;
    setTimeout(leave, SHUTDOWN_MS).unref();
    try {
      await (await starting).close();
      process.exit(exitCode);
    } catch (error) {
      log.error({ err: error }, "The shutdown did not go well.");
      process.exit(EXIT_FAILED);
    }
  }

  function leave(): void {
    log.error(
      `The shutdown has not ended within ${SHUTDOWN_MS / 1_000} s; the database may hang. Leaving what is open.`,
    );
    process.exit(EXIT_FAILED);
  }

  for (const signal of SIGNALS) {
    process.on(signal, () => {
      // Whoever asks twice does not want to wait.
      if (isStopping) process.exit(EXIT_INTERRUPTED);
      log.info(`${signal}: shutting down.`);
      void stop(0);
    });
  }
  process.on("unhandledRejection", (error) => log.error({ err: error }, "A failure that nobody handled: a bug."));
  process.on("uncaughtException", (error) => {
    log.fatal({ err: error }, "An error that nobody caught: a bug. Shutting down.");
    if (!isStopping) void stop(EXIT_FAILED);
  });
  await starting;
}
