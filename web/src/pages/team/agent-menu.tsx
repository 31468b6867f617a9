/** The menu with all actions on an agent of the chart, for keyboard and touch, without dragging. */
import { TEAM_ROLE_NAMES } from "@bailiwick/sdk";
import { useNavigate } from "@tanstack/react-router";
import { Ellipsis } from "lucide-react";
import { Button } from "../../ui/button.tsx";
import { Menu } from "../../ui/menu.tsx";
import type { MenuEntry } from "../../ui/menu-popup.tsx";
import { type TeamTools, useTeamTools } from "./team-context.ts";
import { nameIn, withArticle } from "./team-words.ts";

export function AgentMenu({ id, tabIndex }: { id: string; tabIndex?: number }) {
  const tools = useTeamTools();
  const navigate = useNavigate();
  const openAgent = () => void navigate({ to: "/agents/$id", params: { id } });
  return (
    <Menu
      trigger={
        <Button
          size="icon"
          look="quiet"
          data-menu
          tabIndex={tabIndex}
          label={`Actions for ${nameIn(tools.team, id)}`}
          className="size-7"
        >
          <Ellipsis aria-hidden className="size-4" />
        </Button>
      }
      entries={[{ label: "Open the agent", onSelect: openAgent }, "line", ...changes(id, tools)]}
    />
  );
}

function changes(id: string, { team, denied, take, open }: TeamTools): MenuEntry[] {
  const role = team.roles.get(id);
  const name = nameIn(team, id);
  const withoutRole = denied ?? (role ? undefined : "The agent has no role yet.");
  const isAtTop = role !== undefined && role.reports_to === null;
  const top = () => take(id, { reports_to: null }, `${name} reports to nobody`);
  return [
    { label: "Report to…", denied, onSelect: () => open({ kind: role ? "report" : "join", id }) },
    {
      label: "Report to nobody",
      denied: withoutRole ?? (isAtTop ? "The agent reports to nobody already." : undefined),
      onSelect: top,
    },
    "line",
    ...TEAM_ROLE_NAMES.map((one) => ({
      label: `Make ${withArticle(one)}`,
      denied,
      isChecked: role?.role === one,
      onSelect: () => {
        if (role?.role !== one) take(id, { role: one }, `${name} is ${withArticle(one)}`);
      },
    })),
    "line",
    flag("May assign to peers", "can_assign_to_peers"),
    flag("May escalate", "can_escalate_to_supervisor"),
    "line",
    {
      label: "Remove from team",
      denied: withoutRole,
      isDangerous: true,
      onSelect: () => take(id, undefined, `${name} has no role now`),
    },
  ];
  function flag(label: string, field: "can_assign_to_peers" | "can_escalate_to_supervisor"): MenuEntry {
    const isOn = role?.[field] ?? false;
    const done = `${name} ${isOn ? "may not" : "may"} ${label.slice("May ".length)}${isOn ? " any more" : ""}`;
    return {
      label,
      denied: withoutRole,
      isChecked: isOn,
      onSelect: () => take(id, { [field]: !isOn }, done),
    };
  }
}
