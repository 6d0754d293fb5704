/** What the page says when there is no feed to show, or no more of it. */
import type { ProblemError } from "./api.ts";
import { element, shape } from "./dom.ts";
import { plural } from "./format.ts";

interface Notice {
  readonly kind: "empty" | "problem" | "end";
  readonly title: string;
  readonly text: readonly (Node | string)[];
  readonly action?: { readonly label: string; readonly run: () => void };
  readonly small?: string;
}

function notice({ kind, title, text, action, small }: Notice): HTMLElement {
  const made = element(
    "section",
    { class: `notice notice-${kind}`, ...(kind === "problem" ? { role: "alert" } : {}) },
    emblem(kind),
    element("h2", {}, title),
    element("p", {}, ...text),
  );
  if (action) {
    const button = element("button", { class: "primary", type: "button" }, action.label);
    button.addEventListener("click", action.run);
    made.append(button);
  }
  if (small) made.append(element("p", { class: "notice-small" }, small));
  return made;
}

/** The mark of the page in three moods: an empty ring, a broken one, a closed one. */
function emblem(kind: Notice["kind"]): SVGElement {
  const ring = { cx: "32", cy: "32", r: "24", pathLength: "100" };
  const dash = kind === "empty" ? "3 5" : kind === "problem" ? "38 12" : "100 0";
  return shape(
    "svg",
    { class: "emblem", viewBox: "0 0 64 64", "aria-hidden": "true" },
    shape("circle", { ...ring, class: "emblem-ring", "stroke-dasharray": dash }),
    kind === "end"
      ? shape("path", { class: "emblem-check", d: "m22 33 7 7 13-15" })
      : shape("circle", { class: "emblem-dot", cx: "32", cy: "32", r: "6" }),
  );
}

const code = (text: string): HTMLElement => element("code", {}, text);

export const noTenants = (retry: () => void): HTMLElement =>
  notice({
    kind: "empty",
    title: "No tenant yet",
    text: ["Make one with 10,000 items to try: run ", code("npm run demo"), " beside this server."],
    action: { label: "Look again", run: retry },
  });

export const noPools = (tenant: string, retry: () => void): HTMLElement =>
  notice({
    kind: "empty",
    title: "No pools yet",
    text: [
      `Tenant “${tenant}” has nothing to recommend. Give it items with `,
      code(`npm run demo -- --tenant ${tenant}`),
      " or ",
      code(`npm run import -- --tenant ${tenant} --items FILE`),
      "; the pools are built at the end of either.",
    ],
    action: { label: "Look again", run: retry },
  });

export const problem = (fault: ProblemError, retry: () => void): HTMLElement =>
  notice({
    kind: "problem",
    title: fault.status === 0 ? "No answer" : "This page did not come",
    text: [fault.message],
    action: { label: "Try again", run: retry },
    small: [
      fault.code,
      fault.status > 0 ? `status ${fault.status}` : "",
      fault.requestId ? `request ${fault.requestId}` : "",
    ]
      .filter((part) => part !== "")
      .join(" · "),
  });

export const endOfFeed = (served: number, another: () => void): HTMLElement =>
  notice({
    kind: "end",
    title: "You have seen everything",
    text: [
      served === 0
        ? "All that this tenant has was served to this user within the last day, or is watched."
        : `${plural(served, "item")} served, each of them once. Served items come back after a day, ` +
          "watched ones after a month.",
    ],
    action: { label: "Another user", run: another },
  });

export const loading = (more: () => void): HTMLElement => {
  const button = element("button", { class: "more", type: "button" }, "Next page");
  button.addEventListener("click", more);
  return element(
    "div",
    { class: "loading" },
    element("span", { class: "loading-dot", "aria-hidden": "true" }),
    button,
  );
};
