/** A table of facts in every form that a reader or a program wants: text, CSV, Markdown, JSON. Knows no patch. */
import { stringify } from 'csv-stringify/sync';
import { escapeMarkdown } from './escape-markdown.ts';
import { printable } from '../core/printable.ts';
import { fit, widthOf } from '../core/width.ts';

/** `undefined` is "nobody says", which no form shows as a zero or a false. */
export type Cell = string | number | boolean | Date | undefined;

export interface Column<Row> {
  /** For `--sort` and `--columns`, and the name of the field in JSON: never translated. */
  readonly id: string;
  /** Heading in the reader's language. */
  readonly title: string;
  readonly value: (row: Row) => Cell;
  /** What a person reads in its place: `1.2 GB`, `0x80070643`. */
  readonly show?: (row: Row) => string;
}

export interface Sheet<Row> {
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
}

export const SHEET_FORMATS = ['table', 'csv', 'md', 'json'] as const;
export type SheetFormat = (typeof SHEET_FORMATS)[number];

/** @param width of the terminal, where there is one: the last column of a table is cut to it. */
export function sheetText<Row>(
  sheet: Sheet<Row>,
  format: SheetFormat,
  width: number = Number.POSITIVE_INFINITY,
): string {
  switch (format) {
    case 'table':
      return table(sheet, width);
    case 'csv':
      return csv(sheet);
    case 'md':
      return markdown(sheet);
    case 'json':
      return `${JSON.stringify(objects(sheet), undefined, 2)}\n`;
  }
}

/** Rows by a column; rows that say nothing there come last. Keeps equals in order. */
export function sorted<Row>(
  rows: readonly Row[],
  column: Column<Row>,
  isDescending: boolean,
): readonly Row[] {
  const sign = isDescending ? -1 : 1;
  return rows
    .map((row) => ({ row, key: column.value(row) }))
    .toSorted((a, b) => {
      if (a.key === undefined || b.key === undefined)
        return Number(a.key === undefined) - Number(b.key === undefined);
      return sign * compare(a.key, b.key);
    })
    .map(({ row }) => row);
}

function compare(a: NonNullable<Cell>, b: NonNullable<Cell>): number {
  if (typeof a === 'string' && typeof b === 'string') return COLLATOR.compare(a, b);
  return Number(a) - Number(b);
}

/** `ws-2` before `ws-10`, in whatever language this runs. */
const COLLATOR = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function objects<Row>({ columns, rows }: Sheet<Row>): Record<string, unknown>[] {
  return rows.map((row) =>
    Object.fromEntries(
      columns.map(({ id, value }) => {
        const cell = value(row);
        return [id, cell instanceof Date ? cell.toISOString() : (cell ?? null)];
      }),
    ),
  );
}

/** As a machine reads it: dates by ISO 8601, numbers bare, nothing for what nobody says. */
function plain(cell: Cell): string {
  if (cell === undefined) return '';
  return cell instanceof Date ? cell.toISOString() : String(cell);
}

/** As a person reads it. */
function shown<Row>({ value, show }: Column<Row>, row: Row): string {
  if (show) return printable(show(row));
  const cell = value(row);
  if (cell instanceof Date) return cell.toISOString().slice(0, 16).replace('T', ' ');
  return printable(plain(cell));
}

function table<Row>({ columns, rows }: Sheet<Row>, width: number): string {
  const cells = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map((column) => shown(column, row))),
  ];
  const widths = columns.map((_, at) => Math.max(...cells.map((row) => widthOf(row[at] ?? ''))));
  const isNumber = columns.map(({ value }) => rows.some((row) => typeof value(row) === 'number'));
  return cells
    .map((row) =>
      row
        .map((cell, at) => {
          const blanks = ' '.repeat((widths[at] ?? 0) - widthOf(cell));
          return isNumber[at] ? blanks + cell : cell + blanks;
        })
        .join('  ')
        .trimEnd(),
    )
    .map((line) => (widthOf(line) > width ? fit(line, width) : line))
    .map((line) => `${line}\n`)
    .join('');
}

/** RFC 4180, with a byte order mark: Excel reads it as UTF-8 by that alone. A text that would be a formula is quoted. */
function csv<Row>({ columns, rows }: Sheet<Row>): string {
  const cells = rows.map((row) => columns.map(({ value }) => plain(value(row))));
  return stringify([columns.map(({ title }) => title), ...cells], {
    bom: true,
    record_delimiter: 'windows',
    escape_formulas: true,
  });
}

function markdown<Row>({ columns, rows }: Sheet<Row>): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map(escapeMarkdown).join(' | ')} |\n`;
  return [
    line(columns.map(({ title }) => title)),
    `| ${columns.map(() => '---').join(' | ')} |\n`,
    ...rows.map((row) => line(columns.map((column) => shown(column, row)))),
  ].join('');
}
