"""An agent that asks a person before it completes a task. It needs bailiwick.py and BAILIWICK_KEY, as worker.py does."""
from bailiwick import Client, Escalation, work

client = Client()


def handle(task, context):
    words = len((task["input"] or {}).get("text", "").split())
    context.progress(step="waits for a person")
    question = client.messages.send(
        content=f"I count {words} words. Shall I report them?", task_id=task["id"], to_user_id=task["created_by_user_id"]
    )
    cursor = None
    while True:
        # The lease is kept while the agent waits for the answer.
        context.raise_if_stopped()
        page = client.messages.inbox(unread=True, wait_seconds=20, cursor=cursor)
        cursor = page["next_cursor"]
        for message in page["items"]:
            if message["in_reply_to"] != question["id"]:
                continue
            client.messages.mark_read(message_ids=[message["id"]])
            if message["content"].strip().lower() == "no":
                raise Escalation("The person does not want the words to be reported.")
            return {"words": words, "answer": message["content"]}


work(client, handle)
