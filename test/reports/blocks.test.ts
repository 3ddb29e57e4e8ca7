import { describe, expect, test } from 'vitest';
import { type Block, reportHtml, reportMarkdown } from '../../src/reports/blocks.ts';

const HOSTILE = '<script>alert(1)</script> \u001b[31m"\' & | `x` ](y)';
const table: Block = {
  kind: 'table',
  caption: 'causes',
  head: ['cause', 'hosts', 'share'],
  rows: [
    [HOSTILE, 12, { share: 0.051 }],
    ['b', 3, { share: 1.7 }],
  ],
};
const report = (...blocks: readonly Block[]) => ({ title: HOSTILE, language: 'en', blocks });

describe('HTML', () => {
  const html = reportHtml(report(table, { kind: 'lead', text: HOSTILE }));

  test('needs nothing but itself, and runs nothing', () => {
    expect(html).not.toMatch(/<script|<img|<link|@import|url\(|https?:/i);
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  test('shows what a host says, and obeys none of it', () => {
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).not.toContain('\u001b');
  });

  test('draws shares as bars, the largest as wide as bars are', () => {
    expect(html).toContain('style="width:5.00rem"></span><span>170 %');
    expect(html).toContain('style="width:0.15rem"></span><span>5.1 %');
  });

  test('names every table and every column for those who cannot see it', () => {
    expect(html.match(/<th scope="col"/g)).toHaveLength(3);
    expect(html).toContain('<caption>causes</caption>');
  });
});

test('Markdown keeps its table whatever stands in it, and numbers to the right', () => {
  const lines = reportMarkdown(report(table)).split('\n');
  const rows = lines.filter((line) => line.startsWith('|'));
  expect(rows[1]).toBe('| --- | ---: | ---: |');
  for (const row of rows) expect(row.replaceAll(String.raw`\|`, '').split('|')).toHaveLength(5);
  expect(lines.join('\n')).not.toContain('<script>');
});
