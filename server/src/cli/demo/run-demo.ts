/** `bailiwick demo`: a crew of processes audits the packages in a folder, through the public API. */
import { once } from "node:events";
import { RUN_MINUTES_MAX, WORKERS_DEFAULT } from "../../demo/needs.ts";
import type { Config } from "../../runtime/config.ts";
import { ownCommand } from "../../start/own-command.ts";
import { DemoError, explain, Interrupted } from "./director/error.ts";
import { findInstallation } from "./director/installation.ts";
import { openPlace, type Place } from "./director/place.ts";
import { type Register, startRegister } from "./director/register.ts";
import { runAudit } from "./director/run-audit.ts";
import { showResult } from "./director/show-result.ts";
import { createTerminal, type Output, type Terminal } from "./director/terminal.ts";

export interface DemoOptions {
  config: () => Config;
  url?: string | undefined;
  key?: string | undefined;
  session?: string | undefined;
  /** The folder whose node_modules is audited. The default is the nearest one, from the working directory upwards. */
  path?: string | undefined;
  workers?: number | undefined;
  /** Keeps a server that the demo started running until Ctrl-C. */
  keep?: boolean | undefined;
  out?: Output | undefined;
  /** The command line for the processes of the crew. The default is the one that started this process. */
  command?: readonly string[] | undefined;
}

const WORKERS_MAX = 20;
const EXIT_FAILED = 1;
/** The exit code of a process that Ctrl-C ended. */
const EXIT_INTERRUPTED = 130;

/** Returns the exit code. All messages have been printed then. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const terminal = createTerminal(options.out ?? process.stdout, process.env);
  const limits = createLimits();
  const { stop } = limits;
  try {
    await perform(options, terminal, limits);
    return 0;
  } catch (error) {
    terminal.status("");
    const reason: unknown = stop.signal.aborted ? stop.signal.reason : error;
    if (reason instanceof Interrupted) {
      terminal.print("", "Stopped: the audit is canceled and the crew is gone.");
      return EXIT_INTERRUPTED;
    }
    terminal.print("", `The demo failed. ${explain(reason)}`);
    return EXIT_FAILED;
  } finally {
    limits.release();
  }
}

interface Limits {
  /** Aborted by Ctrl-C, by the time limit, and when the crew fails. */
  stop: AbortController;
  endTimeLimit(): void;
  release(): void;
}

function createLimits(): Limits {
  const stop = new AbortController();
  const interrupt = () => {
    // A second signal ends the process at once.
    if (stop.signal.aborted) process.exit(EXIT_INTERRUPTED);
    stop.abort(new Interrupted());
  };
  const late = `The demo took longer than ${RUN_MINUTES_MAX} minutes and was stopped.`;
  const timer = setTimeout(() => stop.abort(new DemoError(late)), RUN_MINUTES_MAX * 60_000);
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  return {
    stop,
    endTimeLimit: () => clearTimeout(timer),
    release() {
      clearTimeout(timer);
      process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
    },
  };
}

async function perform(options: DemoOptions, terminal: Terminal, limits: Limits): Promise<void> {
  const { workers = WORKERS_DEFAULT } = options;
  const { stop } = limits;
  if (!Number.isInteger(workers) || workers < 1 || workers > WORKERS_MAX) {
    throw new DemoError(`The crew has from 1 to ${WORKERS_MAX} workers.`);
  }
  const path = await findInstallation(options.path, process.cwd());
  terminal.print(terminal.paint("bold", "A crew of agents audits the packages that are installed here."));
  terminal.status("  Looking for the server");
  const session = options.session ?? process.env.BAILIWICK_SESSION;
  const register = await startRegister();
  try {
    const opening = openPlace({ ...options, session, allowedHost: register.host });
    const place = await unlessStopped(opening, stop.signal);
    await performAt(place, { options, path, register, terminal, limits });
  } finally {
    await register.close();
  }
}

interface Performance {
  options: DemoOptions;
  path: string;
  register: Register;
  terminal: Terminal;
  limits: Limits;
}

async function performAt(place: Place, { options, path, register, terminal, limits }: Performance): Promise<void> {
  const { workers = WORKERS_DEFAULT, command = ownCommand(), keep = false } = options;
  const { stop, endTimeLimit } = limits;
  try {
    terminal.status("");
    terminal.print(...introduction(path, place, terminal));
    const surroundings = { url: place.url, path, command };
    // A service key belongs to no person.
    const { user } = await place.client.auth.me();
    // A server elsewhere cannot call this machine.
    const reached = place.kind === "given" ? undefined : register;
    const whole = { client: place.client, workers, surroundings, terminal, stop, askedId: user?.id, register: reached };
    const decideAt = place.signInLink ?? (async () => `${place.url}/inbox`);
    const audited = await runAudit({ ...whole, decideAt });
    endTimeLimit();
    await showResult(place.client, audited, path, terminal);
    terminal.print(
      "",
      ...(await whatNext(options, place, { rootId: audited.root.id, isAsked: user !== null }, terminal)),
    );
    if (keep && place.signInLink) await interruption(stop.signal);
  } finally {
    await place.close();
  }
}

/** If the demo is stopped while the server starts, the server is closed as soon as it has started. */
async function unlessStopped(opening: Promise<Place>, signal: AbortSignal): Promise<Place> {
  const stopped = once(signal, "abort").then(() => {
    opening.then(({ close }) => close()).catch(() => undefined);
    throw signal.reason;
  });
  return Promise.race([opening, stopped]);
}

const SERVER = { own: ", started for the demo", found: ", already running", given: "" };

function introduction(path: string, { url, kind }: Place, { paint }: Terminal): string[] {
  return ["", `  ${paint("cyan", "Folder    ")}${path}`, `  ${paint("cyan", "Server    ")}${url}${SERVER[kind]}`];
}

interface Ended {
  rootId: string;
  /** A person has a question of the supervisor. */
  isAsked: boolean;
}

async function whatNext({ keep, config }: DemoOptions, place: Place, { rootId, isAsked }: Ended, { paint }: Terminal) {
  const isElsewhere = place.kind === "given";
  const rows = [
    ...(isAsked ? [["Your decision", `${place.url}/inbox   a question of the supervisor`]] : []),
    ["Whole report", isElsewhere ? `GET ${place.url}/api/tasks/${rootId}` : `bailiwick call tasks.get --id ${rootId}`],
    [
      "Audit log",
      isElsewhere
        ? `GET ${place.url}/api/audit?subject_id=${rootId}`
        : `bailiwick call audit.list --subject_id ${rootId}`,
    ],
  ];
  if (place.signInLink && keep)
    rows.push(["Sign in", `${await place.signInLink()}   once; the server runs until Ctrl-C`]);
  else if (place.signInLink) rows.push(["Same server", `bailiwick start   with the data in ${config().dataDir}`]);
  else rows.push(["Server", place.url]);
  const lines = rows.map(([what = "", where = ""]) => `  ${paint("cyan", what.padEnd(18))}${where}`);
  return [paint("bold", "Where to look next"), "", ...lines];
}

async function interruption(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
}
