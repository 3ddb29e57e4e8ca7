/** `patchwhy rules test`: what rules would change on stored evidence, and whether their own cases hold. */
import type { Sign } from '../causes/cause.ts';
import type { ExitCode } from '../core/error.ts';
import { HEALTHY, type CauseId } from '../core/verdict.ts';
import { someOf } from './only.ts';
import { loadRules, type Rules } from './own-rules.ts';
import { paragraph } from './paragraph.ts';
import { checkCases, type CheckedCase } from './rules-cases.ts';
import { compare, type CauseCounts, type Change, type Comparison } from './rules-compare.ts';
import type { RulesArguments } from './rules-options.ts';
import { printJson, printLines, wrongUse } from './rules.ts';

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
  if (json) await printJson({ rules: rules.tool.rules, ...comparison, cases });
  else {
    const parts = [comparison ? comparisonLines(comparison, rules) : [], caseLines(cases)];
    const written = parts.filter((lines) => lines.length > 0);
    await printLines(written.flatMap((lines, at) => (at === 0 ? lines : ['', ...lines])));
  }
  return cases.some(({ complaint }) => complaint !== undefined) ? 3 : 0;
}

/** Nothing here says why: a rule that names a cause explains what was not explained. */
const OPEN: ReadonlySet<CauseId> = new Set(['unexplained-failure', 'not-enough-evidence']);

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

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
