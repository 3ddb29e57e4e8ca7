/** `patchwhy rules`: the causes as the engine runs them, and those that a user adds. */
import type { Sign } from '../causes/cause.ts';
import { FOUND_FROM, type ReadyCause } from '../causes/judge-cause.ts';
import { bareProse, type BareProse } from '../causes/prose.ts';
import { PatchwhyError, unreachable, type ExitCode } from '../core/error.ts';
import { printable } from '../core/printable.ts';
import type { CauseId } from '../core/verdict.ts';
import { suggestion } from '../inventory/nearest.ts';
import { line, type Problem } from '../inventory/problem.ts';
import { addRules } from '../rules/add-rules.ts';
import { proseOf, shippedCatalogue } from './catalogue.ts';
import { writeAll } from './output-stream.ts';
import { loadRules, readRuleFiles, type Rules } from './own-rules.ts';
import { paragraph } from './paragraph.ts';
import type { RulesArguments } from './rules-options.ts';

export async function rulesCommand(argv: RulesArguments): Promise<ExitCode> {
  const { action, names = [] } = argv;
  switch (action) {
    case 'list':
      if (names.length > 0)
        throw wrongUse('rules list takes no names', `patchwhy rules show ${names.join(' ')}`);
      return list(loadRules(argv.rules), argv.json);
    case 'show':
      if (names.length === 0)
        throw wrongUse('rules show needs a cause', 'patchwhy rules list shows their ids');
      return show(loadRules(argv.rules), names, argv.json);
    case 'facts':
      return (await import('./rules-facts.ts')).rulesFactsCommand(argv);
    case 'lint':
      return lint([...names, ...(argv.rules ?? [])], argv.json);
    case 'test':
      return (await import('./rules-test.ts')).rulesTestCommand(argv);
    default:
      return unreachable(action);
  }
}

export function wrongUse(message: string, hint: string): PatchwhyError {
  return new PatchwhyError('use', message, hint);
}

export function printLines(lines: readonly string[]): Promise<void> {
  return writeAll(process.stdout, `${lines.join('\n')}\n`);
}

export function printJson(value: unknown): Promise<void> {
  return writeAll(process.stdout, `${JSON.stringify(value, null, 1)}\n`);
}

/** A cause as `rules list --json` and `rules show --json` print it. */
interface Shown extends BareProse {
  readonly id: CauseId;
  readonly title: string;
  readonly category: string;
  readonly status: string;
  /** The user's file it is from; absent for those of the catalogue. */
  readonly file?: string;
  readonly replaces?: true;
  readonly next: string;
  readonly beats: readonly CauseId[];
  readonly beatenBy: readonly CauseId[];
  readonly signs: readonly Sign[];
}

/** All causes in the order of their categories. */
function shownCauses({ catalogue, own }: Rules): readonly Shown[] {
  const all = [...catalogue.causes.values()];
  const beaters = beatersOf(all);
  return all
    .map(({ cause }): Shown => {
      const { id, title, category, status, next, beats, signs } = cause;
      const mine = own.get(id);
      return {
        id,
        title: title.en,
        category,
        status,
        ...(mine && { file: mine.place.file }),
        ...(mine?.replaces && { replaces: true }),
        next,
        beats,
        beatenBy: beaters.get(id) ?? [],
        signs,
        ...(mine?.prose ?? shippedProse(id)),
      };
    })
    .toSorted(
      (a, b) =>
        catalogue.categories.indexOf(a.category) - catalogue.categories.indexOf(b.category) ||
        (a.id < b.id ? -1 : 1),
    );
}

function shippedProse(id: CauseId): BareProse {
  const { sources, runbook } = proseOf(id) ?? bareProse(undefined);
  return { sources, runbook };
}

function beatersOf(all: readonly ReadyCause[]): ReadonlyMap<CauseId, readonly CauseId[]> {
  const beaters = new Map<CauseId, CauseId[]>();
  for (const { cause } of all) {
    for (const id of cause.beats) {
      const known = beaters.get(id);
      if (known === undefined) beaters.set(id, [cause.id]);
      else known.push(cause.id);
    }
  }
  return beaters;
}

async function list(rules: Rules, json: boolean): Promise<ExitCode> {
  const causes = shownCauses(rules);
  if (json) {
    await printJson({ catalogue: rules.catalogue.version, rules: rules.tool.rules ?? [], causes });
    return 0;
  }
  const mine = rules.own.size;
  const head = `${causes.length} causes, catalogue of ${rules.catalogue.version}${mine > 0 ? `; * ${mine} of your own` : ''}`;
  const lines = rules.catalogue.categories.flatMap((category) => {
    const members = causes.filter((cause) => cause.category === category);
    return members.length === 0 ? [] : ['', category, ...members.flatMap(listed)];
  });
  await printLines([head, ...lines]);
  return 0;
}

function listed({ id, title, status, signs, file, replaces, sources }: Shown): readonly string[] {
  const count = signs.length === 1 ? '1 sign' : `${signs.length} signs`;
  const origin =
    file === undefined ? '' : `; from ${file}${replaces ? ", in place of the catalogue's" : ''}`;
  const mark = file === undefined ? ' ' : '*';
  return [
    ...paragraph(` ${mark} `, `${id}  ${title} (${status}, ${count}${origin})`),
    ...paragraph('       ', sources.length > 0 ? sources.join('; ') : 'no source given'),
  ];
}

async function show(rules: Rules, ids: readonly string[], json: boolean): Promise<ExitCode> {
  const causes = shownCauses(rules);
  const chosen = ids.map((id) => {
    const found = causes.find((cause) => cause.id === id);
    if (found !== undefined) return found;
    const known = causes.map((cause) => cause.id);
    throw new PatchwhyError(
      'rules.unknown',
      `there is no cause ${JSON.stringify(id)}`,
      suggestion(id, known, 'patchwhy rules list shows their ids'),
    );
  });
  const [only] = chosen;
  if (json) await printJson(chosen.length === 1 ? only : chosen);
  else
    await printLines(
      chosen.flatMap((cause, at) => [...(at === 0 ? [] : ['']), ...causeLines(cause)]),
    );
  return 0;
}

function causeLines(cause: Shown): readonly string[] {
  const { id, title, category, status, file, replaces, next, signs, runbook, sources } = cause;
  const origin =
    file === undefined
      ? 'of the catalogue'
      : `your own, from ${file}${replaces ? ", in place of the catalogue's" : ''}`;
  return [
    ...paragraph('', `${id}  ${title}`),
    ...paragraph('  ', origin),
    ...paragraph('  ', `category ${category}; a host that has it first is ${status}`),
    ...paragraph('  do next: ', next),
    '',
    signs.length === 0
      ? 'no signs: the engine names it where no cause fits, or never'
      : `signs, found from ${FOUND_FROM} on: 1 - (1 - weight) * (1 - weight) …; weak ones alone never`,
    ...signs.flatMap(signLines),
    ...listLines('beats', cause.beats),
    ...listLines('beaten by', cause.beatenBy),
    ...(Object.keys(runbook).length > 0 ? ['', 'runbook'] : []),
    ...Object.entries(runbook).flatMap(([step, text]) => paragraph(`  ${step.padEnd(7)} `, text)),
    '',
    'sources',
    ...(sources.length > 0 ? sources : ['none given']).flatMap((one) => paragraph('  - ', one)),
  ];
}

function signLines(sign: Sign, at: number): readonly string[] {
  const { kind, weight, weakens, scope, each } = sign;
  const force =
    kind !== 'against' ? ` ${weight}` : weakens === undefined ? ', vetoes' : `, times ${weakens}`;
  const over = each ? `, for each ${each.item} in ${each.fact}.${each.list}` : '';
  const fleet = scope === 'fleet' ? ', asks other hosts' : '';
  return [
    `  ${at + 1}. ${kind}${force}${over}${fleet}`,
    ...paragraph('     when ', sign.when),
    ...paragraph('     says ', sign.quote),
  ];
}

function listLines(name: string, ids: readonly string[]): readonly string[] {
  return ids.length === 0 ? [] : ['', ...paragraph(`${name} `, ids.join(', '))];
}

async function lint(paths: readonly string[], json: boolean): Promise<ExitCode> {
  if (paths.length === 0)
    throw wrongUse('rules lint needs a file', 'patchwhy rules lint FILE, or a folder');
  const files = readRuleFiles(paths);
  const { own, problems } = addRules(shippedCatalogue(), files);
  if (json) {
    await printJson({
      files: files.map(({ file, sha256 }) => ({ file, sha256 })),
      causes: [...own.keys()],
      problems,
    });
  } else await printLines(lintLines(files.length, own.size, problems));
  return problems.length === 0 ? 0 : 2;
}

function lintLines(files: number, causes: number, problems: readonly Problem[]): readonly string[] {
  if (problems.length > 0) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    return [
      ...problems.flatMap((problem) => [
        // Whole in a pipe, for editors that jump to places.
        ...(process.stdout.isTTY ? paragraph('', line(problem)) : [printable(line(problem))]),
        ...paragraph('  ', problem.hint),
      ]),
      count,
    ];
  }
  const where = files === 1 ? '1 file' : `${files} files`;
  return [`${causes === 1 ? '1 cause' : `${causes} causes`} in ${where}; nothing wrong`];
}
