/** Whether the display menu is open, for its key. */

import { store } from "../../lib/store.ts";

const open = store(false);

export const openDisplay = (): void => open.set(true);
export const setDisplay = (next: boolean): void => open.set(next);
export const useDisplayOpen = (): boolean => open.use();
