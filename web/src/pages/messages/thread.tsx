/** A conversation on its own page, in a new tab or on a phone. */
import { useParams, useSearch } from "@tanstack/react-router";
import { Page } from "../../ui/page.tsx";
import { Conversation } from "./conversation.tsx";
import { Between, useSubject } from "./subject.tsx";

export function ThreadPage() {
  const { id } = useParams({ from: "/messages/$id" });
  const { message } = useSearch({ from: "/messages/$id" });
  const subject = useSubject(id);
  return (
    <Page
      title={subject ?? "Conversation"}
      up={{ href: "/messages", label: "Go to messages" }}
      about={<Between threadId={id} />}
    >
      <Conversation key={id} id={id} at={message} />
    </Page>
  );
}
