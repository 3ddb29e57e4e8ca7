/** How one thing stood from run to run: a host, a cause, an update. */
export interface Moment {
  readonly run: string;
  readonly at: Date;
  /** Of a host, or of an update on most hosts. */
  readonly status: string | undefined;
  readonly cause: string | undefined;
  /** Hosts that it is about; undefined for one host. */
  readonly hosts: number | undefined;
}

/** Moments, oldest first, at which something was another than the time before. The newest is always among them. */
export function turningPoints(moments: readonly Moment[]): readonly Moment[] {
  const ordered = moments.toSorted((a, b) => a.at.getTime() - b.at.getTime());
  return ordered.filter((moment, at) => {
    const before = ordered[at - 1];
    return before === undefined || at === ordered.length - 1 || !isAlike(before, moment);
  });
}

function isAlike(a: Moment, b: Moment): boolean {
  return a.status === b.status && a.cause === b.cause && a.hosts === b.hosts;
}
