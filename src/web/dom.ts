/** Building blocks for the page: elements and SVG shapes. Text only ever goes in as text. */
const SVG_NAMESPACE = "http://www.w3.org/2000/svg";

type Child = Node | string;
type Attributes = Readonly<Record<string, string>>;

export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export function shape(
  name: string,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElement {
  const made = document.createElementNS(SVG_NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** The element of index.html with this id: a missing one is a mistake of ours, not an outcome. */
export function required<Kind extends Element>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`index.html has no ${kind.name} #${id}`);
  return found;
}

/** Marks of the three sources: they differ in outline, so that colour is never needed. */
export function sourceMark(source: string): SVGElement {
  const outline: Readonly<Record<string, string>> = {
    popularity: "M6 .8a5.2 5.2 0 1 1 0 10.4A5.2 5.2 0 0 1 6 .8Z",
    freshness: "M6 0 12 6 6 12 0 6Z",
    fallback: "M1.2 1.2h9.6v9.6H1.2Z",
  };
  return shape(
    "svg",
    { class: `source-mark source-${source}`, viewBox: "0 0 12 12", "aria-hidden": "true" },
    shape("path", { d: outline[source] ?? "" }),
  );
}
