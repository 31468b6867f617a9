/** The dialog for the role of an agent and its supervisor. */
import type { TeamRole } from "@bailiwick/sdk";
import { type FormEvent, useState } from "react";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Select } from "../../ui/field.tsx";
import { type RoleChange, useTeamTools } from "./team-context.ts";
import type { Team } from "./team-data.ts";
import type { Change } from "./team-steps.ts";
import { wouldCircle } from "./team-tree.ts";
import { moveTo, nameIn, supervisorOptions, withArticle } from "./team-words.ts";

const JOIN_AS: readonly { value: TeamRole["role"]; label: string }[] = [
  { value: "worker", label: "Worker" },
  { value: "specialist", label: "Specialist" },
  { value: "supervisor", label: "Supervisor" },
];

export function RoleDialog({
  roleChange: { kind, id, under },
  onClose,
}: {
  roleChange: RoleChange;
  onClose: () => void;
}) {
  const { team, take, denied } = useTeamTools();
  const [role, setRole] = useState<TeamRole["role"]>("worker");
  const [above, setAbove] = useState(under ?? team.roles.get(id)?.reports_to ?? "");
  const isJoining = kind === "join";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const change: Change = { reports_to: above || null, ...(isJoining && { role }) };
    take(id, change, doneText(team, id, change));
    onClose();
  };
  return (
    <Dialog title={isJoining ? "Set the role" : "Report to"} width="small" isOpen onClose={onClose}>
      <form className="space-y-4" onSubmit={submit}>
        <p className="text-ink-2">
          {isJoining ? "The role in the team of " : "The supervisor for escalated tasks of "}
          <AgentLine text={team.nameOf(id)} className="font-medium break-words text-ink" />
        </p>
        {isJoining && (
          <Select label="Role" value={role} options={JOIN_AS} onChange={(next) => setRole(next || "worker")} />
        )}
        <Select
          label="Reports to"
          value={above}
          empty="Nobody"
          options={candidates(team, id)}
          onChange={setAbove}
          hint="A supervisor that is not below the agent."
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" denied={denied}>
            {isJoining ? "Set the role" : "Set"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function candidates(team: Team, id: string) {
  return supervisorOptions(team).filter(({ value }) => !wouldCircle(team.roles, id, value));
}

function doneText(team: Team, id: string, { role, reports_to }: Change): string {
  if (role) return `${nameIn(team, id)} is ${withArticle(role)}`;
  return reports_to ? moveTo(team, id, reports_to) : `${nameIn(team, id)} reports to nobody`;
}
