/** A fact of the log as a sentence whose names are links. */
import type { Fact } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import { Fragment, Suspense } from "react";
import { useTaskTitle } from "../../data/tasks.ts";
import { AgentLine } from "../../ui/agent-text.tsx";
import { cx } from "../../ui/class-names.ts";
import { shortId } from "../../ui/id.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Tip } from "../../ui/tip.tsx";
import { PersonName, SomeoneName } from "../actor-name.tsx";
import { AgentName } from "../agents/agent-name.tsx";
import { FACT_KINDS, factKind } from "./fact-kind.ts";
import { type Part, sentenceOf } from "./fact-sentence.ts";

const LimitPart = lazyPart(() => import("./limit-parts.tsx"), "LimitPart");
const RequestPart = lazyPart(() => import("./limit-parts.tsx"), "RequestPart");

export function FactSentence({ fact }: { fact: Fact }) {
  return <Parts parts={sentenceOf(fact)} />;
}

export function Parts({ parts }: { parts: readonly Part[] }) {
  return parts.map((part, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: parts of one sentence never move.
    <Fragment key={at}>
      {at > 0 && " "}
      <PartView part={part} isFirst={at === 0} />
    </Fragment>
  ));
}

function PartView({ part, isFirst }: { part: Part; isFirst: boolean }) {
  // A text alone would not pass the JSX, which shows hidden characters: the name of a model comes from an agent.
  if (typeof part === "string") return <>{part}</>;
  if (part.kind === "quote") return <AgentLine text={part.text.slice(0, QUOTED_LENGTH_MAX)} className="text-ink-2" />;
  if (part.kind === "thread") {
    return (
      <Link to="/messages/$id" params={{ id: part.id }} className="font-medium hover:underline">
        {part.words}
      </Link>
    );
  }
  if (part.kind === "limit" || part.kind === "request") {
    return (
      <Suspense fallback={`${isFirst ? "A" : "a"} ${part.kind}`}>
        {part.kind === "limit" ? (
          <LimitPart {...part} isFirst={isFirst} />
        ) : (
          <RequestPart {...part} isFirst={isFirst} />
        )}
      </Suspense>
    );
  }
  if (part.kind === "agent") return <AgentName id={part.id} />;
  if (part.kind === "person") return <PersonName id={part.id} isInside={!isFirst} />;
  if (part.kind === "someone") return <SomeoneName id={part.id} isInside={!isFirst} />;
  return <TaskName id={part.id} />;
}

/** Longer quotes are cut. */
const QUOTED_LENGTH_MAX = 160;

function TaskName({ id }: { id: string }) {
  const title = useTaskTitle(id);
  return (
    <Link to="/tasks/$id" params={{ id }} className="font-medium hover:underline">
      {title === undefined ? `the task ${shortId(id)}` : <AgentLine text={title} />}
    </Link>
  );
}

/** A dot in the colour of the fact's kind, with the word for screen readers. */
export function FactDot({ type }: { type: string }) {
  const { ground, word } = FACT_KINDS.find(({ kind }) => kind === factKind(type)) ?? {
    ground: "bg-ink-3",
    word: "Change",
  };
  return (
    <Tip text={word}>
      <span className={cx("forced-color-adjust-none mt-1.5 inline-block size-2 shrink-0 rounded-full", ground)}>
        <span className="sr-only">{word}: </span>
      </span>
    </Tip>
  );
}
