/** What the figures of a report rest on, as its last table. */
import type { Block } from './blocks.ts';
import type { Provenance } from './report-parts.ts';
import type { ReportWords } from './words.ts';

export function provenance(it: Provenance, words: ReportWords): Block[] {
  const at = (text: string): string => text.slice(0, 16).replace('T', ' ');
  return [
    { kind: 'heading', text: words.provenance },
    {
      kind: 'table',
      caption: words.provenance,
      head: [words.item, words.value],
      rows: [
        [words.run, it.run],
        [words.of, it.source],
        [words.started, at(it.startedAt)],
        [words.finished, at(it.finishedAt)],
        [words.tool, `${it.version}, ${it.catalogue}`],
        [words.evidence, it.evidence ?? words.notKept],
      ],
    },
  ];
}
