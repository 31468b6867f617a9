/** Groups of facts, so that one busy task does not fill the list. Pure. */
import type { Fact } from "@bailiwick/sdk";
import { REPORTS } from "../../domain/facts/reports.ts";

export interface FactGroup {
  /** The newest fact. */
  fact: Fact;
  /** The number of older facts about the same subject that follow it. */
  more: number;
}

/** Facts of governance repeat facts of tasks. */
const isShown = ({ type }: Fact): boolean => !type.startsWith("governance.");

/** Folds facts about one subject that stand together, and all but the last report of each task. Newest first. */
export function foldFacts(facts: readonly Fact[]): FactGroup[] {
  const groups: FactGroup[] = [];
  const reported = new Map<string, FactGroup>();
  for (const fact of facts) {
    if (!isShown(fact)) continue;
    const last = groups.at(-1);
    const group = last?.fact.subject.id === fact.subject.id ? last : isReport(fact) && reported.get(fact.subject.id);
    if (group) group.more += 1;
    else groups.push({ fact, more: 0 });
    if (isReport(fact) && !reported.has(fact.subject.id))
      reported.set(fact.subject.id, group || (groups.at(-1) as FactGroup));
  }
  return groups;
}

const isReport = ({ type }: Fact): boolean => REPORTS.has(type);
