import type { Tenant } from "./tenant-registry.ts";

/** A tenant is one object for as long as its record is the same: what follows from it is made once. */
export function onceEach<Value extends object>(
  make: (tenant: Tenant) => Value,
): (tenant: Tenant) => Value {
  const made = new WeakMap<Tenant, Value>();
  return (tenant) => {
    const known = made.get(tenant);
    if (known !== undefined) return known;
    const value = make(tenant);
    made.set(tenant, value);
    return value;
  };
}
