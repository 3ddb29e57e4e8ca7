/** `patchwhy rules test`: what rules would change on stored evidence, and whether their own cases hold. */
import { dirname, resolve } from 'node:path';
import type { Sign } from '../causes/cause.ts';
import { answerOf, FOUND_FROM, suspect, type ReadyCause } from '../causes/judge-cause.ts';
import type { ExitCode } from '../core/error.ts';
import type { CauseId, Consequence, Finding } from '../core/verdict.ts';
import { HEALTHY } from '../core/verdict.ts';
import type { ScanDocument } from '../outputs/scan-document.ts';
import type { Expectation } from '../rules/own-cause.ts';
import { loadRules, type Rules } from './own-rules.ts';
import { paragraph } from './paragraph.ts';
import type { RulesArguments } from './rules-options.ts';
import { print, wrongUse } from './rules.ts';
import { evidenceAt, storedFacts } from './stored-facts.ts';
import { judgedAgain } from './stored-run.ts';

export async function rulesTestCommand({
  names = [],
  rules: also = [],
  against,
  json,
}: RulesArguments): Promise<ExitCode> {
  const files = [...names, ...also];
  if (files.length === 0)
    throw wrongUse('rules test needs a file', 'patchwhy rules test FILE --against last');
  const rules = loadRules(files);
  const expected = [...rules.own.values()].flatMap(({ cases }) => cases);
  if (against === undefined && expected.length === 0) {
    throw wrongUse(
      'nothing to test against',
      'add --against RUN (an id, last, demo, a folder or file), or write cases: into the rule',
    );
  }
  const cases = await checkCases(expected, rules);
  const comparison = against && (await compare(against, rules));
  if (json) await print({ rules: rules.tool.rules, ...comparison, cases });
  else {
    const parts = [comparison ? comparisonLines(comparison, rules) : [], caseLines(cases)];
    const written = parts.filter((lines) => lines.length > 0);
    await print(written.flatMap((lines, at) => (at === 0 ? lines : ['', ...lines])));
  }
  return cases.some(({ complaint }) => complaint !== undefined) ? 3 : 0;
}

type HostEntry = ScanDocument['hosts'][number];

/** Nothing here says why: a rule that names a cause explains what was not explained. */
const OPEN: ReadonlySet<CauseId> = new Set(['unexplained-failure', 'not-enough-evidence']);

interface Comparison {
  readonly against: readonly string[];
  readonly hosts: number;
  /** Hosts whose first cause is another one with the rules. */
  readonly changes: readonly Change[];
  readonly unchanged: number;
  readonly causes: readonly CauseCounts[];
}

interface Change {
  readonly from: CauseId;
  readonly to: CauseId;
  readonly hosts: readonly string[];
}

/** Of one rule, over all hosts. */
interface CauseCounts {
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

async function compare(words: readonly string[], rules: Rules): Promise<Comparison> {
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

function entriesOf(document: ScanDocument | undefined): ReadonlyMap<string, HostEntry> {
  const hosts = (document?.hosts ?? []).filter((entry) => entry['outcome'] !== 'skipped');
  return new Map(hosts.map((entry) => [String(entry['name']), entry]));
}

function causeOf(entry: HostEntry | undefined): CauseId {
  const cause = entry?.['cause'];
  return typeof cause === 'string' ? cause : 'skipped';
}

function causesOf(entry: HostEntry): readonly Finding[] {
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

interface CheckedCase {
  /** `acme.yaml:31` */
  readonly at: string;
  readonly evidence: string;
  readonly hosts: number;
  /** What is not as expected; undefined when all is. */
  readonly complaint?: string;
}

async function checkCases(
  cases: readonly Expectation[],
  rules: Rules,
): Promise<readonly CheckedCase[]> {
  const judged = new Map<string, ReadonlyMap<string, HostEntry>>();
  const checked: CheckedCase[] = [];
  for (const one of cases) {
    const isPath = one.evidence !== 'demo';
    const path = isPath
      ? resolve(dirname(one.place.file), one.evidence)
      : await evidenceAt(one.evidence);
    const entries = judged.get(path) ?? entriesOf(await judgedAgain([path], rules));
    judged.set(path, entries);
    const hosts = [...entries].filter(
      ([name]) => one.host === undefined || name.toLowerCase() === one.host.toLowerCase(),
    );
    const complaint =
      hosts.length === 0
        ? `no host ${one.host ?? ''} there`
        : hosts.flatMap(([name, entry]) => missed(one, name, entry))[0];
    checked.push({
      at: `${one.place.file}:${one.place.line}`,
      evidence: one.evidence,
      hosts: hosts.length,
      ...(complaint !== undefined && { complaint }),
    });
  }
  return checked;
}

function missed({ is, isNot }: Expectation, name: string, entry: HostEntry): readonly string[] {
  const cause = causeOf(entry);
  return [
    ...(is !== undefined && cause !== is ? [`${name} is ${cause}, not ${is}`] : []),
    ...(isNot !== undefined && causesOf(entry).some(({ id }) => id === isNot)
      ? [`${name} is said to have ${isNot}`]
      : []),
  ];
}

function comparisonLines(
  { against, hosts, changes, unchanged, causes }: Comparison,
  { own }: Rules,
): readonly string[] {
  const explained = changes.filter(({ from, to }) => OPEN.has(from) && own.has(to));
  const accused = changes.filter(({ from }) => from === HEALTHY);
  return [
    ...paragraph(
      '',
      `${plural(own.size, 'cause')} of your own against ${against.join(', ')}: ${plural(hosts, 'host')}`,
    ),
    '',
    ...(changes.length === 0
      ? ['no host has another first cause']
      : ['first cause, before and with your rules']),
    ...changes.flatMap(({ from, to, hosts: names }) => [
      `  ${from} -> ${to}: ${plural(names.length, 'host')}`,
      ...paragraph('    ', someOf(names)),
    ]),
    `  unchanged: ${plural(unchanged, 'host')}`,
    ...(explained.length > 0 ? [`  newly explained: ${plural(countOf(explained), 'host')}`] : []),
    ...(accused.length > 0
      ? paragraph(
          '  ',
          `were healthy before: ${plural(countOf(accused), 'host')}; look at each of them`,
        )
      : []),
    ...causes.flatMap((one) => causeLines(one, own.get(one.id)?.cause.signs ?? [])),
  ];
}

function causeLines(counts: CauseCounts, rules: readonly Sign[]): readonly string[] {
  const { id, first, found, beatenBy, vetoed, signs } = counts;
  const beaten = Object.entries(beatenBy).map(([by, hosts]) => `beaten by ${by} on ${hosts}`);
  const parts = [`found on ${plural(found, 'host')}`, `first on ${first}`, ...beaten];
  if (vetoed > 0) parts.push(`vetoed on ${vetoed}`);
  return [
    '',
    ...paragraph('', `${id}: ${parts.join(', ')}`),
    ...signs.flatMap(({ yes, unknown, failed }, at) => {
      const { kind = '', scope } = rules[at] ?? {};
      if (scope === 'fleet') return [`  sign ${at + 1} (${kind}): asks other hosts, not counted`];
      const words = [`true on ${yes}`];
      if (unknown > 0) words.push(`could not look on ${unknown}`);
      if (failed > 0) words.push(`its condition fails on ${failed}`);
      return paragraph('  ', `sign ${at + 1} (${kind}): ${words.join(', ')}`);
    }),
  ];
}

function caseLines(cases: readonly CheckedCase[]): readonly string[] {
  if (cases.length === 0) return [];
  const failed = cases.filter(({ complaint }) => complaint !== undefined);
  return [
    ...failed.flatMap(({ at, evidence, complaint = '' }) =>
      paragraph('', `${at}: ${evidence}: ${complaint}`),
    ),
    `${cases.length - failed.length} of ${plural(cases.length, 'case')} as expected`,
  ];
}

function countOf(changes: readonly Change[]): number {
  return changes.reduce((sum, { hosts }) => sum + hosts.length, 0);
}

const MOST_NAMED = 12;

function someOf(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return `${names.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
