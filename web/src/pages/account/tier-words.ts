/** Numbers of a tier in words. Pure. */

/** The API says this of what has no limit. */
const PLENTY = 9_999;

export const isEndless = (limit: number): boolean => limit >= PLENTY;

export const countText = (limit: number): string => (isEndless(limit) ? "any number" : limit.toLocaleString("en-US"));

export const tierName = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

export function usedText(used: number, limit: number): string {
  if (isEndless(limit)) return `${used.toLocaleString("en-US")}, no limit`;
  if (limit === 0) return "Not on this tier";
  return `${used.toLocaleString("en-US")} of ${countText(limit)}${used >= limit ? ", full" : ""}`;
}
