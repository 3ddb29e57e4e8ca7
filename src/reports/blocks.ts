/** A report as its parts, whatever it is printed as: headings, sentences, tables, bars. */
import { escapeHtml } from '../outputs/escape-html.ts';
import { escapeMarkdown } from '../outputs/escape-markdown.ts';
import { printable } from '../core/printable.ts';

export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'lead'; readonly text: string }
  | { readonly kind: 'warning'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'table';
      readonly caption: string;
      readonly head: readonly string[];
      readonly rows: readonly (readonly BlockCell[])[];
    };

/** A number stands to the right; `share`, 0 to 1, is drawn as a bar beside its percentage; `date` is never broken. */
export type BlockCell =
  | string
  | number
  | { readonly share: number }
  | { readonly date: string }
  | { readonly title: string; readonly text: string };

export interface Report {
  readonly title: string;
  readonly language: string;
  readonly blocks: readonly Block[];
}

export function reportMarkdown({ title, blocks }: Report): string {
  return `${[`# ${markdown(title)}`, ...blocks.map(markdownBlock)].join('\n\n')}\n`;
}

function markdownBlock(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `## ${markdown(block.text)}`;
    case 'lead':
    case 'warning':
      return `**${markdown(block.text)}**`;
    case 'text':
      return markdown(block.text);
    case 'table': {
      const line = (cells: readonly BlockCell[]): string =>
        `| ${cells.map((cell) => markdown(shown(cell))).join(' | ')} |`;
      const align = block.head.map((_, at) => (isNumeric(block.rows, at) ? '---:' : '---'));
      return [line(block.head), `| ${align.join(' | ')} |`, ...block.rows.map(line)].join('\n');
    }
  }
}

function markdown(text: string): string {
  return escapeMarkdown(printable(text));
}

function shown(cell: BlockCell): string {
  if (typeof cell !== 'object') return String(cell);
  if ('share' in cell) return percent(cell.share);
  return 'date' in cell ? cell.date : [cell.title, cell.text].filter(Boolean).join(': ');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}

function isNumeric(rows: readonly (readonly BlockCell[])[], at: number): boolean {
  const isNumber = (cell: BlockCell | undefined): boolean =>
    typeof cell === 'number' || (typeof cell === 'object' && 'share' in cell);
  return rows.length > 0 && rows.every((row) => isNumber(row[at]));
}

/** One page that needs nothing but itself: no script, no picture, no font from elsewhere; prints on A4, light and dark. */
export function reportHtml({ title, language, blocks }: Report): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${html(title)}</title>
<style>
:root { color-scheme: light dark; --line: #c8c8c8; --bar: #3b6ea8; --warn: #8a4b00; }
@media (prefers-color-scheme: dark) { :root { --line: #4a4a4a; --bar: #7fb0e6; --warn: #ffb454; } }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { line-height: 1.2; }
.lead { font-size: 1.2rem; }
.warning { color: var(--warn); font-weight: bold; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: start; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); }
td { overflow-wrap: anywhere; }
.number { text-align: end; white-space: nowrap; font-variant-numeric: tabular-nums; }
.share { display: flex; align-items: center; justify-content: space-between; min-width: 8.5rem; gap: .4rem; }
.bar { height: .7em; min-width: 1px; background: var(--bar); print-color-adjust: exact; }
.date { white-space: nowrap; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@page { size: A4; margin: 15mm; }
@media print { body { max-width: none; margin: 0; padding: 0; font-size: 9.5pt; } tr, h2 { break-inside: avoid; } h2 { break-after: avoid; } .wide { overflow: visible; } }
</style>
</head>
<body>
<main>
<h1>${html(title)}</h1>
${blocks.map(htmlBlock).join('\n')}
</main>
</body>
</html>
`;
}

function htmlBlock(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `<h2>${html(block.text)}</h2>`;
    case 'lead':
    case 'warning':
      return `<p class="${block.kind}">${html(block.text)}</p>`;
    case 'text':
      return `<p>${html(block.text)}</p>`;
    case 'table':
      return htmlTable(block);
  }
}

function htmlTable({ caption, head, rows }: Extract<Block, { kind: 'table' }>): string {
  const classes = head.map((_, at) => (isNumeric(rows, at) ? ' class="number"' : ''));
  const whole = Math.max(...rows.flat().map((cell) => shareOf(cell) ?? 0));
  const cells = (row: readonly BlockCell[]): string =>
    row.map((cell, at) => `<td${classes[at]}>${htmlCell(cell, whole)}</td>`).join('');
  const titles = head.map((text, at) => `<th scope="col"${classes[at]}>${html(text)}</th>`);
  // Whoever has no mouse must be able to scroll a table that is wider than the page.
  return [
    `<div class="wide" tabindex="0" role="region" aria-label="${html(caption)}"><table>`,
    `<caption>${html(caption)}</caption>`,
    `<thead><tr>${titles.join('')}</tr></thead>`,
    '<tbody>',
    ...rows.map((row) => `<tr>${cells(row)}</tr>`),
    '</tbody></table></div>',
  ].join('\n');
}

/** @param whole the largest share of the table, whose bar is as wide as bars are */
function htmlCell(cell: BlockCell, whole: number): string {
  if (typeof cell !== 'object') return html(String(cell));
  if ('date' in cell) return `<span class="date">${html(cell.date)}</span>`;
  if ('title' in cell)
    return `<strong>${html(cell.title)}</strong>${cell.text === '' ? '' : `<br>${html(cell.text)}`}`;
  const width = whole > 0 ? (Math.max(0, cell.share) / whole) * BAR_REM : 0;
  return `<span class="share"><span class="bar" style="width:${width.toFixed(2)}rem"></span><span>${percent(cell.share)}</span></span>`;
}

const BAR_REM = 5;

function shareOf(cell: BlockCell): number | undefined {
  return typeof cell === 'object' && 'share' in cell ? cell.share : undefined;
}

function html(text: string): string {
  return escapeHtml(printable(text));
}
