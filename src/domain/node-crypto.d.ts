/** The one function of Node's that the Worker uses; the types of Node would bring all the others. */
declare module "node:crypto" {
  export function hash(algorithm: "sha256", data: string): string;
}
