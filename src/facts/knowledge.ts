/** Tables that facts are measured against; the caller reads them from the catalogue. */

export interface LifecycleRow {
  readonly build: number;
  /** `consumer`, `enterprise`, `ltsc`, `iot-ltsc`, `server` or `any`. */
  readonly editionClass: string;
  readonly name: string;
  /** ISO dates; empty when there is none. */
  readonly supportEnd: string;
  readonly esuEnd: string;
  /** Nobody was found who says so. */
  readonly isUnsure?: boolean;
}

/** A cumulative update and the revision of the build that it brings. */
export interface BuildRow {
  readonly build: number;
  readonly kb: string;
  readonly ubr: number;
}

export interface Knowledge {
  /** Not complete, and never can be: an update that is not in it is simply not known. */
  readonly builds: readonly BuildRow[];
  readonly lifecycle: readonly LifecycleRow[];
}
