import { expect, it } from "vitest";
import type { CommandContext } from "../../commands/registry.ts";
import { type Desk, inboxCommands } from "./commands.ts";
import { groupsOf } from "./groups.ts";
import { moment, notification } from "./testing.ts";

/** Which commands there are for an entry. */
function offered(part: object): readonly string[] {
  const [group = null] = groupsOf([notification("a", 1, part)]);
  const desk = { group, isEmpty: false, isOpen: false } as Desk;
  const fits = inboxCommands(() => desk).filter(({ when }) => when?.({} as CommandContext) ?? true);
  return fits.map(({ id }) => id);
}

it("what is archived cannot be snoozed, as it would not come back", () => {
  expect(offered({})).toContain("inbox.snooze");
  expect(offered({ snoozed_till: moment(9) })).toContain("inbox.snooze");
  expect(offered({ archived_at: moment(2) })).not.toContain("inbox.snooze");
  expect(offered({ archived_at: moment(2) })).toContain("inbox.archive");
});
