/** Starts the demo's processes for the server, one run at a time, and stores the end of each run. */
import { endDemo, noteDemoRoot } from "../../demo/operations.ts";
import type { DemoCrew, DemoRun } from "../../demo/port.ts";
import type { DemoEnd } from "../../demo/schema.ts";
import { systemActor } from "../../kernel/actor.ts";
import type { Dispatcher } from "../../kernel/dispatch/dispatch.ts";
import { Problem } from "../../kernel/problem.ts";
import type { Logger } from "../../runtime/log.ts";
import { cancelTask } from "../../tasks/operations/cancel-task.ts";
import { type Director, startDirector } from "./director-process.ts";
import { findOwnInstallation } from "./own-installation.ts";

/** The command that starts the processes, and the folder that they audit. */
export interface CrewSetup {
  /** The program and the arguments that start the command line. */
  command: readonly string[];
  /** The folder to audit. The default is the folder in which this server is installed. */
  path?: string;
}

export interface LauncherOptions {
  /** Undefined when the server was not started by the command line. */
  crew: CrewSetup | undefined;
  /** Returns the server's address for this machine. */
  url: () => string;
  dispatch: Dispatcher["dispatch"];
  log: Logger;
}

export interface Launcher extends DemoCrew {
  /** Stops the present run and stores its end. */
  close(): Promise<void>;
}

/** A run is stopped after this time, which is longer than the director's own limit. */
const RUN_MS_MAX = 4 * 60_000;
const NO_COMMAND =
  "This server was not started by the command line bailiwick, so it cannot start the processes of the demo.";
const NOTHING_INSTALLED = "No packages to audit are installed in the folder of this server.";
const BUSY = "A demo is already running on this server. Try again in a few minutes.";
const CLOSING = "The server was stopped.";

export function createLauncher({ crew, url, dispatch, log }: LauncherOptions): Launcher {
  let isClosing = false;
  let current: { director: Director; ended: Promise<void> } | undefined;
  let found: Promise<string | undefined> | undefined;

  async function pathToAudit(): Promise<string | undefined> {
    found ??= crew?.path === undefined ? findOwnInstallation() : Promise.resolve(crew.path);
    return found;
  }

  function unavailableReason(path: string | undefined): string | undefined {
    if (isClosing) return CLOSING;
    if (current) return BUSY;
    if (!crew) return NO_COMMAND;
    return path === undefined ? NOTHING_INSTALLED : undefined;
  }

  /** Runs the director, and resolves when the end of the run is stored. */
  async function perform(run: DemoRun, setup: Required<CrewSetup>): Promise<void> {
    const notes: Promise<unknown>[] = [];
    let rootId: string | undefined;
    const director = startDirector({
      ...setup,
      url: url(),
      key: run.key,
      userId: run.user_id,
      log,
      onRoot(root_task_id) {
        rootId = root_task_id;
        notes.push(store(run, noteDemoRoot, { id: run.id, root_task_id }));
      },
    });
    const timer = setTimeout(() => director.stop("The run took too long and was stopped."), RUN_MS_MAX);
    const ended = director.ended
      .then(async (end) => {
        clearTimeout(timer);
        for (const note of await Promise.allSettled(notes)) {
          if (note.status === "rejected") log.warn({ err: note.reason }, "The audit of a demo run was not stored.");
        }
        if (end.outcome === "failed" && rootId !== undefined) await cancelRoot(run, rootId);
        await store(run, endDemo, { id: run.id, ...end });
      })
      .finally(() => {
        current = undefined;
      });
    current = { director, ended };
    return ended;
  }

  async function store(run: DemoRun, operation: Parameters<typeof dispatch>[0], input: unknown): Promise<void> {
    const request = {
      id: `demo:${run.id}`,
      trace_id: null,
      ip: "",
      at_this_machine: false,
      user_agent: "",
      session: null,
    };
    await dispatch(operation, systemActor("demo", run.workspace), { input, request });
  }

  /** Cancels the audit, which a killed director leaves open. A director that ended by itself has canceled it. */
  async function cancelRoot(run: DemoRun, id: string): Promise<void> {
    await store(run, cancelTask, { id, reason: "The demo was stopped." }).catch((error: unknown) => {
      if (!(error instanceof Problem)) throw error;
    });
  }

  return {
    unavailable: async () => unavailableReason(await pathToAudit()),
    async start(run) {
      const path = await pathToAudit();
      // No other call runs between this check and the start of the process.
      const reason = unavailableReason(path);
      if (reason === undefined && crew && path !== undefined) return perform(run, { command: crew.command, path });
      const end: DemoEnd = { id: run.id, outcome: "failed", reason: reason ?? NOTHING_INSTALLED };
      return store(run, endDemo, end);
    },
    async close() {
      isClosing = true;
      current?.director.stop(CLOSING);
      // The caller that started the run gets the failure.
      await current?.ended.catch(() => undefined);
    },
  };
}
