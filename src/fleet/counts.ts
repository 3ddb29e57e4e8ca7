/** How many hosts have each trait, and of how many it is known whether they have one of its kind. */

/** A host's traits, and the kinds that are known of it, by number; each once. */
export interface Row {
  readonly kinds: readonly number[];
  readonly traits: readonly number[];
}

export class Counts {
  hosts = 0;
  readonly #kinds: number[] = [];
  readonly #traits: number[] = [];

  /** @param by 1 to count a host in, -1 to take it out again */
  add({ kinds, traits }: Row, by: 1 | -1): void {
    this.hosts += by;
    for (const kind of kinds) this.#kinds[kind] = this.known(kind) + by;
    for (const trait of traits) this.#traits[trait] = this.having(trait) + by;
  }

  known(kind: number): number {
    return this.#kinds[kind] ?? 0;
  }

  having(trait: number): number {
    return this.#traits[trait] ?? 0;
  }
}
