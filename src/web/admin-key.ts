/** The admin key of this tab: asked for once, kept until the tab is closed, never part of an address. */
import { element } from "./dom.ts";

const NAME = "nearfeed.admin-key";

export interface AdminKeyForm {
  readonly root: HTMLFormElement;
  /** The key that is kept, if any. */
  readonly key: string | undefined;
  /** Asks for a key, and says what was wrong with the last one. */
  ask(fault?: string): void;
  hide(): void;
  forget(): void;
}

export function adminKeyForm(onKey: () => void): AdminKeyForm {
  // Without a name, so that no way of sending the form can put it into an address.
  const field = element("input", {
    id: "admin-key",
    type: "password",
    autocomplete: "off",
    spellcheck: "false",
    required: "",
    "aria-describedby": "admin-key-fault admin-key-note",
  });
  const faultLine = element("p", { class: "fault", id: "admin-key-fault", role: "status" });
  const root = element(
    "form",
    { class: "admin-key" },
    element("label", { for: "admin-key" }, "Admin key"),
    field,
    element("button", { class: "primary", type: "submit" }, "Show"),
    faultLine,
    element(
      "p",
      { class: "note", id: "admin-key-note" },
      "An admin's of this tenant, or the operator's, which npm start prints. Kept in this tab only.",
    ),
  );
  let key = storage()?.getItem(NAME) ?? undefined;
  root.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = field.value.trim();
    if (given === "") return;
    key = given;
    storage()?.setItem(NAME, given);
    onKey();
  });
  return {
    root,
    get key() {
      return key;
    },
    ask(fault = "") {
      root.hidden = false;
      faultLine.textContent = fault;
      field.setAttribute("aria-invalid", String(fault !== ""));
    },
    hide() {
      root.hidden = true;
      field.value = "";
      faultLine.textContent = "";
    },
    forget() {
      key = undefined;
      storage()?.removeItem(NAME);
    },
  };
}

function storage(): Storage | undefined {
  try {
    return sessionStorage;
  } catch {
    return undefined; // a browser that keeps nothing of this site: the key lasts as long as the page
  }
}
