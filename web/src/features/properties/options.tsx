/** The choices of a property, as lists for pickers and filters. */

import { dayLabel } from "../../lib/dates.ts";
import type { Id, Member, Priority, StateGroup } from "../../sync/rows.ts";
import type { FilterKey } from "../../sync/view-spec.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { LabelDot } from "../../ui/chip.tsx";
import type { PickerOption } from "../../ui/picker.tsx";
import { PRIORITIES, PriorityIcon, priorityName } from "../../ui/priority-icon.tsx";
import { groupName, StateIcon } from "../../ui/state-icon.tsx";
import { ME } from "../filters/vocabulary.ts";
import type { Catalog } from "./catalog.ts";

export function stateOptions(catalog: Catalog, project: Id | null): PickerOption[] {
  const options = catalog.states(project).map((state) => ({
    id: state.id,
    label: state.name,
    icon: <StateIcon group={state.group} color={state.color} progress={catalog.progress(state)} />,
    keywords: groupName(state.group),
    hint: project === null ? catalog.project(state.project)?.identifier : undefined,
  }));
  return options;
}

export function priorityOptions(): PickerOption[] {
  return PRIORITIES.map((priority, index) => ({
    id: priority,
    label: priorityName(priority),
    icon: <PriorityIcon priority={priority} />,
    hint: String(index === 4 ? 0 : index + 1),
    keywords: String(index === 4 ? 0 : index + 1),
  }));
}

export function memberOptions(catalog: Catalog, project: Id | null): PickerOption[] {
  return catalog.members(project).map((member) => memberOption(member, catalog.me));
}

function memberOption(member: Member, me: Id): PickerOption {
  return {
    id: member.id,
    label: member.display_name,
    icon: <Avatar member={member} size={18} named={false} />,
    hint: member.id === me ? "you" : undefined,
    keywords: [member.first_name, member.last_name, member.email ?? "", member.id === me ? "me" : ""].join(" "),
  };
}

export function labelOptions(catalog: Catalog, project: Id | null): PickerOption[] {
  return catalog.labels(project).map((label) => ({
    id: label.id,
    label: label.name,
    icon: <LabelDot color={label.color} />,
    hint: project === null && label.project ? catalog.project(label.project)?.identifier : undefined,
  }));
}

export function cycleOptions(catalog: Catalog, project: Id, held: readonly Id[]): PickerOption[] {
  const days = (start: string | null, end: string | null) =>
    start && end ? `${dayLabel(start.slice(0, 10))} – ${dayLabel(end.slice(0, 10))}` : undefined;
  return catalog.cycles(project, held).map(({ id, name, start_date, end_date }) => ({
    id,
    label: name,
    hint: days(start_date, end_date),
  }));
}

export function projectOptions(catalog: Catalog): PickerOption[] {
  return catalog
    .projects()
    .map(({ id, name, identifier }) => ({ id, label: name, hint: identifier, keywords: identifier }));
}

const groups: readonly StateGroup[] = ["backlog", "unstarted", "started", "completed", "cancelled"];

/** What a filter of this property can be asked for. `fixed`: people by their names alone, not as whoever looks. */
export function filterOptions(catalog: Catalog, key: FilterKey, project: Id | null, fixed = false): PickerOption[] {
  const me: PickerOption = {
    id: ME,
    label: "Me",
    icon: <Avatar member={catalog.member(catalog.me)} size={18} named={false} />,
  };
  switch (key) {
    case "state":
      return stateOptions(catalog, project);
    case "state_group":
      return groups.map((group) => ({ id: group, label: groupName(group), icon: <StateIcon group={group} /> }));
    case "priority":
      return priorityOptions().map(({ id, label, icon }) => ({ id, label, icon }));
    case "assignee":
    case "created_by":
      if (fixed) return memberOptions(catalog, project);
      return [me, ...memberOptions(catalog, project).filter(({ id }) => id !== catalog.me)];
    case "label":
      return labelOptions(catalog, project);
    case "project":
      return projectOptions(catalog);
    case "type":
      return catalog.types().map(({ id, name }) => ({ id, label: name }));
    default:
      return [];
  }
}

/** The same place for a value that stands alone, such as a group's head or a chip. */
export function valueOption(
  catalog: Catalog,
  key: FilterKey,
  value: string,
): { label: string; icon: PickerOption["icon"] } {
  switch (key) {
    case "state": {
      const state = catalog.state(value);
      if (!state) return { label: "Unknown state", icon: null };
      const icon = <StateIcon group={state.group} color={state.color} progress={catalog.progress(state)} />;
      return { label: state.name, icon };
    }
    case "state_group":
      return { label: groupName(value as StateGroup), icon: <StateIcon group={value as StateGroup} /> };
    case "priority":
      return { label: priorityName(value as Priority), icon: <PriorityIcon priority={value as Priority} /> };
    case "assignee":
    case "created_by": {
      const member = catalog.member(value === ME ? catalog.me : value);
      return {
        label: value === ME ? "Me" : (member?.display_name ?? "Somebody who left"),
        icon: <Avatar member={member} size={18} named={false} />,
      };
    }
    case "label": {
      const label = catalog.label(value);
      return { label: label?.name ?? "Unknown label", icon: <LabelDot color={label?.color ?? ""} /> };
    }
    case "project":
      return { label: catalog.project(value)?.name ?? "Unknown project", icon: null };
    default:
      return { label: value, icon: null };
  }
}
