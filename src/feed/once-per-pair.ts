/**
 * Makes the value of two objects once, for as long as both live: an isolate compiles a tenant's policy and rules once
 * per version of its pools and of its record, and forgets them together with either.
 */
export function oncePerPair<First extends object, Second extends object, Value extends object>(
  make: (first: First, second: Second) => Value,
): (first: First, second: Second) => Value {
  const made = new WeakMap<First, WeakMap<Second, Value>>();
  return (first, second) => {
    const ofFirst = made.get(first) ?? new WeakMap<Second, Value>();
    made.set(first, ofFirst);
    const value = ofFirst.get(second) ?? make(first, second);
    ofFirst.set(second, value);
    return value;
  };
}
