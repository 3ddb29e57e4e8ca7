/** The lines above every screen: where am I, how far is the run, what recurs. */
import { type Group, WORST_FIRST } from '../store/groups.ts';
import type { RunStore } from '../store/run.ts';
import type { Totals } from '../store/totals.ts';
import type { Status } from '../core/verdict.ts';
import { isTied } from '../core/fleet.ts';
import { fit, widthOf } from '../core/width.ts';
import { between, clockOf, spanOf } from './durations.ts';
import { type Line, lineWidth, type Piece, spread } from './line.ts';
import type { Outside } from './outside.ts';
import type { Theme } from './theme.ts';
import { nextTold, titleTold } from './told.ts';

export interface Drawing {
  readonly store: RunStore;
  readonly theme: Theme;
  readonly title: string;
  readonly width: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly entryOf: Outside['entryOf'];
  readonly tell: Outside['tell'];
}

/** `patchwhy  fleet.yml › causes        run 614/800  ✗ 55  ↻ 37   03:12` */
export function crumbsLine(drawing: Drawing, crumbs: readonly string[], right?: Line): Line {
  const { theme, title, width } = drawing;
  const trail = [title, ...crumbs].map((crumb) => theme.clean(crumb));
  const path = trail.join(` ${theme.signs.crumb} `);
  const head: Line = [['strong', theme.words.product], '  '];
  const edge =
    right ?? totalsLine(drawing, width - lineWidth(head) - Math.min(widthOf(path), 24) - 2);
  const room = width - lineWidth(head) - lineWidth(edge) - 1;
  return spread([...head, fit(path, room, 'middle', theme.signs.cut)], edge, width, theme);
}

/** Totals that add up to the hosts of the run; where there is no room for all, work still to come goes first. */
export function totalsLine({ store, theme, now }: Drawing, room: number): Line {
  const run = store.run();
  if (run === undefined) return [];
  const totals = store.totals();
  const clock = clockOf(between(run.startedAt, store.finish()?.at ?? now));
  const parts = [...outcomeParts(totals, theme), ...workParts(totals, theme)];
  const line = (shown: readonly Piece[]): Line => [
    `${doneOf(totals)}/${totals.hosts}`,
    ...shown.flatMap((part): Line => ['  ', part]),
    `  ${clock}`,
  ];
  while (parts.length > 0 && lineWidth(line(parts)) > room) parts.pop();
  return line(parts);
}

function outcomeParts({ statuses }: Totals, theme: Theme): Piece[] {
  const failing = statuses.failing + statuses['scan-failing'];
  const counted: readonly (readonly [Status, number])[] = [
    ['failing', failing],
    ...WORST_FIRST.filter((status) => status !== 'failing' && status !== 'scan-failing').map(
      (status) => [status, statuses[status]] as const,
    ),
  ];
  return counted
    .filter(([, count]) => count > 0)
    .map(([status, count]): Piece => {
      const { sign, token } = theme.status(status);
      return [token, `${sign} ${count}`];
    });
}

function workParts({ atWork, queued }: Totals, { signs }: Theme): Piece[] {
  const parts: Piece[] = [];
  if (atWork > 0) parts.push(['accent', `${signs.collecting} ${atWork}`]);
  if (queued > 0) parts.push(['quiet', `${signs.queued} ${queued}`]);
  return parts;
}

const doneOf = (totals: Totals): number => totals.judged + totals.contact + totals.skipped;

/** For windows and tabs: `patchwhy 614/800 x 55`. */
export function titleOf({ store }: Drawing): string {
  if (store.run() === undefined) return '';
  const totals = store.totals();
  const failing = totals.statuses.failing + totals.statuses['scan-failing'];
  return `patchwhy ${doneOf(totals)}/${totals.hosts}${failing > 0 ? ` x ${failing}` : ''}`;
}

/** Thick is done; when the run is over, a sentence in its place. */
export function progressLine(drawing: Drawing): Line {
  const { store, theme, title, width } = drawing;
  const run = store.run();
  if (run === undefined) return [theme.words.reading(theme.clean(title))];
  const totals = store.totals();
  const finish = store.finish();
  if (finish !== undefined) {
    const say = finish.complete ? theme.words.doneIn : theme.words.stoppedAfter;
    const span = spanOf(between(run.startedAt, finish.at));
    const line: Line = [
      ['strong', say(span, totals.judged + totals.contact, totals.hosts)],
      canResume(drawing) ? theme.words.resumeHelps : '',
    ];
    return [...line, ...fixesLine(drawing, width - lineWidth(line))];
  }
  const done = doneOf(totals);
  if (done === 0) {
    return [theme.words.firstContact(totals.hosts, store.labels().get('site')?.size ?? 0)];
  }
  return bar(done / totals.hosts, width, theme);
}

/** A run that was stopped and kept what came in. */
function canResume({ store }: Drawing): boolean {
  const source = store.run()?.source;
  if (store.finish()?.complete !== false || (source !== 'inventory' && source !== 'hosts'))
    return false;
  for (const { evidence } of store.hosts()) if (evidence !== undefined) return true;
  return false;
}

/** `   fix wsus-server-error: 41 hosts back, then disk-full: 12 more`: as many as there is room for. */
function fixesLine({ store, theme }: Drawing, room: number): Line {
  const parts = store
    .fixes()
    .filter(({ hosts }) => hosts > 0)
    .slice(0, FIXES_NAMED)
    .map(({ cause, hosts }, at) =>
      (at === 0 ? theme.words.fixFirst : theme.words.fixNext)(theme.clean(cause), hosts),
    );
  const text = (): string => `   ${parts.join(', ')}`;
  while (parts.length > 1 && widthOf(text()) > room) parts.pop();
  return parts.length === 0 ? [] : [fit(text(), room, 'end', theme.signs.cut)];
}

const FIXES_NAMED = 3;

function bar(share: number, width: number, { signs, words }: Theme): Line {
  const percent = words.percent(Math.floor(share * 100)).padStart(6);
  const length = width - percent.length;
  const thick = Math.floor(share * length);
  return [
    ['accent', signs.done.repeat(thick) + (thick < length ? signs.half : '')],
    ['quiet', signs.rest.repeat(Math.max(0, length - thick - 1))],
    percent,
  ];
}

/** What recurs, in two lines: the biggest cause and what its hosts share; the one thing to do, and what else. */
export function bannerLines(drawing: Drawing): readonly [Line, Line] {
  const { store, theme } = drawing;
  const run = store.run();
  if (run === undefined) return [[], []];
  const silence = silenceLine(drawing);
  if (silence !== undefined) return [silence, [`    ${theme.words.doctorHelps}`]];
  const recurring = store.groups().filter((group) => group.isRecurring);
  const [biggest, ...others] = recurring.toSorted((a, b) => b.count - a.count);
  if (biggest === undefined) {
    const isOver = store.finish() !== undefined;
    return [
      [['quiet', (isOver ? theme.words.nothingRecurs : theme.words.nothingYet)(run.threshold)]],
      [],
    ];
  }
  const told = nextTold(biggest, drawing);
  const next = told === undefined ? '' : theme.words.doNext(theme.clean(told));
  return [bigLine(biggest, others.length, run.threshold, drawing), [`    ${next}`]];
}

/** `⚑ WSUS answers with server errors  41 hosts  shared: site milano        +3 more` */
function bigLine(group: Group, others: number, threshold: number, drawing: Drawing): Line {
  const { theme, width } = drawing;
  const title = theme.clean(titleTold(group, drawing) ?? group.id);
  const left: Piece[] = [['banner', ` ${theme.signs.recurring} `], ' ', ['strong', title]];
  left.push(['strong', `  ${theme.words.hosts(group.count)}`]);
  const shared = sharedBy(group, theme);
  if (shared !== '') left.push(`  ${shared}`);
  if (others === 0) return left;
  const inFull = theme.words.moreRecurring(others, threshold);
  const hasRoom = lineWidth(left) + widthOf(inFull) + 4 <= width;
  return spread(left, [['quiet', hasRoom ? inFull : theme.words.more(others)]], width, theme);
}

/** `relay: wsus wsus-mi01:8530 = site milano` where that is no chance, else `shared: site milano`; or nothing. */
export function sharedBy(group: Group, theme: Theme): string {
  const { pattern } = group;
  if (isTied(pattern))
    return theme.words.tied(
      pattern.tie,
      pattern.shared.map(({ kind, value }) =>
        theme.clean(`${kind} ${value.replace(/^https?:\/\//, '')}`),
      ),
    );
  const labels = Object.entries(group.common).map(([key, value]) => theme.clean(`${key} ${value}`));
  return labels.length === 0 ? '' : theme.words.shared(labels);
}

/** Said once everything came to nothing: the commonest place where contact stopped. */
function silenceLine({ store, theme }: Drawing): Line | undefined {
  const { judged, contact, hosts } = store.totals();
  if (store.finish() === undefined || judged > 0 || contact === 0) return undefined;
  const stops = new Map<string, { count: number; stage: string; code: string }>();
  for (const { outcome } of store.hosts()) {
    if (outcome?.kind !== 'contact') continue;
    const { stage, code } = outcome.contact;
    const stop = stops.get(`${stage} ${code}`) ?? { count: 0, stage, code };
    stop.count += 1;
    stops.set(`${stage} ${code}`, stop);
  }
  const [most] = [...stops.values()].toSorted((a, b) => b.count - a.count);
  if (most === undefined) return undefined;
  const { sign, token } = theme.status('unreachable');
  return [
    [token, `${sign} ${theme.words.nobodyAnswered(hosts, most.stage, theme.clean(most.code))}`],
  ];
}
