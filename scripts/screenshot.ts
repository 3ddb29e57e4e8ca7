/**
 * A picture of a terminal for the README: `tmux capture-pane -e -p | node scripts/screenshot.ts 80x24 out.svg`.
 * Reads what a program wrote, or what tmux saw, draws the grid as SVG and, where `rsvg-convert` (Debian:
 * librsvg2-bin) is at hand, as a PNG beside it.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import xterm from '@xterm/headless';

const FONT_SIZE = 15;
/** The advance of DejaVu Sans Mono, and the line height at which its box lines meet. */
const CELL = { width: FONT_SIZE * 0.602, height: FONT_SIZE * 1.164 } as const;
const MARGIN = 12;
const PAPER = '#10141b';
const INK = '#d5dae2';
const PALETTE = [
  ['#2a303b', '#f2665f', '#8fc07a', '#e5b567', '#6ca6e8', '#c58fe0', '#5fc3c9', '#c8ced8'],
  ['#6b7482', '#ff8079', '#a8d795', '#f5cd85', '#8dbdf3', '#d9abee', '#82d9de', '#ffffff'],
].flat();

interface Look {
  readonly ink: string;
  readonly paper: string;
  readonly isBold: boolean;
  readonly isDim: boolean;
}

const [size = '80x24', target = 'screen.svg'] = process.argv.slice(2);
const [cols = 80, rows = 24] = size.split('x').map(Number);
const svg = draw(await grid(await text(process.stdin), cols, rows));
writeFileSync(target, svg);
const png = target.replace(/\.svg$/u, '.png');
// A wide one is shown small anyway, and a megabyte in the repository is for ever.
const zoom = cols > 100 ? '1' : '2';
const converted = spawnSync('rsvg-convert', ['--zoom', zoom, '--output', png, target], {
  stdio: 'inherit',
});
console.log(
  converted.status === 0 ? `${target}, ${png}` : `${target}; no PNG without rsvg-convert`,
);

async function grid(written: string, cols: number, rows: number): Promise<xterm.Terminal> {
  const terminal = new xterm.Terminal({ cols, rows, allowProposedApi: true, convertEol: true });
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = '11';
  // A captured pane ends with a line end that would push its first row out.
  await new Promise<void>((resolve) => terminal.write(written.replace(/\n$/u, ''), resolve));
  return terminal;
}

function draw(terminal: xterm.Terminal): string {
  const width = Math.ceil(terminal.cols * CELL.width + 2 * MARGIN);
  const height = Math.ceil(terminal.rows * CELL.height + 2 * MARGIN);
  const cells = Array.from({ length: terminal.rows }, (_, row) => drawRow(terminal, row));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<rect width="100%" height="100%" rx="8" fill="${PAPER}"/>
<g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="${FONT_SIZE}" xml:space="preserve">
${cells.join('\n')}
</g>
</svg>
`;
}

/** One text per run of equal style; what is not ASCII stands alone, because its font may have another advance. */
function drawRow(terminal: xterm.Terminal, row: number): string {
  const { active } = terminal.buffer;
  const line = active.getLine(active.baseY + row);
  const shapes: string[] = [];
  let run: { column: number; text: string; look: Look } | undefined;
  const flush = (): void => {
    if (run !== undefined && run.text.trim() !== '') shapes.push(glyphs(run, row));
    run = undefined;
  };
  for (let column = 0; column < terminal.cols; column += 1) {
    const cell = line?.getCell(column);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const look = lookOf(cell);
    const chars = cell.getChars() || ' ';
    if (look.paper !== PAPER) shapes.push(paper(column, row, cell.getWidth(), look.paper));
    const isPlain = /^[ -~]$/u.test(chars);
    if (!isPlain || JSON.stringify(run?.look) !== JSON.stringify(look)) flush();
    if (isPlain) run = { column: run?.column ?? column, text: (run?.text ?? '') + chars, look };
    else shapes.push(glyphs({ column, text: chars, look }, row));
  }
  flush();
  // All paper first: a rectangle must not cover the glyph beside it.
  return shapes
    .toSorted((a, b) => Number(b.startsWith('<rect')) - Number(a.startsWith('<rect')))
    .join('');
}

function lookOf(cell: xterm.IBufferCell): Look {
  const ink = cell.isFgDefault() ? INK : (PALETTE[cell.getFgColor()] ?? INK);
  const paper = cell.isBgDefault() ? PAPER : (PALETTE[cell.getBgColor()] ?? PAPER);
  const style = { isBold: cell.isBold() !== 0, isDim: cell.isDim() !== 0 };
  return cell.isInverse() === 0 ? { ink, paper, ...style } : { ink: paper, paper: ink, ...style };
}

function paper(column: number, row: number, cells: number, fill: string): string {
  const x = (MARGIN + column * CELL.width).toFixed(2);
  const y = (MARGIN + row * CELL.height).toFixed(2);
  // Slightly wider than its cell, or hairlines show between neighbours.
  const size = `width="${(cells * CELL.width + 0.3).toFixed(2)}" height="${(CELL.height + 0.3).toFixed(2)}"`;
  return `<rect x="${x}" y="${y}" ${size} fill="${fill}"/>`;
}

function glyphs(run: { column: number; text: string; look: Look }, row: number): string {
  const { ink, isBold, isDim } = run.look;
  const x = (MARGIN + run.column * CELL.width).toFixed(2);
  const y = (MARGIN + (row + 0.8) * CELL.height).toFixed(2);
  const style = `${isBold ? ' font-weight="bold"' : ''}${isDim ? ' opacity="0.6"' : ''}`;
  const escaped = run.text.replace(/[&<>]/gu, (sign) => `&#${sign.charCodeAt(0)};`);
  return `<text x="${x}" y="${y}" fill="${ink}"${style}>${escaped}</text>`;
}
