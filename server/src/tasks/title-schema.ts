/** The titles of the tasks that the rows of a page are about. */
import Type from "typebox";
import { Literals } from "../kernel/schema.ts";

export const TaskTitles = Type.Record(Type.String(), Type.String(), {
  title: "TaskTitles",
  description: "Titles of tasks by id.",
});
export const IncludeTitles = Type.Optional(
  Literals(["titles"], {
    title: "IncludeTitles",
    description: "Returns the titles of the tasks too, by id. Without the permission tasks:read there are none.",
  }),
);
