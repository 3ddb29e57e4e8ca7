/** The columns of tables over many runs. */
import type { Language } from '../core/entry.ts';
import type { Change } from '../history/before-after.ts';
import type { Recurrence } from '../history/recurrence.ts';
import type { GroupSuccess } from '../history/success.ts';
import type {
  CycleReach,
  Days,
  HeldBack,
  PatchReach,
  Reach,
  Share,
} from '../history/time-to-patch.ts';
import { OVER_TIME_WORDS, type OverTimeColumn, type OverTimeWords } from './over-time-words.ts';
import type { Layout } from './patch-sheets.ts';
import type { Cell, Column } from './sheet.ts';

export function cycleLayout(language: Language): Layout<CycleReach> {
  const words = OVER_TIME_WORDS[language];
  const of = columnMaker<CycleReach>(words);
  const columns = [
    of('cycle', ({ cycle }) => cycle),
    of(
      'from',
      ({ startsAt }) => new Date(startsAt),
      ({ startsAt }) => day(startsAt),
    ),
    of('patches', ({ patches }) => patches),
    of('outOfBand', ({ outOfBand }) => outOfBand),
    ...reachColumns<CycleReach>(words),
    of(
      'open',
      ({ isOpen }) => isOpen,
      ({ isOpen }) => (isOpen ? words.stillOpen : ''),
    ),
  ];
  const apart = new Set(['from', 'patches', 'outOfBand']);
  return { columns, usual: columns.map(({ id }) => id).filter((id) => !apart.has(id)) };
}

export function progressLayout(language: Language): Layout<PatchReach> {
  const words = OVER_TIME_WORDS[language];
  const of = columnMaker<PatchReach>(words);
  const columns = [
    of('cycle', ({ cycle }) => cycle),
    of(
      'kb',
      ({ kb, key }) => kb || key,
      ({ kb, title }) => kb || title,
    ),
    of('family', ({ family }) => family),
    of('severity', ({ severity }) => severity),
    of(
      'from',
      ({ since }) => new Date(since),
      ({ since }) => day(since),
    ),
    ...reachColumns<PatchReach>(words),
    of(
      'outOfBand',
      ({ isOutOfBand }) => isOutOfBand,
      ({ isOutOfBand }) => (isOutOfBand === true ? words.yes : ''),
    ),
    of('title', ({ title }) => title),
  ];
  const apart = new Set(['family', 'severity', 'from']);
  return { columns, usual: columns.map(({ id }) => id).filter((id) => !apart.has(id)) };
}

export function heldBackLayout(language: Language): Layout<HeldBack & { readonly cycle: string }> {
  const words = OVER_TIME_WORDS[language];
  const of = columnMaker<HeldBack & { readonly cycle: string }>(words);
  const columns = [
    of('cycle', ({ cycle }) => cycle),
    of('host', ({ host }) => host),
    of('site', ({ site }) => site || undefined),
    of('status', ({ status }) => status),
    of('cause', ({ cause }) => cause),
    of(
      'lacks',
      ({ patches }) => patches.join(' '),
      ({ patches }) => patches.join(' ') || words.listsNone,
    ),
  ];
  return { columns, usual: columns.map(({ id }) => id) };
}

export function successLayout(language: Language): Layout<GroupSuccess> {
  const words = OVER_TIME_WORDS[language];
  const of = columnMaker<GroupSuccess>(words);
  const columns = [
    of(
      'group',
      ({ group }) => group,
      ({ group }) => group || '-',
    ),
    of('tried', ({ tried }) => tried),
    of('succeeded', ({ succeeded }) => succeeded),
    of(
      'share',
      ({ succeeded, tried }) => succeeded / tried,
      ({ succeeded, tried }) => percent(succeeded / tried),
    ),
    of(
      'low',
      ({ interval }) => interval.low,
      ({ interval }) => percent(interval.low),
    ),
    of(
      'high',
      ({ interval }) => interval.high,
      ({ interval }) => percent(interval.high),
    ),
    of(
      'standing',
      ({ standing }) => standing,
      ({ standing }) => words.standings[standing],
    ),
  ];
  return { columns, usual: columns.map(({ id }) => id) };
}

export function recurrenceLayout(language: Language): Layout<Recurrence> {
  const words = OVER_TIME_WORDS[language];
  const of = columnMaker<Recurrence>(words);
  const columns = [
    of('host', ({ host }) => host),
    of('cause', ({ cause }) => cause),
    of('times', ({ times }) => times),
    of('looks', ({ looks }) => looks),
    of('returns', ({ returns }) => returns),
    of(
      'first',
      ({ firstAt }) => new Date(firstAt),
      ({ firstAt }) => day(firstAt),
    ),
    of(
      'last',
      ({ lastAt }) => new Date(lastAt),
      ({ lastAt }) => day(lastAt),
    ),
    of(
      'there',
      ({ isThere }) => isThere,
      ({ isThere }) => (isThere ? words.yes : ''),
    ),
  ];
  return { columns, usual: columns.map(({ id }) => id) };
}

export function changeLayout(language: Language): Layout<Change> {
  const of = columnMaker<Change>(OVER_TIME_WORDS[language]);
  const columns = [
    of('id', ({ uid }) => uid),
    of('at', ({ at }) => new Date(at)),
    of(
      'hosts',
      ({ hosts }) => hosts,
      ({ hosts }) => hosts || '*',
    ),
    of('text', ({ text }) => text),
  ];
  return { columns, usual: columns.map(({ id }) => id) };
}

function reachColumns<Row extends Reach>(words: OverTimeWords): readonly Column<Row>[] {
  const of = columnMaker<Row>(words);
  const days = (share: Share): Column<Row> => ({
    id: `days${share}`,
    title: `${words.daysTo} ${share} %`,
    value: ({ days }) => days[share],
    show: ({ days }) => shownDays(days, share, words),
  });
  return [
    of('concerned', ({ concerned }) => concerned),
    of('patched', ({ patched }) => patched),
    days(75),
    days(90),
    days(100),
    of('heldBack', ({ heldBack }) => heldBack.length),
  ];
}

function shownDays(days: Days, share: Share, { notReached }: OverTimeWords): string {
  const count = days[share];
  return count === undefined ? notReached : count.toFixed(1);
}

function columnMaker<Row>({ columns }: OverTimeWords) {
  return (
    id: OverTimeColumn,
    value: (row: Row) => Cell,
    show?: (row: Row) => string,
  ): Column<Row> => ({ id, title: columns[id], value, ...(show && { show }) });
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
