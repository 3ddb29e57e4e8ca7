/** What the flags of a scan come to: numbers, times and choices, each checked before anything is contacted. */
import type { Catalogue } from '../causes/catalogue.ts';
import { PatchwhyError } from '../core/error.ts';
import type { FailOn } from '../engine/fail-on.ts';
import type { ScanPlan } from '../engine/scan.ts';
import { countOf, durationOf, failOnOf, type ScanArguments } from './scan-options.ts';

const FORKS = 64;

export interface Wishes extends Pick<ScanPlan, 'forks' | 'bounds'> {
  readonly failOn: FailOn | undefined;
  readonly deadlineMs: number | undefined;
  /** Limit for one host. */
  readonly hostMs: number | undefined;
  /** A cause is recurring from so many hosts on; undefined: not said. */
  readonly recur: number | undefined;
}

/** @throws PatchwhyError exit 2. */
export function wishesOf(argv: ScanArguments, catalogue: Catalogue): Wishes {
  if (argv.json && argv.jsonl) {
    throw new PatchwhyError(
      'use',
      '--json and --jsonl do not go together',
      'take --json for one document, --jsonl for events as they come',
    );
  }
  const failOn = given(argv['fail-on'], failOnOf);
  if (failOn?.kind === 'cause') mustBeCause('--fail-on', failOn.cause, catalogue);
  const perJump = given(argv['jump-forks'], (text) => countOf('jump-forks', text));
  const perSite = given(argv['site-forks'], (text) => countOf('site-forks', text));
  const perCredential = given(argv['credential-forks'], (text) =>
    countOf('credential-forks', text),
  );
  return {
    forks: given(argv.forks, (text) => countOf('forks', text)) ?? FORKS,
    bounds: {
      ...(perJump !== undefined && { perJump }),
      ...(perSite !== undefined && { perSite }),
      ...(perCredential !== undefined && { perCredential }),
    },
    failOn,
    deadlineMs: given(argv.deadline, (text) => durationOf('deadline', text)),
    hostMs: given(argv.timeout, (text) => durationOf('timeout', text)),
    recur: given(argv.recur, (text) => countOf('recur', text)),
  };
}

/** @throws PatchwhyError exit 2 when the catalogue has no such cause. */
export function mustBeCause(flag: string, cause: string, catalogue: Catalogue): void {
  if (catalogue.causes.has(cause)) return;
  throw new PatchwhyError(
    'use',
    `${flag}: there is no cause "${cause}"`,
    'its ids are those that scan --json prints',
  );
}

function given<T>(text: string | undefined, read: (text: string) => T): T | undefined {
  return text === undefined ? undefined : read(text);
}
