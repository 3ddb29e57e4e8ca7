/** A host's page: the verdict with what it rests on. Lines of any number; the screen scrolls over them. */
import {
  type Consequence,
  type Finding,
  type Outcome,
  type Quote,
  reducedWords,
  type SignKind,
  type Unread,
} from '../core/verdict.ts';
import { firstFinding, type HostState } from '../store/host-state.ts';
import { ageOf, between } from './durations.ts';
import { type Line, lineWidth, spread } from './line.ts';
import type { Drawing } from './run-lines.ts';
import { hostSign } from './table-lines.ts';
import { heading, INDENT, listed, paragraph, quiet, titled } from './paragraph.ts';
import type { Token } from './theme.ts';
import { nextTold, titleTold } from './told.ts';
import type { Words } from './words.ts';

/** Strong, weak and against, as the contract counts them. */
const SIGNS: Readonly<Record<SignKind, readonly [Token, string]>> = {
  strong: ['strong', '  +3 '],
  weak: ['quiet', '  +1 '],
  against: ['accent', '  -1 '],
};

export function verdictLines(host: HostState, drawing: Drawing): Line[] {
  const { outcome } = host;
  const { words } = drawing.theme;
  if (outcome === undefined) return atWork(host, drawing);
  if (outcome.kind === 'skipped') {
    return [heading(words.leftOut), ...paragraph(outcome.reason, drawing)];
  }
  const { verdict } = outcome;
  const [first, ...others] = verdict.causes;
  return [
    ...head(host, drawing),
    ...because(first, outcome, drawing),
    ...listed(words.grounds, verdict.grounds ?? [], (ground) =>
      paragraph(drawing.tell(ground), drawing),
    ),
    ...(outcome.kind === 'contact' ? contactLines(outcome, drawing) : []),
    ...listed(words.doNextHeading, nextSteps(verdict.causes, drawing), (step) =>
      paragraph(step, drawing),
    ),
    ...listed(words.alsoFound, others, (finding) => otherLines(finding, drawing)),
    ...notTheCause(outcome, drawing),
    ...listed(words.unread, verdict.unread, (section) => unreadLines(section, drawing)),
  ];
}

function atWork(host: HostState, drawing: Drawing): Line[] {
  const age = host.begun === undefined ? '' : `  ${ageOf(between(host.begun, drawing.now))}`;
  const [token, sign] = hostSign(host, drawing.theme);
  return [[[token, `${sign} `], drawing.theme.words.stages[host.stage], ['quiet', age]]];
}

function head(host: HostState, drawing: Drawing): Line[] {
  const { theme } = drawing;
  const finding = firstFinding(host);
  const [token, sign] = hostSign(host, theme);
  const title = theme.clean((finding && titleTold(finding, drawing)) ?? theme.words.groupTitles.ok);
  const right: Line =
    finding === undefined
      ? []
      : [['quiet', theme.clean(finding.id)], `  ${Math.round(finding.confidence * 100)}%`];
  const labels = Object.entries(host.labels).map(([key, value]) => `${key} ${value}`);
  const facts = finding === undefined ? [] : standing(host, finding, drawing);
  const reduced = host.outcome?.kind === 'judged' ? reducedWords(host.outcome) : '';
  const lines = [labels, facts, reduced === '' ? [] : [reduced]].filter(
    (parts) => parts.length > 0,
  );
  const left: Line = [
    [token, `${sign} `],
    ['strong', title],
  ];
  return [
    ...titled(left, right, drawing),
    ...lines.flatMap((parts) => paragraph(parts.join(', '), drawing, '  ', '  ')).map(quiet),
    [],
  ];
}

function because(finding: Finding | undefined, outcome: Outcome, drawing: Drawing): Line[] {
  const { words } = drawing.theme;
  const quotes = finding?.evidence ?? [];
  const [title, ...lines] = listed(words.because, quotes, (quote) => quoteLines(quote, drawing));
  if (title === undefined) return [];
  const age =
    outcome.kind === 'judged'
      ? words.evidenceAge(ageOf(between(outcome.collectedAt, drawing.now)))
      : '';
  return [spread(title, [['quiet', age]], drawing.width, drawing.theme), ...lines];
}

function standing({ outcome }: HostState, finding: Finding, { store, theme }: Drawing): string[] {
  const count = store.groups().find(({ id }) => id === finding.id)?.count ?? 1;
  const parts: string[] = [theme.words.haveItFirst(count)];
  if (finding.firstSeen !== undefined && outcome?.kind === 'judged') {
    parts.push(theme.words.firstSeen(ageOf(between(finding.firstSeen, outcome.collectedAt))));
  }
  if (finding.tries !== undefined) parts.push(theme.words.tries(finding.tries));
  return parts;
}

/** The quote, and the pointer that copies out of the evidence: beside it where there is room, else below. */
function quoteLines({ kind, quote, pointer }: Quote, drawing: Drawing): Line[] {
  const lines = paragraph(drawing.tell(quote), drawing, SIGNS[kind]);
  const where: Line = [['quiet', drawing.theme.clean(pointer)]];
  const [only, ...others] = lines;
  const hasRoom =
    only !== undefined &&
    others.length === 0 &&
    lineWidth(only) + lineWidth(where) + 2 <= drawing.width;
  return hasRoom
    ? [spread(only, where, drawing.width, drawing.theme)]
    : [...lines, ...paragraph(pointer, drawing).map(quiet)];
}

function contactLines(
  { contact }: Extract<Outcome, { kind: 'contact' }>,
  drawing: Drawing,
): Line[] {
  const { words } = drawing.theme;
  const where = [
    words.stoppedAt(contact.stage),
    contact.during === undefined ? undefined : words.during(contact.during),
    contact.code,
    contact.transport,
    contact.address,
    contact.elapsedMs === undefined ? undefined : `${contact.elapsedMs} ms`,
  ].filter((part) => part !== undefined);
  return [
    heading(words.contact),
    ...paragraph(where.join(', '), drawing),
    ...(contact.message === undefined ? [] : paragraph(contact.message, drawing)),
    [],
  ];
}

function nextSteps(findings: readonly Finding[], drawing: Drawing): string[] {
  return findings.flatMap((finding) =>
    finding.next === undefined ? [] : (nextTold(finding, drawing) ?? []),
  );
}

function otherLines(finding: Finding, drawing: Drawing): Line[] {
  const { theme, width } = drawing;
  const right: Line = [
    ['quiet', theme.clean(finding.id)],
    `  ${Math.round(finding.confidence * 100)}%`,
  ];
  return [
    spread([INDENT, theme.clean(titleTold(finding, drawing) ?? finding.id)], right, width, theme),
    ...finding.evidence.flatMap((quote) => quoteLines(quote, drawing)),
  ];
}

function notTheCause({ verdict }: Exclude<Outcome, { kind: 'skipped' }>, drawing: Drawing): Line[] {
  const { runnerUp } = verdict;
  const { words } = drawing.theme;
  const beaten = verdict.consequences.map((each) => consequenceText(each, words));
  const weaker =
    runnerUp === undefined
      ? []
      : [`${runnerUp.id} (${Math.round(runnerUp.confidence * 100)}%): ${words.runnerUp}`];
  return listed(words.notTheCause, [...beaten, ...weaker], (text) => paragraph(text, drawing));
}

function consequenceText({ id, beatenBy, confidence }: Consequence, words: Words): string {
  return `${id} (${Math.round(confidence * 100)}%): ${words.consequenceOf(beatenBy)}`;
}

function unreadLines({ section, hresult, message }: Unread, drawing: Drawing): Line[] {
  const why = [message, hresult].filter((part) => part !== undefined).join(', ');
  return paragraph(`${section}: ${why === '' ? drawing.theme.words.unreadable : why}`, drawing);
}
