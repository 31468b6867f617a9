/** What the server says in a conversation, without the ids and times that are for programs. Pure. */
import type { Message } from "@bailiwick/sdk";

const ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const NAMED = new RegExp(`\\b(m)essage ${ID}`, "gi");
const TIME = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

interface Around {
  /** What it is about stands right above it. */
  isQuoted?: boolean;
  now?: Date;
}

/** The words of agents and people are left as they are. */
export function messageText({ role, content }: Message, { isQuoted = false, now = new Date() }: Around = {}): string {
  if (role !== "system") return content;
  return content
    .replaceAll(NAMED, (_, first: string) => {
      const words = isQuoted ? "this" : "a message";
      return first === "M" ? words.charAt(0).toUpperCase() + words.slice(1) : words;
    })
    .replaceAll(TIME, (time) => shortTime(new Date(time), now));
}

/** `14:05`, with the day unless it is today's. */
export function shortTime(at: Date, now: Date): string {
  const time = at.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
  return at.toDateString() === now.toDateString() ? time : `${dayText(at, now)}, ${time}`;
}

/** `Today`, `Yesterday`, or the date, with its year unless it is this one. */
export function dayText(at: Date, now: Date): string {
  const yesterday = new Date(now);
  yesterday.setDate(now.getDate() - 1);
  if (at.toDateString() === now.toDateString()) return "Today";
  if (at.toDateString() === yesterday.toDateString()) return "Yesterday";
  const isThisYear = at.getFullYear() === now.getFullYear();
  const year = isThisYear ? {} : ({ year: "numeric" } as const);
  return at.toLocaleDateString(undefined, { weekday: "short", day: "numeric", month: "short", ...year });
}
