/** Kills one worker in the middle of a task and replaces it when its lease is lost. */
import type { Fact } from "../../../../../sdk/src/index.ts";
import { numberIn } from "./fact.ts";
import type { CrewProcess } from "./processes.ts";

export interface Accident {
  /** Acts on a fact. Returns a line for the terminal that says what was done. */
  watch(fact: Fact): string | undefined;
  victim(): CrewProcess;
  /** The task of the killed worker, once a later attempt has completed it. */
  recovered(): string | undefined;
}

type Stage =
  | { name: "waiting" }
  | { name: "killed"; taskId: string }
  | { name: "replaced"; taskId: string }
  | { name: "recovered"; taskId: string };

/** `replace` starts another process for the same agent. */
export function planAccident(first: CrewProcess, replace: () => CrewProcess): Accident {
  let worker = first;
  let stage: Stage = { name: "waiting" };

  function watch(fact: Fact): string | undefined {
    switch (stage.name) {
      case "waiting":
        return isInTheMiddle(fact, worker.member.agentId) ? kill(fact) : undefined;
      case "killed":
        return fact.subject.id === stage.taskId ? afterDeath(fact, stage.taskId) : undefined;
      case "replaced":
        if (fact.subject.id === stage.taskId && fact.type === "task.completed") stage = { ...stage, name: "recovered" };
        return undefined;
      case "recovered":
        return undefined;
      default:
        return stage satisfies never;
    }
  }

  function kill(fact: Fact): string {
    worker.kill();
    stage = { name: "killed", taskId: fact.subject.id };
    const progress = `${numberIn(fact, "done")} of ${numberIn(fact, "of")} packages read`;
    return `killed in mid-task: SIGKILL to process ${worker.pid}, ${progress}`;
  }

  function afterDeath(fact: Fact, taskId: string): string | undefined {
    if (fact.type !== "task.lease_expired" && fact.type !== "task.completed") return undefined;
    // A completed task means that the result was sent before the kill; the replacement is killed in its next task.
    stage = fact.type === "task.completed" ? { name: "waiting" } : { name: "replaced", taskId };
    worker = replace();
    return `is replaced: process ${worker.pid} takes over with the same key`;
  }

  return {
    watch,
    victim: () => worker,
    recovered: () => (stage.name === "recovered" ? stage.taskId : undefined),
  };
}

/** Returns true for progress that is neither the first nor the last. */
function isInTheMiddle(fact: Fact, agentId: string): boolean {
  const [done = 0, of = 0] = [numberIn(fact, "done"), numberIn(fact, "of")];
  return fact.type === "task.progress" && fact.actor.id === agentId && done > 0 && done < of;
}
