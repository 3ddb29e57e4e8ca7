/** The columns of comparisons and timelines. */
import type { Language } from '../core/entry.ts';
import type { CauseChange, HostChange } from '../history/compare-runs.ts';
import type { Moment } from '../history/timeline.ts';
import { HISTORY_WORDS } from './history-words.ts';
import type { Column } from './sheet.ts';

export function hostChangeColumns(language: Language): readonly Column<HostChange>[] {
  const words = HISTORY_WORDS[language];
  const stood = (cause: string | undefined, status: string | undefined): string =>
    cause ?? (status === undefined ? words.absent : words.skipped);
  return [
    {
      id: 'change',
      title: words.change,
      value: ({ change }) => change,
      show: ({ change }) => words.changes[change],
    },
    { id: 'host', title: words.host, value: ({ host }) => host },
    {
      id: 'before',
      title: words.before,
      value: ({ before }) => before,
      show: ({ before, statusBefore }) => stood(before, statusBefore),
    },
    {
      id: 'after',
      title: words.after,
      value: ({ after }) => after,
      show: ({ after, statusAfter }) => stood(after, statusAfter),
    },
  ];
}

export function causeChangeColumns(language: Language): readonly Column<CauseChange>[] {
  const words = HISTORY_WORDS[language];
  return [
    { id: 'cause', title: words.cause, value: ({ cause }) => cause },
    { id: 'before', title: words.hostsBefore, value: ({ before }) => before },
    { id: 'after', title: words.hostsAfter, value: ({ after }) => after },
    {
      id: 'crossed',
      title: words.crossed,
      value: ({ crossed }) => crossed,
      show: ({ crossed }) => (crossed === undefined ? '' : words[crossed]),
    },
  ];
}

export function momentColumns(language: Language): readonly Column<Moment>[] {
  const words = HISTORY_WORDS[language];
  return [
    { id: 'run', title: words.run, value: ({ run }) => run },
    { id: 'at', title: words.at, value: ({ at }) => at },
    { id: 'status', title: words.status, value: ({ status }) => status },
    { id: 'cause', title: words.cause, value: ({ cause }) => cause },
    { id: 'hosts', title: words.hosts, value: ({ hosts }) => hosts },
  ];
}
