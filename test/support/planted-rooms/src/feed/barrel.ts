// breaks: no-barrel
export { leaf } from "./leaf.ts";
