/** What other parts of the app use of the properties. */

export { type Catalog, catalogOf, useCatalog } from "./catalog.ts";
export {
  AssigneePicker,
  DraftChip,
  DueDatePicker,
  isLate,
  LabelPicker,
  ParentPicker,
  type PickerChipProps,
  PriorityPicker,
  PropertyChip,
  type PropertyChipProps,
  StartDatePicker,
  StatePicker,
} from "./chips.tsx";
export { type Property, type PropertyId, properties, propertyOf } from "./definitions.ts";
export { change, changeValues, type EditableProperty, type ItemPatch, itemsOf, setValue } from "./edit.ts";
export { maySet } from "./offers.ts";
export { findItems, itemOption } from "./parent-pick.tsx";
export { PickerHost } from "./picker-host.tsx";
export { closePicker, type Draft, pick, pickDraft } from "./picking.ts";
export { mayAttach, mayEdit, mayLink, mayMake } from "./rights.ts";
export { scaleOf } from "./scales.ts";
