/** What rules change on stored evidence: first causes before and with them, and how often each of them holds. */
import { answerOf, FOUND_FROM, suspect, type ReadyCause } from '../causes/judge-cause.ts';
import type { CauseId, Consequence, Finding } from '../core/verdict.ts';
import type { ScanDocument } from '../outputs/scan-document.ts';
import { loadRules, type Rules } from './own-rules.ts';
import { evidenceAt, storedFacts } from './stored-facts.ts';
import { judgedAgain } from './stored-run.ts';

type HostEntry = ScanDocument['hosts'][number];

export interface Comparison {
  readonly against: readonly string[];
  readonly hosts: number;
  /** Hosts whose first cause is another one with the rules. */
  readonly changes: readonly Change[];
  readonly unchanged: number;
  readonly causes: readonly CauseCounts[];
}

export interface Change {
  readonly from: CauseId;
  readonly to: CauseId;
  readonly hosts: readonly string[];
}

/** Of one rule, over all hosts. */
export interface CauseCounts {
  readonly id: CauseId;
  readonly first: number;
  /** Found, first or not. */
  readonly found: number;
  readonly beatenBy: Readonly<Record<CauseId, number>>;
  /** Would have been found but for an against sign. */
  readonly vetoed: number;
  readonly signs: readonly SignCounts[];
}

type SignCounts = Record<ReturnType<typeof answerOf>, number>;

export async function compare(words: readonly string[], rules: Rules): Promise<Comparison> {
  const paths = await Promise.all(words.map(evidenceAt));
  const before = entriesOf(await judgedAgain(paths, loadRules([])));
  const after = entriesOf(await judgedAgain(paths, rules));
  const changes = new Map<string, { from: CauseId; to: CauseId; hosts: string[] }>();
  let changed = 0;
  for (const [name, entry] of after) {
    const from = causeOf(before.get(name));
    const to = causeOf(entry);
    if (from === to) continue;
    changed += 1;
    const key = `${from} ${to}`;
    const change = changes.get(key) ?? { from, to, hosts: [] };
    change.hosts.push(name);
    changes.set(key, change);
  }
  return {
    against: words,
    hosts: after.size,
    changes: [...changes.values()].toSorted((a, b) => b.hosts.length - a.hosts.length),
    unchanged: after.size - changed,
    causes: await countCauses(paths, rules, [...after.values()]),
  };
}

export function entriesOf(document: ScanDocument | undefined): ReadonlyMap<string, HostEntry> {
  const hosts = (document?.hosts ?? []).filter((entry) => entry['outcome'] !== 'skipped');
  return new Map(hosts.map((entry) => [String(entry['name']), entry]));
}

export function causeOf(entry: HostEntry | undefined): CauseId {
  const cause = entry?.['cause'];
  return typeof cause === 'string' ? cause : 'skipped';
}

export function causesOf(entry: HostEntry): readonly Finding[] {
  return (entry['causes'] ?? []) as readonly Finding[];
}

function consequencesOf(entry: HostEntry): readonly Consequence[] {
  return (entry['consequences'] ?? []) as readonly Consequence[];
}

async function countCauses(
  paths: readonly string[],
  { catalogue, own }: Rules,
  entries: readonly HostEntry[],
): Promise<readonly CauseCounts[]> {
  const ready = [...own.keys()].flatMap((id) => catalogue.causes.get(id) ?? []);
  const vetoed = new Map<CauseId, number>();
  const answers = new Map(
    ready.map(({ cause, signs }) => [cause.id, signs.map(() => noAnswers())]),
  );
  for await (const { facts } of storedFacts(paths, catalogue)) {
    for (const one of ready) {
      const { id } = one.cause;
      if (suspect(one, facts).vetoed && suspect(unopposed(one), facts).confidence >= FOUND_FROM)
        vetoed.set(id, (vetoed.get(id) ?? 0) + 1);
      for (const [at, sign] of one.signs.entries()) {
        const counts = answers.get(id)?.[at];
        if (counts) counts[answerOf(sign, facts)] += 1;
      }
    }
  }
  return ready.map(({ cause: { id } }) => ({
    id,
    first: entries.filter((entry) => causeOf(entry) === id).length,
    found: entries.filter((entry) => names(entry, id)).length,
    beatenBy: beatersOf(id, entries),
    vetoed: vetoed.get(id) ?? 0,
    signs: answers.get(id) ?? [],
  }));
}

function noAnswers(): SignCounts {
  return { yes: 0, no: 0, unknown: 0, failed: 0 };
}

/** The cause as it would be judged if nothing spoke against it. */
function unopposed({ cause, signs }: ReadyCause): ReadyCause {
  return { cause, signs: signs.filter(({ sign }) => sign.kind !== 'against') };
}

function names(entry: HostEntry, id: CauseId): boolean {
  return [...causesOf(entry), ...consequencesOf(entry)].some((one) => one.id === id);
}

function beatersOf(id: CauseId, entries: readonly HostEntry[]): Record<CauseId, number> {
  const beaters: Record<CauseId, number> = {};
  for (const { id: loser, beatenBy } of entries.flatMap(consequencesOf)) {
    if (loser === id) beaters[beatenBy] = (beaters[beatenBy] ?? 0) + 1;
  }
  return beaters;
}
