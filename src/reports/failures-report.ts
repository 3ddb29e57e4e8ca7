/** The failures in the words of their reader: a chapter for each cause, then the hosts of which nothing is known. */
import type { Language } from '../core/entry.ts';
import type { Block, Report } from './blocks.ts';
import type { FailureGroup, Failures } from './failures.ts';
import { FAILURE_WORDS, type FailureWords } from './failures-words.ts';
import { provenance } from './provenance-blocks.ts';
import { filled, REPORT_WORDS, type ReportWords } from './words.ts';

export function failuresReport(failures: Failures, language: Language): Report {
  const words = REPORT_WORDS[language];
  const own = FAILURE_WORDS[language];
  const { hosts, ok, hindered, unseen } = failures.totals;
  return {
    title: own.title,
    language,
    blocks: [
      { kind: 'lead', text: filled(words.summary, hosts, ok, hindered, unseen) },
      ...(hindered === 0 ? [{ kind: 'lead', text: words.nothing } as const] : []),
      ...(failures.provenance.complete
        ? []
        : [{ kind: 'warning', text: words.incomplete } as const]),
      ...failures.groups.flatMap((group) => chapter(group, words, own)),
      ...unseenHosts(failures, words, own),
      ...provenance(failures.provenance, words),
    ],
  };
}

function chapter(
  { title, sentence, fix, verify, hosts }: FailureGroup,
  words: ReportWords,
  own: FailureWords,
): Block[] {
  const hasMore = hosts.some(({ also }) => also.length > 0);
  const sentences = [
    sentence,
    fix && filled(own.fix, fix),
    verify && filled(own.verify, verify),
  ].filter((text) => text !== undefined && text !== '');
  return [
    { kind: 'heading', text: filled(own.chapter, title, hosts.length) },
    ...sentences.map((text) => ({ kind: 'text', text: text as string }) as const),
    {
      kind: 'table',
      caption: title,
      head: [own.host, words.site, words.since, own.tries, ...(hasMore ? [own.also] : [])],
      rows: hosts.map(({ host, site, since, tries, also }) => [
        host,
        site || words.noSite,
        { date: since?.slice(0, 10) ?? own.notTold },
        tries ?? own.notTold,
        ...(hasMore ? [also.join('; ')] : []),
      ]),
    },
  ];
}

function unseenHosts({ unseen }: Failures, words: ReportWords, own: FailureWords): Block[] {
  if (unseen.length === 0) return [];
  const heading = filled(own.chapter, own.unseen, unseen.length);
  return [
    { kind: 'heading', text: heading },
    {
      kind: 'table',
      caption: own.unseen,
      head: [own.host, words.site, own.why],
      rows: unseen.map(({ host, site, why }) => [host, site || words.noSite, why]),
    },
  ];
}
