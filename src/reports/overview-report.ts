/** The overview in the words of its reader: plain sentences first, figures below, what they rest on at the end. */
import type { Language } from '../core/entry.ts';
import { PATCH_WORDS } from '../outputs/patch-words.ts';
import type { Block, Report } from './blocks.ts';
import type { Overview } from './overview.ts';
import { provenance } from './provenance-blocks.ts';
import { filled, REPORT_WORDS, type ReportWords } from './words.ts';

export function overviewReport(overview: Overview, language: Language): Report {
  const words = REPORT_WORDS[language];
  return {
    title: words.title,
    language,
    blocks: [
      ...opening(overview, words),
      ...causes(overview, words),
      ...fixes(overview, words),
      ...patches(overview, words, language),
      ...sites(overview, words),
      ...provenance(overview.provenance, words),
    ],
  };
}

function opening(
  { totals, fixes: [first], provenance: { complete } }: Overview,
  words: ReportWords,
): Block[] {
  const { hosts, ok, hindered, unseen } = totals;
  return [
    { kind: 'lead', text: filled(words.summary, hosts, ok, hindered, unseen) },
    {
      kind: 'lead',
      text:
        first === undefined ? words.nothing : filled(words.first, first.title, first.hosts, hosts),
    },
    ...(complete ? [] : [{ kind: 'warning', text: words.incomplete } as const]),
  ];
}

function causes({ causes: all }: Overview, words: ReportWords): Block[] {
  if (all.length === 0) return [];
  return [
    { kind: 'heading', text: words.causes },
    {
      kind: 'table',
      caption: words.causes,
      head: [words.cause, words.hosts, words.share, words.since, words.where],
      rows: all.map(({ title, sentence, hosts, share, recurring, since, sites: where }) => [
        { title: recurring ? `${title} (${words.recurring})` : title, text: sentence ?? '' },
        hosts,
        { share },
        { date: since?.slice(0, 10) ?? '' },
        where.map(([site, count]) => `${site} ${count}`).join(', '),
      ]),
    },
  ];
}

function fixes({ fixes: all, causes: known }: Overview, words: ReportWords): Block[] {
  if (all.length === 0) return [];
  const nextOf = new Map(known.map(({ id, next }) => [id, next]));
  return [
    { kind: 'heading', text: words.fixes },
    {
      kind: 'table',
      caption: words.fixes,
      head: ['#', words.cause, words.next, words.freed, words.together],
      rows: all.map(({ cause, title, hosts, total }, at) => [
        at + 1,
        title,
        nextOf.get(cause) ?? '',
        hosts,
        total,
      ]),
    },
  ];
}

function patches({ patches: all }: Overview, words: ReportWords, language: Language): Block[] {
  if (all.length === 0) return [];
  const { columns, statuses } = PATCH_WORDS[language];
  return [
    { kind: 'heading', text: words.patches },
    {
      kind: 'table',
      caption: words.patches,
      head: [
        columns.kb,
        columns.title,
        columns.targeted,
        columns.succeeded,
        statuses.failed,
        statuses['reboot-required'],
        statuses.missing,
      ],
      rows: all.map(({ kb, title, targeted, succeeded, failed, counts }) => [
        kb,
        title,
        targeted,
        succeeded,
        failed,
        counts['reboot-required'],
        counts.missing + counts.pending,
      ]),
    },
  ];
}

function sites({ sites: all }: Overview, words: ReportWords): Block[] {
  if (all.length < 2) return [];
  return [
    { kind: 'heading', text: words.sites },
    {
      kind: 'table',
      caption: words.sites,
      head: [words.site, words.hosts, words.ok, words.hindered, words.unseen, words.share],
      rows: all.map(({ site, hosts, ok, failing, unseen }) => [
        site || words.noSite,
        hosts,
        ok,
        failing,
        unseen,
        { share: failing / Math.max(1, hosts - unseen) },
      ]),
    },
  ];
}
