/** Numbers of a tier in words. Pure. */

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

const UNITS = ["bytes", "KiB", "MiB", "GiB", "TiB"] as const;

export function bytesText(bytes: number): string {
  const unit = bytes === 0 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1_024 ** unit;
  return `${value.toLocaleString("en-US", { maximumFractionDigits: value < 10 ? 1 : 0 })} ${UNITS[unit]}`;
}

export function usedBytesText(used: number, limit: number): string {
  return `${bytesText(used)} of ${bytesText(limit)}${used >= limit ? ", full" : ""}`;
}
