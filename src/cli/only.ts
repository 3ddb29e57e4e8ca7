/** `--only WHAT --from RUN`: the hosts of an earlier run that came to this outcome, and how they fare now. */
import { PatchwhyError } from '../core/error.ts';
import type { Host, HostId } from '../core/host.ts';
import type { CauseId, Outcome } from '../core/verdict.ts';
import type { LastWords } from '../engine/scan.ts';
import type { ScanDocument } from '../outputs/scan-document.ts';
import type { Rules } from './own-rules.ts';
import type { ScanArguments } from './scan-options.ts';
import { findRun, resultOf, type StoredRun } from './stored-run.ts';
import { limited } from './targets.ts';
import { mustBeCause } from './wishes.ts';

type Only =
  | { readonly kind: 'failed' | 'unreachable' | 'skipped' }
  | { readonly kind: 'cause'; readonly cause: CauseId };

export interface Choice {
  /** What to look at: the hosts of that run, where the user names nothing else. */
  readonly argv: ScanArguments;
  readonly among: (hosts: readonly Host[]) => readonly Host[];
  /** Sentences to say at the start. */
  readonly notices: (hosts: readonly Host[]) => readonly string[];
  readonly lastWords?: LastWords;
}

/** Undefined without `--only`. @throws PatchwhyError exit 2. */
export async function chooseHosts(argv: ScanArguments, rules: Rules): Promise<Choice | undefined> {
  if (argv.only === undefined) {
    if (argv.from === undefined) return undefined;
    throw wrongUse('--from says nothing without --only', 'add --only failed, or leave it out');
  }
  if (argv.evidence !== undefined)
    throw wrongUse('--only asks hosts again; --evidence asks nobody', 'leave one of them out');
  const only = onlyOf(argv.only);
  if (only.kind === 'cause') mustBeCause('--only', only.cause, rules.catalogue);
  const stored = await findRun(argv.from ?? 'last');
  const names = new Set(await namesOf(only, stored, rules));
  const patterns = isByName(argv, stored) && argv.hosts?.length ? [argv.hosts.join(',')] : [];
  const isNarrowed = argv.limit !== undefined || (argv.hosts ?? []).length > 0;
  const words = `${wordsOf(only)} in run ${stored.run.id}`;
  return {
    argv: lookingAt(argv, stored),
    among: (hosts) => limited(hosts, patterns).filter(({ id }) => names.has(id.toLowerCase())),
    notices(hosts) {
      const there = new Set(hosts.map(({ id }) => id.toLowerCase()));
      const gone = isNarrowed ? [] : [...names].filter((name) => !there.has(name));
      return [
        ...(names.size === 0 ? [`no host was ${words}: there is nobody to ask`] : []),
        ...(gone.length > 0 ? [`no longer in the inventory: ${someOf(gone)}`] : []),
      ];
    },
    *lastWords(outcomes) {
      if (outcomes.size > 0) yield ['info', 'run.compared', compared(only, words, outcomes)];
    },
  };
}

/** Hosts of a run by name, exactly these, reached as that run reached them. */
export function chooseAgain(
  argv: ScanArguments,
  stored: StoredRun,
  hosts: readonly HostId[],
): Choice {
  const names = new Set(hosts.map((id) => id.toLowerCase()));
  return {
    argv: lookingAt(argv, stored),
    among: (all) => all.filter(({ id }) => names.has(id.toLowerCase())),
    notices(all) {
      const there = new Set(all.map(({ id }) => id.toLowerCase()));
      const gone = hosts.filter((id) => !there.has(id.toLowerCase()));
      return gone.length > 0 ? [`no longer in the inventory: ${someOf(gone)}`] : [];
    },
  };
}

function onlyOf(text: string): Only {
  if (text === 'failed' || text === 'unreachable' || text === 'skipped') return { kind: text };
  const cause = /^cause:([a-z0-9-]+)$/.exec(text)?.[1];
  if (cause !== undefined) return { kind: 'cause', cause };
  throw wrongUse(
    `--only does not know "${text}"`,
    'it takes failed, unreachable, skipped or cause:ID',
  );
}

/** Whether the hosts of that run were given by name, and nothing else is named now. */
function isByName(argv: ScanArguments, { run }: StoredRun): boolean {
  return argv.inventory === undefined && run.source === 'hosts';
}

function lookingAt(argv: ScanArguments, stored: StoredRun): ScanArguments {
  if (argv.inventory !== undefined) return argv;
  const { run, asked } = stored;
  if (isByName(argv, stored) && asked !== undefined)
    return { ...argv, hosts: [...asked.hosts], user: argv.user ?? asked.user };
  const inventory = asked?.inventories[0];
  if (inventory !== undefined) return { ...argv, inventory };
  throw wrongUse(
    `run ${run.id} does not say how its hosts are reached`,
    'give the inventory with -i FILE',
  );
}

/** Their names in lower case. */
async function namesOf(only: Only, { folder, asked }: StoredRun, rules: Rules): Promise<string[]> {
  const result = await resultOf(folder, rules);
  const entries = new Map(
    (result?.hosts ?? []).map((entry) => [String(entry['name']).toLowerCase(), entry]),
  );
  const all = asked?.hosts.map((name) => name.toLowerCase()) ?? [...entries.keys()];
  return all.filter((name) => fits(only, entries.get(name)));
}

/** A host that an interrupted run never came to counts as skipped. */
function fits(only: Only, entry: ScanDocument['hosts'][number] | undefined): boolean {
  const outcome = entry?.['outcome'] ?? 'skipped';
  switch (only.kind) {
    case 'failed':
      return FAILED.has(entry?.['status']);
    case 'unreachable':
      return outcome === 'contact';
    case 'skipped':
      return outcome === 'skipped';
    case 'cause': {
      const causes = (entry?.['causes'] ?? []) as readonly { readonly id: CauseId }[];
      return causes.some(({ id }) => id === only.cause);
    }
  }
}

const FAILED: ReadonlySet<unknown> = new Set(['failing', 'scan-failing']);

function wordsOf(only: Only): string {
  return only.kind === 'cause' ? `held up by ${only.cause}` : only.kind;
}

/** How those hosts fare now: `of 41 hosts held up by wsus-server-error in run …: 40 cured, 1 the same`. */
function compared(only: Only, words: string, outcomes: ReadonlyMap<string, Outcome>): string {
  const isReach = only.kind === 'unreachable' || only.kind === 'skipped';
  const count = { cured: 0, same: 0, unknown: 0 };
  for (const outcome of outcomes.values()) count[faring(only, outcome)] += 1;
  const hosts = outcomes.size === 1 ? '1 host' : `${outcomes.size} hosts`;
  const parts = isReach
    ? [`${count.cured} judged now`, `${count.same} not`]
    : [
        `${count.cured} cured`,
        `${count.same} the same`,
        ...(count.unknown > 0 ? [`${count.unknown} could not be judged`] : []),
      ];
  return `of ${hosts} ${words}: ${parts.join(', ')}`;
}

function faring(only: Only, outcome: Outcome): 'cured' | 'same' | 'unknown' {
  switch (only.kind) {
    case 'unreachable':
    case 'skipped':
      return outcome.kind === 'judged' ? 'cured' : 'same';
    case 'failed':
      if (outcome.kind !== 'judged') return 'unknown';
      return FAILED.has(outcome.verdict.status) ? 'same' : 'cured';
    case 'cause':
      if (outcome.kind === 'skipped') return 'unknown';
      if (outcome.verdict.causes.some(({ id }) => id === only.cause)) return 'same';
      return outcome.kind === 'judged' ? 'cured' : 'unknown';
  }
}

const SHOWN = 5;

/** A few names and how many more there are. */
export function someOf(names: readonly string[]): string {
  const more = names.length - SHOWN;
  return `${names.slice(0, SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function wrongUse(message: string, hint: string): PatchwhyError {
  return new PatchwhyError('use', message, hint);
}
