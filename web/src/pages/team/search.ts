/** The search parameters of the page of the team. */
import { oneOf, textOf } from "../../app/root-route.ts";

export interface TeamSearch {
  q?: string | undefined;
  /** The chosen view; by default the one that fits the size of the team. */
  view?: "chart" | "list" | undefined;
  /** On a small screen: the part that replaces the chart. */
  show?: "unassigned" | "rules" | undefined;
}

export const readTeamSearch = (search: Record<string, unknown>): TeamSearch => ({
  q: textOf(search.q),
  view: oneOf(search.view, ["chart", "list"]),
  show: oneOf(search.show, ["unassigned", "rules"]),
});
