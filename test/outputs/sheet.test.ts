import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { sheetText, sorted, type Sheet } from '../../src/outputs/sheet.ts';

interface Row {
  readonly host: string;
  readonly tries?: number;
  readonly at?: Date;
}

const sheet = (...rows: readonly Row[]): Sheet<Row> => ({
  columns: [
    { id: 'host', title: 'host', value: ({ host }) => host },
    { id: 'tries', title: 'tries', value: ({ tries }) => tries },
    { id: 'at', title: 'at (UTC)', value: ({ at }) => at },
  ],
  rows,
});
const AT = new Date('2026-11-18T06:38:12Z');

test('a table lines up wide characters, and says nothing where nobody does', () => {
  expect(sheetText(sheet({ host: '大阪-01', tries: 12, at: AT }, { host: 'a' }), 'table')).toBe(
    ['host     tries  at (UTC)', '大阪-01     12  2026-11-18 06:38', 'a', ''].join('\n'),
  );
});

test('on a terminal the last column is cut to its width; in a pipe nothing is', () => {
  const lines = sheetText(sheet({ host: 'x'.repeat(60) }), 'table', 40).split('\n');
  expect(lines.filter((line) => line.length > 40)).toEqual([]);
  expect(sheetText(sheet({ host: 'x'.repeat(60) }), 'table')).toContain('x'.repeat(60));
});

test('what a host calls itself obeys no terminal', () => {
  expect(sheetText(sheet({ host: '\u001b[31mred' }), 'table')).not.toContain('\u001b');
});

describe('CSV', () => {
  const csv = (...rows: readonly Row[]): string => sheetText(sheet(...rows), 'csv');

  test('follows RFC 4180, with a mark by which Excel knows UTF-8', () => {
    expect(csv({ host: 'a,"b"\nc', tries: 0, at: AT })).toBe(
      '\ufeffhost,tries,at (UTC)\r\n"a,""b""\nc",0,2026-11-18T06:38:12.000Z\r\n',
    );
  });

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1'])('%j is no formula', (host) => {
    const [, [cell] = []] = parse(csv({ host }), { bom: true });
    expect(cell).toBe(`'${host}`);
  });
});

test('Markdown keeps a bar in a name in its cell', () => {
  expect(sheetText(sheet({ host: 'a|b' }), 'md').split('\n')[2]).toBe(String.raw`| a\|b |  |  |`);
});

test('JSON has ids for names, dates by ISO 8601, null for what nobody says', () => {
  expect(JSON.parse(sheetText(sheet({ host: 'a', at: AT }), 'json'))).toEqual([
    { host: 'a', tries: null, at: '2026-11-18T06:38:12.000Z' },
  ]);
});

test('sorting knows numbers in names, keeps equals in order, and puts what says nothing last', () => {
  const rows: Row[] = [{ host: 'ws-10', tries: 1 }, { host: 'ws-2' }, { host: 'WS-1', tries: 3 }];
  const { columns } = sheet();
  const by = (id: string, isDescending: boolean): string[] => {
    const column = columns.find((each) => each.id === id);
    if (column === undefined) throw new Error(id);
    return sorted(rows, column, isDescending).map(({ host }) => host);
  };
  expect(by('host', false)).toEqual(['WS-1', 'ws-2', 'ws-10']);
  expect(by('tries', false)).toEqual(['ws-10', 'WS-1', 'ws-2']);
  expect(by('tries', true)).toEqual(['WS-1', 'ws-10', 'ws-2']);
});
