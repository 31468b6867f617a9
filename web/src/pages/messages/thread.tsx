/** A conversation as a page of its own: in a new tab, and on a phone. */
import { useParams } from "@tanstack/react-router";
import { Page } from "../../ui/page.tsx";
import { Conversation } from "./conversation.tsx";

export function ThreadPage() {
  const { id } = useParams({ from: "/messages/$id" });
  return (
    <Page title="Conversation">
      <Conversation key={id} id={id} />
    </Page>
  );
}
