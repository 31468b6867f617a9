/** The standing rules, which decide without a person until a time; drafts of such rules; and the bypass. */
import type { ActionRule, RuleSuggestion } from "@bailiwick/sdk";
import { getRouteApi } from "@tanstack/react-router";
import { Plus, ScrollText, TriangleAlert } from "lucide-react";
import { Suspense, useState } from "react";
import { useRead } from "../../data/query.ts";
import { useDenied } from "../../data/session.tsx";
import { Button } from "../../ui/button.tsx";
import { useHotkeys } from "../../ui/keys.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Page, Section } from "../../ui/page.tsx";
import { Scroll } from "../../ui/setting.tsx";
import { Empty, ErrorState, Skeleton } from "../../ui/states.tsx";
import { BypassLines } from "./bypass-lines.tsx";
import { RuleLine, SuggestionLine } from "./rule-lines.tsx";
import { ActionViews } from "./views.tsx";

const RuleForm = lazyPart(() => import("./rule-form.tsx"), "RuleForm");
const BypassForm = lazyPart(() => import("./bypass-form.tsx"), "BypassForm");
const route = getRouteApi("/actions/rules");

export function RulesPage() {
  const { create } = route.useSearch();
  const navigate = route.useNavigate();
  const [draft, setDraft] = useState<RuleSuggestion>();
  const [isStarting, setStarting] = useState(false);
  const denied = useDenied("actions:decide");
  const setCreate = (value: "yes" | undefined) =>
    void navigate({ search: (now) => ({ ...now, create: value }), replace: value === undefined });
  const open = () => setCreate("yes");
  useHotkeys([{ keys: "c", label: "Make a standing rule", denied, run: open }]);
  return (
    <Page
      title="Standing rules"
      up={{ href: "/actions", label: "Go to actions" }}
      actions={
        <>
          <Button denied={denied} onClick={() => setStarting(true)}>
            <TriangleAlert aria-hidden className="size-4" />
            Bypass…
          </Button>
          <Button look="primary" keys="c" denied={denied} onClick={open}>
            <Plus aria-hidden className="size-4" />
            New rule
          </Button>
        </>
      }
      toolbar={<ActionViews view="rules" />}
    >
      <BypassLines />
      <RuleList onDraft={setDraft} />
      <Suspense>
        {create === "yes" && <RuleForm onClose={() => setCreate(undefined)} />}
        {draft && <RuleForm draft={draft} onClose={() => setDraft(undefined)} />}
        {isStarting && <BypassForm onClose={() => setStarting(false)} />}
      </Suspense>
    </Page>
  );
}

function RuleList({ onDraft }: { onDraft: (draft: RuleSuggestion) => void }) {
  const { data, error, refetch } = useRead(["actions", "rules"], ({ actions }, call) => actions.getRules({}, call));
  if (!data)
    return error ? <ErrorState error={error} retry={() => void refetch()} /> : <Skeleton lines={9} className="p-4" />;
  const { items, suggestions } = data;
  if (items.length + suggestions.length === 0)
    return (
      <Empty
        title="There is no standing rule, so people decide about every action. After five equal approvals a rule is suggested here."
        icon={<ScrollText className="size-6" strokeWidth={1.5} />}
      />
    );
  return (
    <Scroll isFull>
      {suggestions.length > 0 && (
        <Section title="Suggested" about="without effect until you make the rule">
          <ul className="divide-y divide-line">
            {suggestions.map((suggestion) => (
              <SuggestionLine key={suggestion.last_action_id} of={suggestion} onDraft={() => onDraft(suggestion)} />
            ))}
          </ul>
        </Section>
      )}
      <Section title="In force" about="of several rules that fit, one that rejects wins">
        <Rules of={items} />
      </Section>
    </Scroll>
  );
}

function Rules({ of: rules }: { of: readonly ActionRule[] }) {
  if (rules.length === 0) return <p className="text-ink-3">No rule is in force.</p>;
  return (
    <ul className="divide-y divide-line">
      {rules.map((rule) => (
        <RuleLine key={rule.id} of={rule} />
      ))}
    </ul>
  );
}
