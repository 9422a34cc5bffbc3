import { act, render, screen, waitFor } from "@testing-library/react";
import { createElement } from "react";
import { expect, test, vi } from "vitest";
import { ToastLayer } from "../ui/toast.tsx";
import { followUpdates } from "./register.ts";

test("says that the app was updated only where the server answers", async () => {
  const fetch = vi.spyOn(globalThis, "fetch");
  render(createElement(ToastLayer));
  followUpdates();
  const missing = () => {
    const event = new Event("vite:preloadError", { cancelable: true });
    dispatchEvent(event);
    expect(event.defaultPrevented).toBe(true);
  };
  fetch.mockRejectedValueOnce(new TypeError("offline"));
  missing();
  await act(() => vi.waitFor(() => expect(fetch).toHaveBeenCalledTimes(1)));
  expect(screen.queryByText("Aileron was updated")).toBeNull();
  fetch.mockResolvedValueOnce(new Response());
  missing();
  await waitFor(() => screen.getByText("Aileron was updated"));
});
