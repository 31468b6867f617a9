/** The search parameters of the page. */
export interface AlertsSearch {
  tab?: "rules" | "channels" | undefined;
  create?: "yes" | undefined;
}
