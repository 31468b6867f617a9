/** A conversation on its own page, in a new tab or on a phone. */
import { useParams, useSearch } from "@tanstack/react-router";
import { Page } from "../../ui/page.tsx";
import { Conversation } from "./conversation.tsx";
import { Subject } from "./subject.tsx";

export function ThreadPage() {
  const { id } = useParams({ from: "/messages/$id" });
  const { message } = useSearch({ from: "/messages/$id" });
  return (
    <Page title="Conversation" up={{ href: "/messages", label: "Go to messages" }} about={<Subject threadId={id} />}>
      <Conversation key={id} id={id} at={message} />
    </Page>
  );
}
