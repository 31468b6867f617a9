/** Changes of roles. Each step can be undone, and needs a confirmation when other agents depend on the agent. */
import type { Client, TeamRole, TeamSetRoleInput, TeamSummarizeOutput } from "@bailiwick/sdk";
import { useCallback, useEffect, useRef, useState } from "react";
import { notifyError, useCommand } from "../../data/command.ts";
import { asksToConfirm, describeError } from "../../data/query.ts";
import { runMany } from "../../data/run-many.ts";
import { type Before, beforeOf } from "./team-tree.ts";

export type Change = Omit<TeamSetRoleInput, "agent_id" | "confirm">;

interface Step {
  id: string;
  /** Undefined removes the role. */
  change: Change | undefined;
  /** The title of the notice. */
  done: string;
  before: Before;
  isConfirmed: boolean;
}

export interface TeamSteps {
  take: (id: string, change: Change | undefined, done: string) => void;
  /** The confirmation that the last step needs, in the words of the server. */
  confirmation: { detail: string; confirm: () => Promise<boolean>; close: () => void } | undefined;
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
  const needsConfirmation = asksToConfirm(error);
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
  return {
    take,
    confirmation: needsConfirmation && error ? { detail: error.detail, confirm, close: reset } : undefined,
  };
}

/** The reports of an agent move only when it stops being a supervisor. */
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
    throw new Error(`${failed.length} of its reports were not restored: ${describeError(failed[0].error).detail}`);
  return isDefault ? team.setRules({ default_supervisor_agent_id: id }) : undefined;
}

function changeTo({ agent_id, role, reports_to, can_assign_to_peers, can_escalate_to_supervisor }: TeamRole) {
  return { agent_id, role, reports_to, can_assign_to_peers, can_escalate_to_supervisor };
}
