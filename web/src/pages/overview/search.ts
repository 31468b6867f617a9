import { oneOf, textOf } from "../../app/root-route.ts";
import { RANGES, type Range } from "../../domain/range.ts";
import { FACT_FILTERS, type FactFilter } from "./fact-filters.ts";

export interface OverviewSearch {
  /** "visit": since the person was last here. */
  since?: Range | "visit" | undefined;
  /** The kind of the latest facts that are shown. */
  show?: FactFilter | undefined;
  agent_id?: string | undefined;
}

export const readOverviewSearch = (search: Record<string, unknown>): OverviewSearch => ({
  since: oneOf(search.since, [...RANGES, "visit"]),
  show: oneOf(search.show, Object.keys(FACT_FILTERS) as FactFilter[]),
  agent_id: textOf(search.agent_id),
});

export type SetSearch = (change: Partial<OverviewSearch>) => void;

export interface OverviewProps {
  search: OverviewSearch;
  set: SetSearch;
}
