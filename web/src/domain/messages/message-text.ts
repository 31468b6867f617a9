/** The text of a message. Ids and times in messages of the server become words. Pure. */
import type { Message } from "@bailiwick/sdk";

const ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const NAMED = new RegExp(`\\b(m)essage ${ID}`, "gi");
const LAST = new RegExp(`\\bThe last is ${ID}, to\\b`, "g");
const AFTER_NAME = new RegExp(` \\(${ID}\\)`, "g");
const PERSON = new RegExp(`\\bthe person (${ID})\\b`, "g");
const TIME = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

interface Context {
  now?: Date;
  /** Returns the name of a person. */
  nameOf?: (id: string) => string | undefined;
}

/** Messages of agents and people stay unchanged. */
export function messageText({ role, content }: Message, context: Context = {}): string {
  const { now = new Date(), nameOf } = context;
  if (role !== "system") return content;
  return content
    .replaceAll(NAMED, (_, first: string) => (first === "M" ? "A message" : "a message"))
    .replaceAll(LAST, "The last was to")
    .replaceAll(AFTER_NAME, "")
    .replaceAll(PERSON, (_, id: string) => nameOf?.(id) ?? "a person")
    .replaceAll(TIME, (time) => shortTime(new Date(time), now));
}

/** `14:05`, with the day unless it is today. */
export function shortTime(at: Date, now: Date): string {
  const time = at.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
  return at.toDateString() === now.toDateString() ? time : `${dayText(at, now)}, ${time}`;
}

/** `Today`, `Yesterday`, or the date, with the year unless it is this year. */
export function dayText(at: Date, now: Date): string {
  const yesterday = new Date(now);
  yesterday.setDate(now.getDate() - 1);
  if (at.toDateString() === now.toDateString()) return "Today";
  if (at.toDateString() === yesterday.toDateString()) return "Yesterday";
  const isThisYear = at.getFullYear() === now.getFullYear();
  const year = isThisYear ? {} : ({ year: "numeric" } as const);
  return at.toLocaleDateString(undefined, { weekday: "short", day: "numeric", month: "short", ...year });
}
