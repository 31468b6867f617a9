/** Starts the demo's processes for the server, one run at a time, and sees to it that each run ends. */
import { systemActor } from "../kernel/actor.ts";
import type { Dispatcher } from "../kernel/dispatch/dispatch.ts";
import { Problem } from "../kernel/problem.ts";
import type { Logger } from "../runtime/log.ts";
import { cancelTask } from "../tasks/operations/cancel-task.ts";
import { type Director, startDirector } from "./director-process.ts";
import { endDemo, noteDemoRoot } from "./operations.ts";
import { findOwnInstallation } from "./own-installation.ts";
import type { DemoCrew, DemoRun } from "./port.ts";
import type { DemoEnd } from "./schema.ts";

/** What the processes are started with, and whose packages they read. */
export interface CrewSetup {
  /** Program and arguments that start the command line. */
  command: readonly string[];
  /** The folder this server is installed in, unless told. */
  path?: string;
}

export interface LauncherOptions {
  /** Undefined where the server was not started by the command line. */
  crew: CrewSetup | undefined;
  /** How this machine reaches the server. */
  url: () => string;
  dispatch: Dispatcher["dispatch"];
  log: Logger;
}

export interface Launcher extends DemoCrew {
  /** Ends the run that is under way, and stores that. */
  close(): Promise<void>;
}

/** Longer than a run gives itself. Milliseconds. */
const RUN_MS_MAX = 4 * 60_000;
const NO_COMMAND = "This server was not started by the command line bailiwick, which the crew are processes of.";
const NOTHING_INSTALLED = "No packages are installed beside this server that a crew could audit.";
const BUSY = "A demo runs on this server already. Try again in a few minutes.";
const CLOSING = "The server was stopped.";

export function createLauncher({ crew, url, dispatch, log }: LauncherOptions): Launcher {
  let isClosing = false;
  let current: { director: Director; ended: Promise<void> } | undefined;
  let found: Promise<string | undefined> | undefined;

  async function pathToAudit(): Promise<string | undefined> {
    found ??= crew?.path === undefined ? findOwnInstallation() : Promise.resolve(crew.path);
    return found;
  }

  function hindrance(path: string | undefined): string | undefined {
    if (isClosing) return CLOSING;
    if (current) return BUSY;
    if (!crew) return NO_COMMAND;
    return path === undefined ? NOTHING_INSTALLED : undefined;
  }

  /** From the first process to the stored end. */
  async function perform(run: DemoRun, setup: Required<CrewSetup>): Promise<void> {
    const notes: Promise<unknown>[] = [];
    let rootId: string | undefined;
    const director = startDirector({
      ...setup,
      url: url(),
      key: run.key,
      log,
      onRoot(root_task_id) {
        rootId = root_task_id;
        notes.push(store(run, noteDemoRoot, { id: run.id, root_task_id }));
      },
    });
    const timer = setTimeout(() => director.stop("It took too long and was stopped."), RUN_MS_MAX);
    const ended = director.ended
      .then(async (end) => {
        clearTimeout(timer);
        const told = await Promise.allSettled(notes);
        for (const note of told) if (note.status === "rejected") log.warn({ err: note.reason }, "A run is not noted.");
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

  /** A director that was killed leaves it open; one that lived has canceled it. */
  async function cancelRoot(run: DemoRun, id: string): Promise<void> {
    await store(run, cancelTask, { id, reason: "The demo was stopped." }).catch((error: unknown) => {
      if (!(error instanceof Problem)) throw error;
    });
  }

  return {
    unavailable: async () => hindrance(await pathToAudit()),
    async start(run) {
      const path = await pathToAudit();
      // Between this look and the start of the process nobody else has a turn.
      const reason = hindrance(path);
      if (reason === undefined && crew && path !== undefined) return perform(run, { command: crew.command, path });
      const end: DemoEnd = { id: run.id, outcome: "failed", reason: reason ?? NOTHING_INSTALLED };
      return store(run, endDemo, end);
    },
    async close() {
      isClosing = true;
      current?.director.stop(CLOSING);
      // Whoever started the run is told how storing its end failed.
      await current?.ended.catch(() => undefined);
    },
  };
}
