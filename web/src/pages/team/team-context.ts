/** What every card of the chart needs: the team, what can be done with an agent, and what is being dragged. */
import { createContext, useContext } from "react";
import type { Team } from "./team-data.ts";
import type { Change } from "./team-steps.ts";

export type Question = { kind: "report" | "join"; id: string; under?: string };

export interface TeamTools {
  team: Team;
  denied: string | undefined;
  take: (id: string, change: Change | undefined, done: string) => void;
  ask: (question: Question) => void;
  dragged: string | undefined;
  setDragged: (id: string | undefined) => void;
}

const Context = createContext<TeamTools | undefined>(undefined);
export const TeamProvider = Context;

export function useTeamTools(): TeamTools {
  const tools = useContext(Context);
  if (!tools) throw new Error("useTeamTools is for what stands on the page of the team.");
  return tools;
}
