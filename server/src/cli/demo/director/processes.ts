/** The processes of the crew: started, killed and stopped for real. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { CREW_ENV } from "../crew/member.ts";
import { DemoError } from "./error.ts";
import type { Member } from "./roster.ts";

export interface Surroundings {
  url: string;
  path: string;
  /** Program and arguments that start the command line; the hidden command of the crew follows. */
  command: readonly string[];
}

export interface CrewProcess {
  member: Member;
  pid: number;
  /** SIGKILL: it gets no chance to say anything to anybody. */
  kill(): void;
  stop(): Promise<void>;
}

/** A process that does not end by itself by then is killed. Milliseconds. */
const STOP_MS = 2_000;
const STDERR_LENGTH_MAX = 2_000;

export function startProcess(
  member: Member,
  { url, path, command }: Surroundings,
  onFailure: (error: DemoError) => void,
): CrewProcess {
  const [program = "", ...args] = command;
  const child = spawn(program, [...args, "demo-crew", member.role], {
    env: { ...withoutSecrets(process.env), [CREW_ENV.url]: url, [CREW_ENV.key]: member.key, [CREW_ENV.path]: path },
    // Standard input is the lifeline: it closes when this process ends, however it ends.
    stdio: ["pipe", "ignore", "pipe"],
  });
  let isWanted = true;
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-STDERR_LENGTH_MAX);
  });
  child.stdin.on("error", () => undefined);
  child.once("error", (error) => onFailure(new DemoError(`${member.name} could not be started: ${error.message}`)));
  child.once("close", (code, signal) => {
    const how = signal ?? `code ${code}`;
    if (isWanted) onFailure(new DemoError(`The process of ${member.name} ended by itself (${how}): ${lastLine(said)}`));
  });
  return {
    member,
    pid: child.pid ?? 0,
    kill() {
      isWanted = false;
      child.kill("SIGKILL");
    },
    async stop() {
      isWanted = false;
      await end(child);
    },
  };
}

/** What programs need to run. Whatever else is in an environment may be a secret. */
const PASSED_ON = [
  ...["PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR"],
  ...["LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "NODE_EXTRA_CA_CERTS"],
];

/** The crew reaches the database and the sealed secrets through the server alone. */
export function withoutSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => PASSED_ON.includes(name)));
}

export function lastLine(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  // Node ends a crash with its version; the message stands at the error's name.
  return lines.findLast((line) => /error/i.test(line))?.trim() ?? lines.at(-1)?.trim() ?? "it said nothing.";
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, "close");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  child.stdin?.end();
  await ended;
  clearTimeout(timer);
}
