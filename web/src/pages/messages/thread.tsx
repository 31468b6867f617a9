/** A conversation on its own page, in a new tab or on a phone. */
import { useParams, useSearch } from "@tanstack/react-router";
import { Page } from "../../ui/page.tsx";
import { Conversation } from "./conversation.tsx";
import { Between, useSubject } from "./subject.tsx";
import { ThreadAside } from "./thread-aside.tsx";

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
      <div className="flex min-h-0 grow">
        <Conversation key={id} id={id} at={message} />
        <ThreadAside id={id} />
      </div>
    </Page>
  );
}
