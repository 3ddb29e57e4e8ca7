/** The team's handbook: every cause with what to do, as Markdown or as one static page of HTML. */
import type { Entry, Language } from '../core/entry.ts';
import { escapeHtml } from './escape-html.ts';
import { escapeMarkdown } from './escape-markdown.ts';
import { LABELS, type Labels } from './labels.ts';

/** The catalogue's name for each group of causes, in the order of the handbook. */
export interface Chapter {
  readonly category: string;
  readonly entries: readonly Entry[];
}

export function runbookMarkdown(chapters: readonly Chapter[], language: Language): string {
  const labels = LABELS[language];
  const body = chapters.flatMap(({ category, entries }) => [
    `## ${labels.categories[category] ?? category}`,
    '',
    ...entries.flatMap((entry) => markdownEntry(entry, labels)),
  ]);
  return `${[`# ${labels.runbook}`, '', ...body].join('\n').trimEnd()}\n`;
}

function markdownEntry(entry: Entry, labels: Labels): string[] {
  const { id, title, manager, sources, links } = entry;
  return [
    `### ${escapeMarkdown(title)}`,
    '',
    `\`${id}\``,
    '',
    ...(manager === undefined ? [] : [escapeMarkdown(manager), '']),
    ...rowsOf(entry, labels).map(([label, text]) => `- **${label}**: ${escapeMarkdown(text)}`),
    ...(sources.length + links.length === 0
      ? []
      : [
          `- **${labels.sources}**:`,
          ...sources.map((source) => `  - ${escapeMarkdown(source)}`),
          ...links.map((link) => `  - <${link}>`),
        ]),
    '',
  ];
}

/** Label and text of everything that an entry says on what to do. */
function rowsOf(entry: Entry, labels: Labels): (readonly [label: string, text: string])[] {
  const level = (word = ''): string => labels.levels[word] ?? word;
  const rows = [
    [labels.next, entry.next],
    [labels.check, entry.check],
    [labels.fix, entry.fix],
    [labels.verify, entry.verify],
    [labels.risk, level(entry.risk)],
    [labels.restart, level(entry.reboot)],
    [labels.note, entry.note],
  ] as const;
  return rows.flatMap(([label, text]) =>
    text === undefined || text === '' ? [] : [[label, text]],
  );
}

export function runbookHtml(chapters: readonly Chapter[], language: Language): string {
  const labels = LABELS[language];
  const contents = chapters.flatMap(({ entries }) =>
    entries.map(
      ({ id, title }) => `<li><a href="#${escapeHtml(id)}">${escapeHtml(title)}</a></li>`,
    ),
  );
  const body = chapters.flatMap(({ category, entries }) => [
    `<h2>${escapeHtml(labels.categories[category] ?? category)}</h2>`,
    ...entries.map((entry) => htmlEntry(entry, labels)),
  ]);
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(labels.runbook)}</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem; }
h3 { margin-bottom: 0; }
dt { font-weight: bold; margin-top: .5rem; }
dd { margin-left: 1.5rem; overflow-wrap: anywhere; }
article { break-inside: avoid; }
@media print { body { max-width: none; margin: 0; font-size: 10pt; } nav { break-after: page; } a { color: inherit; } }
</style>
</head>
<body>
<h1>${escapeHtml(labels.runbook)}</h1>
<nav><h2>${escapeHtml(labels.contents)}</h2><ol>
${contents.join('\n')}
</ol></nav>
${body.join('\n')}
</body>
</html>
`;
}

function htmlEntry(entry: Entry, labels: Labels): string {
  const { id, title, manager, sources, links } = entry;
  const rows = rowsOf(entry, labels).map(
    ([label, text]) => `<dt>${escapeHtml(label)}</dt><dd>${escapeHtml(text)}</dd>`,
  );
  const known = [
    ...sources.map((source) => `<dd>${escapeHtml(source)}</dd>`),
    ...links.map((link) => `<dd><a href="${escapeHtml(link)}">${escapeHtml(link)}</a></dd>`),
  ];
  return [
    `<article id="${escapeHtml(id)}">`,
    `<h3>${escapeHtml(title)}</h3>`,
    `<p><code>${escapeHtml(id)}</code></p>`,
    ...(manager === undefined ? [] : [`<p>${escapeHtml(manager)}</p>`]),
    `<dl>`,
    ...rows,
    ...(known.length > 0 ? [`<dt>${escapeHtml(labels.sources)}</dt>`, ...known] : []),
    `</dl>`,
    `</article>`,
  ].join('\n');
}
