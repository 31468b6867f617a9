/** The migrated database that each test file copies. */
export const TEMPLATE = "bailiwick_template";
