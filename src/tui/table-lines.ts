/** The rows of the table. Columns leave by priority when there is no room for them; nothing ever wraps. */
import { unreachable } from '../core/error.ts';
import type { Stage } from '../core/contact.ts';
import type { HostId } from '../core/host.ts';
import type { Finding, Status } from '../core/verdict.ts';
import { column, columnEnd, widthOf } from '../core/width.ts';
import { type Arranged, type Group, WORST_FIRST } from '../store/groups.ts';
import type { GroupKind, HostState } from '../store/host-state.ts';
import { firstFinding, statusOf } from '../store/host-state.ts';
import type { Row } from '../store/window.ts';
import { ageOf, between } from './durations.ts';
import { type Line, lineWidth, type Piece } from './line.ts';
import type { Column } from './columns.ts';
import { type Drawing, sharedBy } from './run-lines.ts';
import type { Theme, Token } from './theme.ts';
import { titleTold } from './told.ts';
import type { Words } from './words.ts';

const GUTTER = 4;
const GAP = 1;
const WIDE = 110;

export function headLine(columns: readonly Column[], { theme }: Drawing): Line {
  const cells = columns.map(({ name, width }) => column(headOf(name, theme), width));
  return [['quiet', ' '.repeat(GUTTER) + cells.join(' '.repeat(GAP))]];
}

const headOf = (name: string, { words, clean }: Theme): string =>
  words.columns[name] ?? clean(name).toUpperCase();

/** What the rows are drawn with. */
export interface Layout {
  readonly columns: readonly Column[];
  readonly marks: ReadonlySet<HostId>;
}

export function rowLine(row: Row, isChosen: boolean, layout: Layout, drawing: Drawing): Line {
  return row.kind === 'group'
    ? groupLine(row, layout.marks, drawing)
    : hostLine(row.host, isChosen, layout, drawing);
}

type GroupRow = Extract<Row, { kind: 'group' }>;

/** Folded or not, and whether it has hosts that the user marked. */
function gutter({ group, isFolded }: GroupRow, marks: Layout['marks'], { signs }: Theme): string {
  const hasMarks = marks.size > 0 && group.members.some(({ id }) => marks.has(id));
  return `${isFolded ? signs.folded : signs.unfolded}${hasMarks ? signs.mark : ' '}`;
}

function groupLine(row: GroupRow, marks: Layout['marks'], drawing: Drawing): Line {
  const { theme, width } = drawing;
  const { group } = row;
  const marker = gutter(row, marks, theme);
  if (TALLIED.has(group.kind)) return labelLine(group, marker, drawing);
  const [token, sign] = groupSign(group, theme);
  const count = columnEnd(theme.words.hosts(group.count), 10);
  const id =
    theme.words.groupIds[group.kind] ?? (group.id.startsWith('@') ? '' : theme.clean(group.id));
  const idWidth = width >= WIDE ? 30 : 26;
  const shared = width >= WIDE ? sharedBy(group, theme) : '';
  const sharedWidth = shared === '' ? 0 : Math.min(widthOf(shared), 36) + 2;
  const titleWidth = width - GUTTER - idWidth - sharedWidth - 2 - widthOf(count);
  const cut = theme.signs.cut;
  const title = column(titleOf(group, drawing), titleWidth, 'end', cut);
  return [
    marker,
    [token, `${sign} `],
    group.isRecurring ? ['strong', title] : title,
    ['quiet', sharedWidth === 0 ? '' : '  ' + column(shared, sharedWidth - 2, 'end', cut)],
    '  ',
    ['quiet', column(id, idWidth, 'end', cut)],
    group.isRecurring ? ['strong', count] : count,
  ];
}

/** Groups that say of their hosts how they stand, because what they share does not. */
const TALLIED: ReadonlySet<GroupKind> = new Set(['label', 'unlabelled', 'stage']);

/** `▾   milano                               ✗ 12  ↻ 3  ✓ 20   35 hosts` */
function labelLine(group: Arranged, marker: string, drawing: Drawing): Line {
  const { theme, width } = drawing;
  const count = columnEnd(theme.words.hosts(group.count), 10);
  const tallies = talliesOf(group.members, theme);
  const room = width - GUTTER - widthOf(count) - 2;
  while (tallies.length > 0 && lineWidth(tallies) > room / 2) tallies.pop();
  const title = column(titleOf(group, drawing), room - lineWidth(tallies), 'end', theme.signs.cut);
  return [`${marker}  `, title, ...tallies, '  ', count];
}

/** How the hosts of a group stand, the worst first. */
export function talliesOf(members: readonly HostState[], theme: Theme): Piece[] {
  const counts = new Map<Status, number>();
  for (const { outcome } of members) {
    if (outcome === undefined) continue;
    const told = statusOf(outcome);
    // Both have one sign, and nobody could tell two counts of it apart.
    const status = told === 'scan-failing' ? 'failing' : told;
    counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  return WORST_FIRST.filter((status) => counts.has(status)).map((status): Piece => {
    const { token, sign } = theme.status(status);
    return [token, `${sign} ${counts.get(status)}  `];
  });
}

export function titleOf(group: Group, drawing: Drawing): string {
  const { words, clean } = drawing.theme;
  if (group.kind === 'status') return words.statuses[group.id as Status];
  if (group.kind === 'stage') return stageTitle(group.id.slice('@stage:'.length), words);
  return clean(titleTold(group, drawing) ?? words.groupTitles[group.kind]);
}

function stageTitle(stage: string, { stages, examined }: Words): string {
  return stage === 'examined' ? examined : `${stage}: ${stages[stage as Stage]}`;
}

/** A group in a word: the cause id, or what stands for it. */
export function nameOf(group: Group, theme: Theme): string {
  if (group.kind === 'label') return group.title ?? '';
  return group.id.startsWith('@') ? theme.words.groupTitles[group.kind] : group.id;
}

export function groupSign(group: Group, theme: Theme): readonly [Token, string] {
  if (group.isRecurring) return ['strong', theme.signs.recurring];
  switch (group.kind) {
    case 'cause':
      return ['quiet', ' '];
    case 'contact':
      return statusSign('unreachable', theme);
    case 'no-evidence':
      return statusSign('no-data', theme);
    case 'skipped':
      return statusSign('skipped', theme);
    case 'ok':
      return statusSign('ok', theme);
    case 'at-work':
      return ['accent', theme.signs.collecting];
    case 'queued':
      return ['quiet', theme.signs.queued];
    case 'status':
      return statusSign(group.id as Status, theme);
    case 'label':
    case 'stage':
    case 'unlabelled':
      return ['quiet', ' '];
    default:
      return unreachable(group.kind);
  }
}

function statusSign(status: Status, theme: Theme): readonly [Token, string] {
  const { token, sign } = theme.status(status);
  return [token, sign];
}

export function hostLine(
  host: HostState,
  isChosen: boolean,
  { columns, marks }: Layout,
  drawing: Drawing,
): Line {
  const { theme } = drawing;
  const [token, sign] = hostSign(host, theme);
  const cursor = isChosen ? theme.signs.cursor : ' ';
  const mark: Piece = marks.has(host.id) ? ['accent', theme.signs.mark] : ' ';
  const line: Piece[] = [cursor, mark, [token, `${sign} `]];
  for (const [index, { name, width }] of columns.entries()) {
    if (index > 0) line.push(' '.repeat(GAP));
    const cell = column(
      theme.clean(cellText(name, host, drawing)),
      width,
      name === 'host' ? 'middle' : 'end',
      theme.signs.cut,
    );
    line.push(PLAIN.has(name) ? cell : ['quiet', cell]);
  }
  return line;
}

/** What is read first. */
const PLAIN: ReadonlySet<string> = new Set(['host', 'why', 'conf']);

export function hostSign(host: HostState, theme: Theme): readonly [Token, string] {
  if (host.outcome !== undefined) return statusSign(statusOf(host.outcome), theme);
  if (host.stage === 'queued') return ['quiet', theme.signs.queued];
  const isIn = host.stage === 'collector' || host.stage === 'shell';
  return ['accent', isIn ? theme.signs.collecting : theme.signs.contacting];
}

function cellText(name: string, host: HostState, drawing: Drawing): string {
  const finding = firstFinding(host);
  switch (name) {
    case 'host':
      return host.id;
    case 'since':
      return sinceOf(host, finding, drawing.now);
    case 'cause':
      return finding?.id ?? '';
    case 'age':
      return host.outcome?.kind === 'judged'
        ? ageOf(between(host.outcome.collectedAt, drawing.now))
        : '';
    case 'why':
      return whyOf(host, finding, drawing);
    case 'conf':
      return finding === undefined ? '' : `${Math.round(finding.confidence * 100)}%`.padStart(4);
    default:
      return host.labels[name] ?? '';
  }
}

/** How long it has failed, by the clock of the look; how long it is at work, by the clock of the wall. */
function sinceOf(host: HostState, finding: Finding | undefined, now: number): string {
  if (host.outcome === undefined) {
    return host.begun === undefined ? '' : ageOf(between(host.begun, now));
  }
  if (host.outcome.kind !== 'judged' || finding?.firstSeen === undefined) return '';
  return ageOf(between(finding.firstSeen, host.outcome.collectedAt));
}

/** The one thing to read first. */
function whyOf(host: HostState, finding: Finding | undefined, drawing: Drawing): string {
  const { words } = drawing.theme;
  const { outcome } = host;
  if (outcome === undefined) return words.stages[host.stage];
  if (outcome.kind === 'skipped') return outcome.reason;
  const strongest = finding?.evidence.find((quote) => quote.kind === 'strong');
  const said = strongest ?? finding?.evidence[0];
  if (said !== undefined) return drawing.tell(said.quote);
  if (outcome.kind === 'contact') {
    const { stage, code, message } = outcome.contact;
    return message ?? `${words.stoppedAt(stage)}, ${code}`;
  }
  const [ground] = outcome.verdict.grounds ?? [];
  if (ground !== undefined) return drawing.tell(ground);
  return (finding && titleTold(finding, drawing)) ?? '';
}
