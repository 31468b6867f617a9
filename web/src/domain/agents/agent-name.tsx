/** The emoji and the name of an agent, with a link to its page. */
import { Link } from "@tanstack/react-router";
import { useAgent } from "../../data/agents.ts";
import { cx } from "../../ui/class-names.ts";
import { shortId } from "../../ui/id.tsx";

export function AgentName({ id, isLink = true }: { id: string; isLink?: boolean }) {
  const agent = useAgent(id);
  const content = (
    <>
      <Avatar emoji={agent?.avatar_emoji} />
      <bdi className="self-baseline truncate leading-6">{agent?.name ?? shortId(id)}</bdi>
    </>
  );
  // The name gives the baseline, so that it stands on the line of its sentence.
  const look = "inline-flex min-h-6 min-w-0 max-w-full items-center gap-1.5 align-baseline";
  if (!isLink) return <span className={look}>{content}</span>;
  return (
    <Link to="/agents/$id" params={{ id }} className={cx(look, "relative z-1 rounded-sm hover:underline")}>
      {content}
    </Link>
  );
}

export function Avatar({ emoji, isLarge = false }: { emoji: string | undefined; isLarge?: boolean }) {
  const size = isLarge ? "size-9 text-xl" : "size-5 text-sm";
  return (
    <span
      aria-hidden
      className={cx(
        "inline-flex shrink-0 items-center justify-center overflow-hidden rounded-sm bg-avatar text-avatar-ink",
        size,
      )}
    >
      {[...(emoji ?? "🤖")].slice(0, 8).join("")}
    </span>
  );
}
