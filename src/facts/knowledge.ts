/** Tables that facts are measured against; the caller reads them from the catalogue. */

export interface LifecycleRow {
  readonly build: number;
  /** `consumer`, `enterprise`, `ltsc`, `server` or `any`. */
  readonly editionClass: string;
  readonly name: string;
  /** ISO dates; empty when there is none. */
  readonly supportEnd: string;
  readonly esuEnd: string;
}

export interface Knowledge {
  readonly lifecycle: readonly LifecycleRow[];
}
