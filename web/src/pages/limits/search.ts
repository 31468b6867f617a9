/** The search parameters of the page. */
export interface LimitsSearch {
  tab?: "events" | undefined;
  create?: "yes" | undefined;
}
