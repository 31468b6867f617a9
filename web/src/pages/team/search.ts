/** The search parameters of the page of the team. */
import { oneOf, textOf } from "../../app/root-route.ts";

export interface TeamSearch {
  q?: string | undefined;
  /** As chosen; without, whichever fits. */
  view?: "chart" | "list" | undefined;
  /** Where there is no room for all of it: what is shown instead of the chart. */
  show?: "unassigned" | "rules" | undefined;
}

export const readTeamSearch = (search: Record<string, unknown>): TeamSearch => ({
  q: textOf(search.q),
  view: oneOf(search.view, ["chart", "list"]),
  show: oneOf(search.show, ["unassigned", "rules"]),
});
