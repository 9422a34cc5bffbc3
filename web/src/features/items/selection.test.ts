import { beforeEach, describe, expect, it } from "vitest";
import { type Place, Selection } from "./selection.ts";

const places: Place[] = ["a", "b", "c", "d", "e"].map((id) => ({ id, group: "g" }));
const at = (index: number): Place => {
  const place = places[index];
  if (!place) throw new Error("no such place");
  return place;
};

describe("selection", () => {
  let selection: Selection;
  beforeEach(() => {
    selection = new Selection();
    selection.setPlaces(places);
  });
  const chosen = () => [...selection.get().chosen].sort().join("");

  it("walks and stays within the list", () => {
    expect(selection.move(1)?.id).toBe("a");
    selection.move(3);
    expect(selection.move(5)?.id).toBe("e");
    expect(selection.move(-9)?.id).toBe("a");
    selection.focus(null);
    expect(selection.move(-1)?.id).toBe("e");
    selection.focus(null);
    selection.jump("first");
    expect(selection.get().focus?.id).toBe("a");
    selection.jump("last");
    expect(selection.get().focus?.id).toBe("e");
  });

  it("extends from where it began, and shrinks back", () => {
    selection.focus(at(1));
    selection.extend(1);
    selection.extend(1);
    expect(chosen()).toBe("bcd");
    selection.extend(-1);
    expect(chosen()).toBe("bc");
    selection.extend(-2);
    expect(chosen()).toBe("ab");
  });

  it("keeps what was chosen before the range", () => {
    selection.toggle(at(4));
    selection.focus(at(0));
    selection.extend(1);
    expect(chosen()).toBe("abe");
  });

  it("acts on the chosen, else on the focused", () => {
    expect(selection.items()).toEqual([]);
    selection.focus(at(2));
    expect(selection.items()).toEqual(["c"]);
    selection.chooseAll();
    expect(selection.items()).toHaveLength(5);
    expect(selection.clear()).toBe(true);
    expect(selection.items()).toEqual(["c"]);
    expect(selection.clear()).toBe(true);
    expect(selection.clear()).toBe(false);
  });

  it("lets go of what left the screen, and focuses what took its place", () => {
    selection.focus(at(1));
    selection.chooseAll();
    selection.setPlaces(places.filter(({ id }) => id !== "b"));
    expect(chosen()).toBe("acde");
    expect(selection.get().focus?.id).toBe("c");
    selection.setPlaces([]);
    expect(selection.get().focus).toBeNull();
  });

  it("follows the focused item to its new group", () => {
    selection.focus(at(1));
    selection.setPlaces([at(0), { id: "b", group: "h" }]);
    expect(selection.get().focus).toEqual({ id: "b", group: "h" });
  });
});
