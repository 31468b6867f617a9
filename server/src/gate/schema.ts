/** The shapes of gates that other slices show. */

/** The provider of the model of an agent refused it: its quota is used up, or the provider has no capacity. */
export const PARK_CODES = ["provider_quota", "provider_capacity"] as const;
export type ParkCode = (typeof PARK_CODES)[number];
