import { expect, test } from 'vitest';
import { readCatalogueFolder } from '../../scripts/catalogue-folder.ts';
import { LABELS } from '../../src/outputs/labels.ts';
import type { Entry } from '../../src/core/entry.ts';
import { causeText } from '../../src/outputs/cause-text.ts';
import { runbookHtml, runbookMarkdown } from '../../src/outputs/runbook-text.ts';
import { widthOf } from '../../src/core/width.ts';

const EVIL = `<script>alert("x")</script>&'*_`;
const entry = (text: string): Entry => ({
  id: 'disk-full',
  title: text,
  category: 'disk-space',
  manager: text,
  next: text,
  check: text,
  fix: text,
  verify: text,
  risk: 'high',
  reboot: 'maybe',
  sources: [text],
  links: ['https://wiki.example/a?b=1&c="2"'],
  note: text,
});
const chapters = (text: string) => [{ category: 'disk-space', entries: [entry(text)] }];

test('a page of HTML shows every text as it is written, and runs none of it', () => {
  const page = runbookHtml(chapters(EVIL), 'en');
  expect(page).not.toMatch(/<script|onerror|"x"/);
  expect(
    page.match(/&lt;script&gt;alert\(&quot;x&quot;\)&lt;\/script&gt;&amp;&#39;/g),
  ).toHaveLength(9);
  expect(page).toContain('href="https://wiki.example/a?b=1&amp;c=&quot;2&quot;"');
});

test('a page of HTML is whole, static, and in its language', () => {
  const page = runbookHtml(chapters('空き容量'), 'ja');
  expect(page).toMatch(/^<!doctype html>\n<html lang="ja">/);
  expect(page).toContain('<meta charset="utf-8">');
  expect(page).not.toMatch(/<(?:script|link|img|iframe)\b|@import|url\(/);
  const open = page.match(/<(?:article|dl|dt|dd|h\d|p|nav|ol|li)\b/g)?.length;
  expect(page.match(/<\/(?:article|dl|dt|dd|h\d|p|nav|ol|li)>/g)).toHaveLength(open ?? 0);
});

test('Markdown keeps paths and stars as text', () => {
  const text = runbookMarkdown(
    chapters(String.raw`SoftwareDistribution\Download, *.msu <b>`),
    'en',
  );
  expect(text).toContain(String.raw`SoftwareDistribution\\Download, \*.msu \<b\>`);
  expect(text).toMatch(/^# Runbook/);
  expect(text).toContain('- **risk of the fix**: high');
  expect(text).toContain('- **restart needed**: maybe');
});

test.each(['en', 'it', 'ja'] as const)(
  'an entry in %s fits 80 columns, but for addresses',
  (language) => {
    const long =
      '回復パーティションの空き容量を確認する。'.repeat(12) + ' dism /online '.repeat(20);
    const style = { language, audience: 'tech', columns: 80 } as const;
    const lines = causeText(entry(long), style).split('\n');
    expect(lines.length).toBeGreaterThan(30);
    for (const line of lines.filter((one) => !one.includes('https://')))
      expect(widthOf(line)).toBeLessThanOrEqual(80);
  },
);

test('a manager reads the sentence alone', () => {
  const words = { ...entry('technical'), title: 'Disk full', manager: 'The disk is full.' };
  const { note: _, ...bare } = words;
  const style = { language: 'en', audience: 'business', columns: undefined } as const;
  expect(causeText(bare, style)).toBe('Disk full  (disk-full)\n  The disk is full.\n');
  expect(causeText(bare, style, 'acme.yaml')).toBe(
    'Disk full  (disk-full)\n  a cause of your own, from acme.yaml\n  The disk is full.\n',
  );
});

test.each(['en', 'it', 'ja'] as const)(
  'every category of the catalogue has a name in %s',
  (language) => {
    const { categories } = readCatalogueFolder('catalogue');
    expect(categories.filter((id) => LABELS[language].categories[id] === undefined)).toEqual([]);
  },
);
