/** The state of this machine as a console: one finding for each thing that contact with hosts depends on. */
export interface ConsoleFinding {
  /** One word or two: `Node`, `terminal`, `DNS`. */
  readonly about: string;
  /** `info`: nothing is wrong, and something is not there that some need. */
  readonly verdict: 'ok' | 'warning' | 'failed' | 'info';
  readonly text: string;
  /** What to do, where something is to be done. */
  readonly next?: string;
}

/** Looks at one thing; never throws, never contacts a host of the fleet. */
export type ConsoleCheck = () => ConsoleFinding | Promise<ConsoleFinding>;

/** All findings, in the order of the checks. */
export function consoleReport(checks: readonly ConsoleCheck[]): Promise<ConsoleFinding[]> {
  return Promise.all(checks.map(async (check) => check()));
}
