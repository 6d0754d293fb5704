/** Objects in memory, for tests. */
import type { Artefacts } from "./artefacts.ts";

export class MemoryArtefacts implements Artefacts {
  readonly objects = new Map<string, Uint8Array>();

  read(name: string): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.objects.get(name)?.slice());
  }

  readRange(name: string, offset: number, length: number): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.objects.get(name)?.slice(offset, offset + length));
  }

  write(name: string, bytes: Uint8Array): Promise<void> {
    this.objects.set(name, bytes.slice());
    return Promise.resolve();
  }

  removeAll(prefix: string): Promise<number> {
    const names = [...this.objects.keys()].filter((name) => name.startsWith(prefix));
    for (const name of names) this.objects.delete(name);
    return Promise.resolve(names.length);
  }
}
