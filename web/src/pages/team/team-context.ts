/** The context of every card of the chart: the team, the actions on an agent, and the dragged agent. */
import { createContext, useContext } from "react";
import type { FindCap } from "../../data/caps.ts";
import type { Team } from "./team-data.ts";
import type { Change } from "./team-steps.ts";

export type RoleChange = { kind: "report" | "join"; id: string; under?: string };

export interface TeamTools {
  team: Team;
  capOf: FindCap;
  denied: string | undefined;
  take: (id: string, change: Change | undefined, done: string) => void;
  open: (roleChange: RoleChange) => void;
  dragged: string | undefined;
  setDragged: (id: string | undefined) => void;
}

const Context = createContext<TeamTools | undefined>(undefined);
export const TeamProvider = Context;

export function useTeamTools(): TeamTools {
  const tools = useContext(Context);
  if (!tools) throw new Error("useTeamTools works only on the page of the team.");
  return tools;
}
