/** The columns of the tables of hosts and runs. */
import type { Language } from '../core/entry.ts';
import { PATCH_STATUSES, type PatchStatus } from '../core/host-patch.ts';
import type { HostPatches } from '../patches/patch-summary.ts';
import type { Layout } from './patch-sheets.ts';
import { PATCH_WORDS } from './patch-words.ts';
import { LABELS } from './labels.ts';
import type { CauseSummary, ScanDocument } from './scan-document.ts';
import type { Column } from './sheet.ts';

interface HostRow extends HostPatches {
  readonly status: string;
  readonly collectedAt: Date | undefined;
}

export function hostLayout(language: Language): Layout<HostRow> {
  const { columns, statuses } = PATCH_WORDS[language];
  // Of a host that nobody could look at, no count is said: not even none.
  const count = (status: PatchStatus): Column<HostRow> => ({
    id: status,
    title: statuses[status],
    value: ({ patches }) =>
      patches?.filter((patch) => patch.status === status && patch.family !== 'definition').length,
  });
  return {
    columns: [
      { id: 'host', title: columns.host, value: ({ host }) => host },
      { id: 'status', title: columns.status, value: ({ status }) => status || undefined },
      { id: 'cause', title: columns.cause, value: ({ cause }) => cause || undefined },
      { id: 'build', title: columns.build, value: ({ build }) => build || undefined },
      { id: 'collectedAt', title: columns.collectedAt, value: ({ collectedAt }) => collectedAt },
      ...PATCH_STATUSES.filter((status) => status !== 'no-data' && status !== 'no-record').map(
        count,
      ),
    ],
    usual: [
      'host',
      'status',
      'cause',
      'build',
      'installed',
      'failed',
      'reboot-required',
      'pending',
      'missing',
      'collectedAt',
    ],
  };
}

export function causeLayout(language: Language): Layout<CauseSummary> {
  const { columns, yes } = PATCH_WORDS[language];
  const { categories } = LABELS[language];
  return {
    columns: [
      { id: 'cause', title: columns.cause, value: ({ id }) => id },
      { id: 'title', title: columns.title, value: ({ title }) => title },
      {
        id: 'category',
        title: columns.category,
        value: ({ category }) => category,
        show: ({ category }) => categories[category] ?? category,
      },
      { id: 'hosts', title: columns.hosts, value: ({ hostCount }) => hostCount },
      { id: 'any', title: columns.any, value: ({ hostCountAny }) => hostCountAny },
      {
        id: 'recurring',
        title: columns.recurring,
        value: ({ recurring }) => recurring,
        show: ({ recurring }) => (recurring ? yes : ''),
      },
      { id: 'since', title: columns.since, value: ({ spread }) => timeOf(spread?.since?.at) },
      {
        id: 'sites',
        title: columns.sites,
        value: ({ sites }) =>
          Object.entries(sites)
            .toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
            .map(([site, count]) => `${site} ${count}`)
            .join(', '),
      },
    ],
    usual: ['cause', 'hosts', 'any', 'recurring', 'since', 'sites', 'title'],
  };
}

function timeOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}

type RunRow = Pick<ScanDocument, 'run' | 'complete' | 'summary'>;

export function runLayout(language: Language): Layout<RunRow> {
  const { columns, yes, no } = PATCH_WORDS[language];
  const layout: readonly Column<RunRow>[] = [
    { id: 'run', title: columns.run, value: ({ run }) => run.id },
    { id: 'startedAt', title: columns.startedAt, value: ({ run }) => new Date(run.startedAt) },
    { id: 'source', title: columns.source, value: ({ run }) => run.inventory ?? run.source },
    { id: 'hosts', title: columns.hosts, value: ({ summary }) => summary.hosts },
    { id: 'judged', title: columns.judged, value: ({ summary }) => summary.judged },
    { id: 'unreached', title: columns.unreached, value: ({ summary }) => summary.contact },
    { id: 'skipped', title: columns.skipped, value: ({ summary }) => summary.skipped },
    { id: 'failing', title: columns.failing, value: ({ summary }) => summary.failing },
    { id: 'ok', title: columns.ok, value: ({ summary }) => summary.ok },
    {
      id: 'complete',
      title: columns.complete,
      value: ({ complete }) => complete,
      show: ({ complete }) => (complete ? yes : no),
    },
  ];
  return { columns: layout, usual: layout.map(({ id }) => id) };
}
