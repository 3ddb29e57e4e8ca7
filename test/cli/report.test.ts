import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { program } from '../support/program.ts';

const env = { PATCHWHY_STATE: '/nonexistent/patchwhy', LANG: 'C' };
const report = (...words: readonly string[]) =>
  program(['report', 'overview', '--run', 'demo', ...words], { env });

test('the overview of the demo fleet names its first fix and adds up', async () => {
  const { code, stdout } = await report('--format', 'json');
  expect(code).toBe(0);
  const { totals, fixes, provenance } = JSON.parse(stdout) as {
    totals: { hosts: number; ok: number; hindered: number; unseen: number };
    fixes: { cause: string; hosts: number; total: number }[];
    provenance: { evidence: string };
  };
  expect(totals.hosts).toBe(120);
  expect(totals.ok + totals.hindered + totals.unseen).toBe(120);
  expect(fixes[0]).toMatchObject({ hosts: 25, total: 25 });
  expect(provenance.evidence).toMatch(/^[0-9a-f]{64}$/);
});

test.each(['en', 'it', 'ja'])('as one page of HTML in %s, written to a file', async (language) => {
  const file = join(temporaryFolder(), 'overview.html');
  const { code, stdout } = await report('--lang', language, '-o', file);
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  const html = readFileSync(file, 'utf8');
  expect(html).toContain(`<html lang="${language}">`);
  expect(html).not.toMatch(/undefined|\[object|NaN/);
});

/** The demo is judged at each call: only its run id and the minute differ. */
function withoutTimes(html: string): string {
  return html.replace(/\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ-[0-9a-f]{4}|\d{4}-\d\d-\d\d \d\d:\d\d/g, '');
}

test('the failures of the demo fleet agree with its overview, and telling them again gives the same bytes', async () => {
  const failures = (...words: readonly string[]) =>
    program(['report', 'failures', '--run', 'demo', ...words], { env });
  const overview = JSON.parse((await report('--format', 'json')).stdout) as { totals: object };
  const { totals, groups } = JSON.parse((await failures('--format', 'json')).stdout) as {
    totals: object;
    groups: { cause: string; hosts: object[] }[];
  };
  expect(totals).toEqual(overview.totals);
  expect(groups[0]?.hosts).toHaveLength(25);
  const [first, second, ...others] = await Promise.all(
    ['en', 'en', 'it', 'ja'].map(async (lang) => (await failures('--lang', lang)).stdout),
  );
  expect(withoutTimes(first ?? '')).toBe(withoutTimes(second ?? ''));
  for (const html of [first, ...others]) {
    expect(html).toContain('</html>');
    expect(html).not.toMatch(/undefined|\[object|NaN|\{\d\}/);
  }
});

test('a file that cannot be written, and no run, are told in one line', async () => {
  const unwritable = await report('-o', '/nonexistent/x.html');
  expect(unwritable).toMatchObject({ code: 1, stdout: '' });
  expect(unwritable.stderr).toMatch(/x\.html cannot be written \(ENOENT\)/);
  const none = await program(['report', 'overview'], { env });
  expect(none.code).toBe(2);
  expect(none.stderr).toMatch(/no run is stored yet/);
  expect(existsSync('/nonexistent')).toBe(false);
});
