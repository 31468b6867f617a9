/** The state of a request, and its change in large figures. */
import type { PolicyRequest } from "@bailiwick/sdk";
import { CircleCheck, CircleX, Clock, Hourglass, KeyRound } from "lucide-react";
import { OldNew } from "../../ui/old-new.tsx";
import { Chip } from "../status.tsx";
import { fieldText } from "./request-words.ts";

const LOOKS = {
  pending: { tone: "blocked", icon: Hourglass, word: "Waits for a decision" },
  applied: { tone: "completed", icon: CircleCheck, word: "Approved once" },
  approved: { tone: "completed", icon: KeyRound, word: "Approved with a grant" },
  denied: { tone: "queued", icon: CircleX, word: "Denied" },
  expired: { tone: "queued", icon: Clock, word: "Expired, nobody decided" },
} as const;

export function RequestState({ of: { status } }: { of: Pick<PolicyRequest, "status"> }) {
  return <Chip {...LOOKS[status]} isPlain />;
}

export function ChangeFigures({ of: { policy_type, requested_changes } }: { of: PolicyRequest }) {
  const { field, current_value, requested_value } = requested_changes;
  const text = (value: number | string) => fieldText(policy_type, field, value);
  return <OldNew from={text(current_value)} to={text(requested_value)} />;
}
