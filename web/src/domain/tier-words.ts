/** Numbers of a tier in words. Pure. */
import { bytesText } from "../ui/bytes-text.ts";

/** The API sends this number for no limit. */
const NO_LIMIT = 9_999;

export const isUnlimited = (limit: number): boolean => limit >= NO_LIMIT;

export const countText = (limit: number): string => (isUnlimited(limit) ? "any number" : limit.toLocaleString("en-US"));

export const tierName = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

export function usedText(used: number, limit: number): string {
  if (isUnlimited(limit)) return `${used.toLocaleString("en-US")}, no limit`;
  if (limit === 0) return "Not on this tier";
  return `${used.toLocaleString("en-US")} of ${countText(limit)}${used >= limit ? ", full" : ""}`;
}

export function usedBytesText(used: number, limit: number): string {
  return `${bytesText(used)} of ${bytesText(limit)}${used >= limit ? ", full" : ""}`;
}
