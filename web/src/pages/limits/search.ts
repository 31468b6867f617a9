/** The search parameters of the page. */
export interface LimitsSearch {
  tab?: "events" | undefined;
  create?: "yes" | undefined;
  /** The agent that the new limit is for. */
  agent_id?: string | undefined;
}
