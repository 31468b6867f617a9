import { CircleHelp } from "lucide-react";
import { Button } from "../../ui/button.tsx";
import { CauseGroup } from "../../ui/cause-group.tsx";
import { type Lane, Lanes, type LaneTone } from "../../ui/lanes.tsx";
import { OldNew } from "../../ui/old-new.tsx";
import { FactLine, Facts } from "../../ui/page.tsx";
import { QuestionRow } from "../../ui/question-row.tsx";
import { AllFacts, Exactly, Sentence } from "../../ui/sentence.tsx";

const HOUR_MS = 3_600_000;
const NOW = Date.now();
const time = (hours: number) => new Date(NOW + hours * HOUR_MS).toISOString();

export function Questions() {
  return (
    <div className="space-y-5">
      <div className="rounded border border-line">
        <QuestionRow
          icon={<CircleHelp aria-hidden className="size-4 text-blocked" />}
          question="Which of the two VAT rates applies to gift vouchers?"
          about="Close the books for October · Codex · 20m ago · blocks 4"
          verbs={
            <>
              <Button size="small">7 %</Button>
              <Button size="small">19 %</Button>
              <Button size="small" look="primary">
                Answer
              </Button>
            </>
          }
          expiry={{ from: time(-1), until: time(2) }}
        />
        <QuestionRow question="May the release go out?" about="Release 4.2 · Atlas · in 9m" isOpen />
        <QuestionRow
          question={`A long question ${"that does not end ".repeat(20)}`}
          about="A task · Codex"
          expiry={{ from: time(-9), until: time(0.5) }}
        />
      </div>
      <OldNew from="$50.00" to="$80.00" about="a day, until 18:00" />
      <div>
        <Sentence>
          Given by <a href="/design">Atlas</a> to <a href="/design">Codex</a>{" "}
          <Exactly text="30 Nov 2026, 05:14:02">20 m ago</Exactly>, first try of three, may spend{" "}
          <Exactly text="$4.100000000">$4.10</Exactly> more.
        </Sentence>
        <AllFacts>
          <Facts>
            <FactLine name="Priority">0</FactLine>
          </Facts>
        </AllFacts>
      </div>
      <Causes />
      <Lanes label="The night" fromMs={NOW - 12 * HOUR_MS} toMs={NOW} knownFromMs={NOW - 11 * HOUR_MS} lanes={LANES} />
    </div>
  );
}

function Causes() {
  return (
    <div className="divide-y divide-line">
      <CauseGroup
        reason="The registry refused the upload: 503"
        count={24}
        spark={[0, 0, 3, 9, 4, 0, 0, 1, 7, 0, 0, 0]}
        about="newest 5m ago"
        verbs={<Button size="small">Retry all</Button>}
      >
        <p>The tasks.</p>
      </CauseGroup>
      <CauseGroup
        reason="Nightly crawler is paused"
        count={7}
        tone="blocked"
        verbs={<Button size="small">Resume</Button>}
      >
        <p>The tasks.</p>
      </CauseGroup>
      <CauseGroup reason={"A reason without an end ".repeat(20)} count={1_204}>
        <p>The tasks.</p>
      </CauseGroup>
    </div>
  );
}

const TONES: readonly LaneTone[] = ["done", "done", "running", "blocked", "failed", "quiet"];
const LANES: readonly Lane[] = ["Atlas", "Codex", "Nightly crawler of the north", "Reviewer"].map((name, row) => ({
  id: name,
  label: name,
  name: <span className="truncate">{name}</span>,
  bars: TONES.map((tone, at) => {
    const fromMs = NOW - (11 - at * 1.8 - row * 0.3) * HOUR_MS;
    return { id: `${name} ${at}`, tone, label: `A task: ${tone}`, href: "/tasks", fromMs, toMs: fromMs + HOUR_MS };
  }),
  flags:
    row === 1 ? [{ id: "flag", tone: "blocked", label: "Escalated", href: "/tasks", atMs: NOW - 3 * HOUR_MS }] : [],
}));
