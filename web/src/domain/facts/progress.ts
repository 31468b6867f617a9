/** The progress of a task, as its holder reports it. Pure. */

export interface Progress {
  /** From 0 to 1. */
  share?: number;
  text?: string;
}

/** `{done, total}`, `{done, of}`, `{percent}` or `{progress}` say how far it is; `note` or `message` says more. */
export function progressOf(data: Record<string, unknown>): Progress {
  const { done, of, total, percent, progress, note, message } = data;
  const all = isNumber(total) ? total : of;
  const said = [note, message].find((value) => typeof value === "string" && value !== "");
  if (isNumber(done) && isNumber(all) && all > 0) {
    return { share: clamp(done / all), text: joined(said, `${shown(done)} of ${shown(all)}`) };
  }
  const part = isNumber(percent) ? percent / 100 : isShare(progress) ? progress : undefined;
  if (part !== undefined) return { share: clamp(part), text: joined(said, `${Math.round(clamp(part) * 100)} %`) };
  const plain = said ?? plainText(data);
  return plain === undefined ? {} : { text: String(plain) };
}

const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const isShare = (value: unknown): value is number => isNumber(value) && value >= 0 && value <= 1;
const clamp = (share: number): number => Math.min(1, Math.max(0, share));
const shown = (value: number): string => value.toLocaleString("en-US");
const joined = (said: unknown, numbers: string): string => (said === undefined ? numbers : `${said} · ${numbers}`);

function plainText(data: Record<string, unknown>): string | undefined {
  const plain = Object.entries(data).filter(([, value]) => typeof value !== "object");
  return plain.length === 0 ? undefined : plain.map(([name, value]) => `${name} ${String(value)}`).join(", ");
}
