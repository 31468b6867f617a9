/** The limits that the services share. */

/** A longer answer is no whole answer. */
export const ANSWER_BYTES_MAX = 1024 * 1024;
export const ATTEMPT_MS_MAX = 30_000;
export const TEST_MS_MAX = 5_000;
export const URL_LENGTH_MAX = 2_000;
export const USER_AGENT = "Bailiwick";
