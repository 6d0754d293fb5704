// breaks: observability-imports
// A dynamic import is an import.
export const feed = () => import("../feed/leaf.ts");
