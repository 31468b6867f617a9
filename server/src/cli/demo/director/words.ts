/** Formats numbers and times for people. */

const MIB = 1024 * 1024;

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

export function megabytes(bytes: number): string {
  if (bytes < MIB / 10) return `${Math.ceil(bytes / 1024).toLocaleString("en")} KiB`;
  const digits = bytes < 100 * MIB ? 1 : 0;
  return `${(bytes / MIB).toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits })} MiB`;
}

export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

/** Returns the local time of day. */
export function clock(at: string): string {
  return new Date(at).toLocaleTimeString("en-GB", { hour12: false });
}

export function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
