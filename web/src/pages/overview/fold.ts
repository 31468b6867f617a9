/** Groups of facts, so that one busy task does not fill the list. Pure. */
import type { Fact } from "@bailiwick/sdk";
import { REPORTS } from "../../domain/facts/reports.ts";

export interface FactGroup {
  /** The newest fact. */
  fact: Fact;
  /** The number of older facts that belong to it and follow it. */
  more: number;
}

/** Facts of governance and notices of the server repeat other facts. */
const isShown = ({ type, actor }: Fact): boolean =>
  !type.startsWith("governance.") && !(type === "message.sent" && actor.kind === "system");

/** Facts that say the same of many things. */
const ALIKE: ReadonlySet<string> = new Set<Fact["type"]>([
  "key.created",
  "key.revoked",
  "inbox.snoozed",
  "inbox.brought_back",
]);

/** Returns whether an older fact stands with the newer one: of the same subject, of the same act, or of the end of a demo. */
function belongsTo(newer: Fact, older: Fact): boolean {
  if (newer.subject.id === older.subject.id) return true;
  if (newer.type === "demo.ended") return older.type === "key.revoked";
  const isSameActor = newer.actor.kind === older.actor.kind && newer.actor.id === older.actor.id;
  return isSameActor && newer.type === older.type && ALIKE.has(newer.type);
}

/** Folds facts that belong together and stand together, and all but the last report of each agent. Newest first. */
export function foldFacts(facts: readonly Fact[]): FactGroup[] {
  const groups: FactGroup[] = [];
  const reported = new Map<string, FactGroup>();
  for (const fact of facts) {
    if (!isShown(fact)) continue;
    const last = groups.at(-1);
    // An agent may report about sixty tasks at once.
    const reporter = fact.actor.id ?? fact.subject.id;
    const group = last && belongsTo(last.fact, fact) ? last : isReport(fact) && reported.get(reporter);
    if (group) group.more += 1;
    else groups.push({ fact, more: 0 });
    if (isReport(fact) && !reported.has(reporter)) reported.set(reporter, group || (groups.at(-1) as FactGroup));
  }
  return groups;
}

const isReport = ({ type }: Fact): boolean => REPORTS.has(type);
