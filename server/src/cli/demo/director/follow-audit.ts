/** Prints the audit from the live feed, and kills one worker on the way. */
import type { Task } from "../../../../../sdk/src/index.ts";
import { planAccident } from "./accident.ts";
import type { Feed } from "./feed.ts";
import type { CrewProcess } from "./processes.ts";
import { createStory, type StoryLine } from "./story.ts";
import type { Terminal } from "./terminal.ts";
import { clock } from "./words.ts";

/** The interval between two updates of the line with the elapsed time. */
const TICK_MS = 100;
const WHO_WIDTH = 18;
const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

interface Cast {
  root: Task;
  names: Map<string, string>;
  victim: CrewProcess;
  /** Starts another process for the victim's agent. */
  replace: () => CrewProcess;
  decideAt?: (() => Promise<string>) | undefined;
}

/** Follows the feed until the root task ends. Returns the id of the recovered task. */
export async function followAudit(terminal: Terminal, feed: Feed, cast: Cast): Promise<string | undefined> {
  const { root, names, victim, replace, decideAt } = cast;
  const story = createStory({ id: root.id, title: root.title, agentId: root.assigned_to_agent_id ?? "" }, names);
  const accident = planAccident(victim, replace);
  const startedMs = performance.now();
  const tick = () => {
    const passedMs = performance.now() - startedMs;
    const frame = FRAMES[Math.floor(passedMs / TICK_MS) % FRAMES.length];
    terminal.status(`  ${frame} ${story.progress()}, ${Math.floor(passedMs / 1_000)} s`);
  };
  terminal.print("");
  const timer = setInterval(tick, TICK_MS);
  try {
    await feed.follow((fact) => {
      const line = story.tell(fact);
      if (line) terminal.print(lineOf(line, terminal));
      if (line && fact.type === "action.proposed") void decideAt?.().then((at) => terminal.print(whereToDecide(at)));
      const done = accident.watch(fact);
      const who = victim.member.name;
      if (done) terminal.print(lineOf({ at: fact.created_at, who, what: done, style: "red" }, terminal));
      return story.tasks.get(root.id)?.status === "open";
    });
  } finally {
    clearInterval(timer);
    terminal.status("");
  }
  return accident.recovered();
}

/** Nobody has to decide: without a decision the audit ends by itself. */
const whereToDecide = (at: string) => `${" ".repeat(12)}Decide within 30 s: ${at}`;

function lineOf({ at, who, what, style }: StoryLine, { paint }: Terminal): string {
  const text = style ? paint(style, what) : what;
  return `  ${paint("dim", clock(at))}  ${paint("bold", who.padEnd(WHO_WIDTH))}${text}`;
}
