/** Changing who stands where: each step can be undone, and asks again where others depend on the agent. */
import type { Client, TeamRole, TeamSetRoleInput, TeamSummarizeOutput } from "@bailiwick/sdk";
import { useCallback, useEffect, useRef, useState } from "react";
import { notifyError, useCommand } from "../../data/command.ts";
import { asksToConfirm, describeError } from "../../data/query.ts";
import { runMany } from "../../data/run-many.ts";
import { type Before, beforeOf } from "./team-tree.ts";

export type Change = Omit<TeamSetRoleInput, "agent_id" | "confirm">;

interface Step {
  id: string;
  /** Undefined takes the role away. */
  change: Change | undefined;
  /** What it did, for the note. */
  done: string;
  before: Before;
  isConfirmed: boolean;
}

export interface TeamSteps {
  take: (id: string, change: Change | undefined, done: string) => void;
  /** What the last step would strand, in the words of the server. */
  question: { detail: string; confirm: () => Promise<boolean>; close: () => void } | undefined;
}

export function useTeamSteps(summary: TeamSummarizeOutput | undefined): TeamSteps {
  const [last, setLast] = useState<Step>();
  const undo = useCommand({
    send: (client, { id, before }: Step) => putBack(client, id, before),
    changes: ["team"],
    done: "Undone",
  });
  const { run, error, reset } = useCommand({
    send: ({ team }, { id, change, isConfirmed }: Step) => {
      const input = { agent_id: id, ...(isConfirmed && { confirm: true }) };
      return change ? team.setRole({ ...input, ...change }) : team.deleteRole(input);
    },
    changes: ["team"],
    done: (_role, { done }) => done,
    undo: (_role, step) => () => undo.run(step),
    isQuiet: true,
  });
  const isAsked = asksToConfirm(error);
  useEffect(() => {
    if (error && !asksToConfirm(error)) notifyError(error);
  }, [error]);
  const latest = useRef({ summary, run });
  latest.current = { summary, run };
  const take: TeamSteps["take"] = useCallback((id, change, done) => {
    const { summary: now, run: send } = latest.current;
    if (!now) return;
    const step = { id, change, done, before: toPutBack(now, id, change), isConfirmed: false };
    setLast(step);
    void send(step);
  }, []);
  const confirm = async () => last !== undefined && (await run({ ...last, isConfirmed: true })) !== undefined;
  return { take, question: isAsked && error ? { detail: error.detail, confirm, close: reset } : undefined };
}

/** What hangs on an agent moves only when it is no supervisor any more. */
function toPutBack(summary: TeamSummarizeOutput, id: string, change: Change | undefined): Before {
  const before = beforeOf(summary, id);
  const isDemoted =
    before.role?.role === "supervisor" && (change?.role ?? (change ? "supervisor" : "")) !== "supervisor";
  return isDemoted ? before : { role: before.role, reports: [], isDefault: false };
}

async function putBack({ team }: Client, id: string, { role, reports, isDefault }: Before): Promise<unknown> {
  if (!role) return team.deleteRole({ agent_id: id });
  await team.setRole(changeTo(role));
  const { failed } = await runMany(reports, ({ agent_id }) => team.setRole({ agent_id, reports_to: id }));
  if (failed[0])
    throw new Error(`${failed.length} of its reports did not come back: ${describeError(failed[0].error).detail}`);
  return isDefault ? team.setRules({ default_supervisor_agent_id: id }) : undefined;
}

function changeTo({ agent_id, role, reports_to, can_assign_to_peers, can_escalate_to_supervisor }: TeamRole) {
  return { agent_id, role, reports_to, can_assign_to_peers, can_escalate_to_supervisor };
}
