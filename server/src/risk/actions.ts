/** The numbers of the actions of risk policies. */

/** In starts a minute. */
export const THROTTLE_PER_MINUTE = 6;
