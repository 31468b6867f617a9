/** The search parameters of the page. */
export interface ConnectionsSearch {
  create?: "yes" | undefined;
}
